#include "datasets/files/user_file.h"

#include "datasets/files/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES_MAX = 192 };

typedef struct search {
    const char *name;
    const char *found;       /* NULL: not yet */
    char places[PLACES_MAX]; /* looked at, for the message */
    bool out_of_memory;
    ag_arena *arena;
} search;

static void look_at(search *s, const char *path) {
    s->out_of_memory |= !path;
    if (path && !s->found && ag_file_size(path) >= 0) s->found = path;
}

/* In the first n bytes of `folder`; none: the current one. */
static void look_in(search *s, const char *folder, size_t n) {
    char *copy = AG_NEW_ARRAY(s->arena, char, n + 1);
    if (copy) memcpy(copy, folder, n);
    if (n)
        look_at(s, copy ? ag_data_path_join(copy, s->name, s->arena) : NULL);
    else
        look_at(s, s->name);
    const size_t used = strlen(s->places);
    snprintf(s->places + used, PLACES_MAX - used, "%s%.*s", used ? ", " : "", n ? (int)n : 1,
             n ? folder : ".");
}

static void look_everywhere(search *s, const char *experiment) {
    const char *slash = experiment ? strrchr(experiment, '/') : NULL;
    if (slash) look_in(s, experiment, (size_t)(slash - experiment) + (slash == experiment));
    look_in(s, "", 0);
    const char *list = getenv("ACTGRID_DATA");
    while (list && *list) {
        const size_t n = strcspn(list, ":");
        if (n) look_in(s, list, n);
        list += list[n] ? n + 1 : n;
    }
}

ag_status ag_user_file(const ag_choice *choice, const char *name, ag_arena *arena,
                       const char **path, ag_error *err) {
    const char *home = strncmp(name, "~/", 2) == 0 ? getenv("HOME") : NULL;
    search s = {.name = name, .arena = arena};
    if (home)
        look_at(&s, ag_data_path_join(home, name + 2, arena));
    else if (name[0] == '/')
        look_at(&s, name);
    else
        look_everywhere(&s, choice->file);
    if (s.out_of_memory) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for file names");
    *path = s.found;
    if (s.found) return AG_OK;
    return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%.120s of %s is no file%s%s", name,
                   choice->element->name, s.places[0] ? "; looked in " : "", s.places);
}

#include "harness/cli/shipped.h"

#include "harness/base/catalogue.h"
#include "harness/base/nearest.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOTS_MAX = 3, LIST_MAX = 10000 };

/* Below a root: where experiments lie, and what their names begin with. */
static const char *const folders[] = {"", "claims/", "papers/"};

/* Where shipped experiments are: here, beside the build, installed. */
static int find_roots(char root[ROOTS_MAX][PATH_MAX]) {
    int n = 0;
    snprintf(root[n++], PATH_MAX, "experiments");
    char program[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) return n;
    program[length] = 0;
    char *slash = strrchr(program, '/');
    if (!slash || (size_t)length > sizeof program - 64) return n;
    *slash = 0;
    static const char *const beside[] = {"../../experiments", "../share/actgrid/experiments"};
    for (int i = 0; i < 2; i++)
        if ((size_t)snprintf(root[n], PATH_MAX, "%s/%s", program, beside[i]) < PATH_MAX) n++;
    return n;
}

static bool is_file(const char *path) {
    struct stat s;
    return stat(path, &s) == 0 && !S_ISDIR(s.st_mode);
}

/* Whether NAME, or claims/NAME, could be one: what is behind the folder has no slash. */
static bool is_name(const char *name) {
    if (strlen(name) > NAME_MAX) return false;
    for (int i = 0; i < AG_COUNT(folders); i++) {
        const size_t n = strlen(folders[i]);
        if (strncmp(name, folders[i], n) == 0 && !strchr(name + n, '/')) return true;
    }
    return false;
}

/* The names of a folder's experiments. What has a second dot, he.paper.yaml, is none. */
static void offer_folder(ag_nearest *nearest, const char *root, const char *folder) {
    char path[PATH_MAX + 16], name[NAME_MAX + 16];
    const int length = snprintf(path, sizeof path, "%s/%s", root, folder);
    DIR *dir = (size_t)length < sizeof path ? opendir(path) : NULL;
    for (struct dirent *e; dir && (e = readdir(dir));) {
        const char *dot = strchr(e->d_name, '.');
        if (!dot || strcmp(dot, ".yaml") != 0) continue;
        snprintf(name, sizeof name, "%s%.*s", folder, (int)(dot - e->d_name), e->d_name);
        ag_nearest_offer(nearest, name);
    }
    if (dir) closedir(dir);
}

ag_status ag_shipped_find(const char *name, ag_arena *arena, const char **path, ag_error *err) {
    if (is_file(name)) {
        *path = name;
        return AG_OK;
    }
    char root[ROOTS_MAX][PATH_MAX], candidate[PATH_MAX + NAME_MAX + 8];
    const int n = find_roots(root);
    for (int i = 0; i < n && is_name(name); i++) {
        const int length = snprintf(candidate, sizeof candidate, "%s/%s.yaml", root[i], name);
        if ((size_t)length >= sizeof candidate || !is_file(candidate)) continue;
        const size_t size = strlen(candidate) + 1;
        char *copy = AG_NEW_ARRAY(arena, char, size);
        if (!copy) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
        *path = memcpy(copy, candidate, size);
        return AG_OK;
    }
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(name);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < AG_COUNT(folders); k++)
            offer_folder(&nearest, root[i], folders[k]);
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "'%s' is no file and no shipped experiment%s", name,
                   ag_nearest_hint(hint, &nearest, ""));
}

/* --- a list --------------------------------------------------------------------------------- */

typedef struct listing {
    const char *folder, *ending;
    ag_arena *arena;
    const char **name; /* [LIST_MAX] */
    int n;
} listing;

static bool list_folder(listing *l, const char *root) {
    char path[PATH_MAX + 16];
    const size_t ending = strlen(l->ending);
    const int length = snprintf(path, sizeof path, "%s/%s", root, l->folder);
    DIR *dir = (size_t)length < sizeof path ? opendir(path) : NULL;
    bool ok = true;
    for (struct dirent *e; dir && ok && (e = readdir(dir));) {
        const size_t n = strlen(e->d_name);
        if (n <= ending || strcmp(e->d_name + n - ending, l->ending) != 0 || l->n == LIST_MAX)
            continue;
        char *copy = AG_NEW_ARRAY(l->arena, char, n - ending + 1);
        ok = copy != NULL;
        if (ok) l->name[l->n++] = memcpy(copy, e->d_name, n - ending);
    }
    if (dir) closedir(dir);
    return ok;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

ag_status ag_shipped_list(const char *folder, const char *ending, ag_arena *arena,
                          const char *const **names, int *n, ag_error *err) {
    listing l = {folder, ending, arena, AG_NEW_ARRAY(arena, const char *, LIST_MAX), 0};
    char root[ROOTS_MAX][PATH_MAX];
    bool ok = l.name != NULL;
    for (int i = 0, roots = find_roots(root); i < roots && ok; i++)
        ok = list_folder(&l, root[i]);
    if (!ok) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the names of files");
    qsort(l.name, (size_t)l.n, sizeof *l.name, by_name);
    *n = 0;
    for (int i = 0; i < l.n; i++)
        if (!*n || strcmp(l.name[i], l.name[*n - 1]) != 0) l.name[(*n)++] = l.name[i];
    *names = l.name;
    return AG_OK;
}

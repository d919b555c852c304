/* Which format a file has. */
#include "datasets/file_format.h"
#include "datasets/files/files.h"
#include "datasets/files/unpack.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { HEAD_MAX = 4096, NAMES_MAX = 160 };

static ag_status read_head(const char *path, uint8_t raw[HEAD_MAX], uint8_t content[HEAD_MAX],
                           ag_file_head *head, ag_error *err) {
    *head = (ag_file_head){.path = path, .size = ag_file_size(path), .bytes = raw};
    FILE *file = head->size < 0 ? NULL : fopen(path, "rb");
    if (!file)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s: %s", path,
                       head->size < 0 ? "it is not a file" : strerror(errno));
    head->n = fread(raw, 1, HEAD_MAX, file);
    fclose(file);
    if (!ag_is_gzip(raw, head->n)) return AG_OK;
    bool more;
    size_t got = 0;
    (void)ag_unpack(raw, head->n, content, HEAD_MAX, &got, &more); /* cut off: as much as comes */
    head->packed = true;
    head->bytes = content;
    head->n = got;
    return AG_OK;
}

ag_status ag_file_inspect(const char *path, ag_arena *arena, const ag_file_format **format,
                          ag_file_facts *facts, ag_error *err) {
    uint8_t raw[HEAD_MAX], content[HEAD_MAX];
    ag_file_head head;
    ag_file_likeness best = AG_FILE_OTHER;
    char names[NAMES_MAX] = "";
    AG_TRY(read_head(path, raw, content, &head, err));
    for (int i = 0; i < ag_file_formats.n_items; i++) {
        const ag_file_format *f = (const ag_file_format *)(const void *)ag_file_formats.items[i];
        const ag_file_likeness likeness = f->recognise(&head);
        if (likeness > best) {
            best = likeness;
            *format = f;
        }
        const size_t used = strlen(names);
        snprintf(names + used, NAMES_MAX - used, "%s%s", i ? ", " : "", f->about.name);
    }
    if (best == AG_FILE_OTHER)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has none of the formats %s", path, names);
    *facts = (ag_file_facts){0};
    return (*format)->inspect(path, arena, facts, err);
}

bool ag_file_word_is_plain(const char *text) {
    for (const char *c = text; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("_./-", *c)) return false;
    return isalpha((unsigned char)text[0]) || text[0] == '/' || text[0] == '.';
}

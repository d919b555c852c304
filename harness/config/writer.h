/* Text that grows in an arena, with the rules of JSON. */
#ifndef AG_WRITER_H
#define AG_WRITER_H

#include "harness/base/catalogue.h"
#include "harness/config/document.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct ag_writer {
    ag_arena *arena;
    char *text; /* ends in 0; NULL before the first write */
    size_t n, capacity;
    bool failed; /* memory ran out: stays so, further writes do nothing */
} ag_writer;

#define AG_WRITER(memory) ((ag_writer){.arena = (memory)})

void ag_write_bytes(ag_writer *w, const char *bytes, size_t n);
void ag_write(ag_writer *w, const char *text);
void ag_write_format(ag_writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The shortest decimal that reads back as x; never "-0". x is finite. */
void ag_write_number(ag_writer *w, double x);
void ag_write_json_string(ag_writer *w, const char *text); /* with quotes and escapes */

/* A tree as JSON: unquoted numbers, true, false and null as such, all other values
 * as strings; range() and its like as the list of their numbers. JSON is YAML: reading it back
 * gives the same tree. */
void ag_write_node(ag_writer *w, const ag_node *node);

/* {"name":"elu","alpha":1}: every parameter, in the order of the table, standard
 * values too. `name_key` is "name", or "type" for model families. */
void ag_write_choice(ag_writer *w, const ag_choice *choice, const char *name_key);

/* elu, or elu(alpha=0.5): only what is not standard. */
void ag_write_choice_label(ag_writer *w, const ag_choice *choice);

/* One parameter's value: 0.5, true, per_layer, [128, 64]. In JSON words stand in
 * quotes and the maps of a list have all their keys; otherwise [32 pool=max, 64]:
 * what must be given without its name, and what is not standard. */
void ag_write_value(ag_writer *w, const ag_param *param, const ag_value *value, bool json);
void ag_write_param(ag_writer *w, const ag_choice *choice, int param, bool json);

/* A copy of the text in `arena` (the writer's own may be a scratch arena). NULL:
 * out of memory, now or before. */
const char *ag_writer_copy(const ag_writer *w, ag_arena *arena);

#endif

#include "harness/config/writer.h"

#include "harness/base/text.h"
#include "harness/config/sequence.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Room for n more bytes and the final 0. What was outgrown stays in the arena: at
 * most as much again as the text. */
static bool reserve(ag_writer *w, size_t n) {
    if (w->failed) return false;
    if (w->capacity - w->n > n) return true;
    size_t capacity = w->capacity ? w->capacity * 2 : 256;
    while (capacity - w->n <= n)
        capacity *= 2;
    char *text = AG_NEW_ARRAY(w->arena, char, capacity);
    if (!text) {
        w->failed = true;
        return false;
    }
    if (w->n) memcpy(text, w->text, w->n);
    w->text = text;
    w->capacity = capacity;
    return true;
}

void ag_write_bytes(ag_writer *w, const char *bytes, size_t n) {
    if (!reserve(w, n)) return;
    memcpy(w->text + w->n, bytes, n);
    w->n += n;
    w->text[w->n] = 0;
}

void ag_write(ag_writer *w, const char *text) { ag_write_bytes(w, text, strlen(text)); }

void ag_write_format(ag_writer *w, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !reserve(w, (size_t)n)) return;
    va_start(args, format);
    vsnprintf(w->text + w->n, (size_t)n + 1, format, args);
    va_end(args);
    w->n += (size_t)n;
}

void ag_write_number(ag_writer *w, double x) {
    char text[AG_NUMBER_MAX];
    ag_write(w, ag_format_number(text, x == 0.0 ? 0.0 : x));
}

void ag_write_json_string(ag_writer *w, const char *text) {
    ag_write(w, "\"");
    for (const char *s = text; *s; s++) {
        const unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            ag_write_format(w, "\\%c", c);
        else if (c == '\n' || c == '\t')
            ag_write(w, c == '\n' ? "\\n" : "\\t");
        else if (c < 0x20 || c == 0x7f)
            ag_write_format(w, "\\u%04x", c);
        else
            ag_write_bytes(w, s, 1);
    }
    ag_write(w, "\"");
}

static void write_value(ag_writer *w, const ag_node *node) {
    double x;
    if (ag_node_is_null(node))
        ag_write(w, "null");
    else if (ag_node_number(node, &x))
        ag_write_number(w, x);
    else if (!node->quoted && (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0))
        ag_write(w, node->text);
    else
        ag_write_json_string(w, node->text);
}

static bool has_call(const ag_node *node) {
    if (node->kind == AG_NODE_VALUE) return ag_node_is_call(node);
    if (node->kind == AG_NODE_LIST)
        for (const ag_node *n = node->first; n; n = n->next)
            if (ag_node_is_call(n)) return true;
    return false;
}

void ag_write_node(ag_writer *w, const ag_node *node) {
    ag_error ignored = {0}; /* what only looks like a call stays a text */
    if (has_call(node)) (void)ag_sequence_read(w->arena, node, "", &node, &ignored);
    w->failed |= ignored.status == AG_NOMEM;
    if (node->kind == AG_NODE_VALUE) {
        write_value(w, node);
        return;
    }
    const bool map = node->kind == AG_NODE_MAP;
    ag_write(w, map ? "{" : "[");
    for (const ag_node *n = node->first; n; n = n->next) {
        if (n != node->first) ag_write(w, ",");
        if (map) {
            ag_write_json_string(w, n->key);
            ag_write(w, ":");
        }
        ag_write_node(w, n);
    }
    ag_write(w, map ? "}" : "]");
}

static void write_list(ag_writer *w, const ag_param *p, const ag_list *list, bool json);

void ag_write_value(ag_writer *w, const ag_param *p, const ag_value *value, bool json) {
    const double x = value->number;
    const char *text = NULL;
    switch (p->kind) {
    case AG_PARAM_REAL:
    case AG_PARAM_INT:
        if (!p->words || x >= 0.0) {
            ag_write_number(w, x);
            return;
        }
        text = p->words[(int)AG_WORD(x)];
        break;
    case AG_PARAM_FLAG: ag_write(w, x != 0.0 ? "true" : "false"); return;
    case AG_PARAM_WORD: text = p->words[(int)x]; break;
    case AG_PARAM_TEXT: text = value->text ? value->text : ""; break;
    case AG_PARAM_LIST: write_list(w, p, value->list, json); return;
    }
    if (json)
        ag_write_json_string(w, text);
    else
        ag_write(w, text);
}

static void write_members(ag_writer *w, const ag_param *items, int n, const ag_value *values) {
    for (int i = 0; i < n; i++) {
        ag_write_format(w, "%s\"%s\":", i ? "," : "{", items[i].name);
        ag_write_value(w, &items[i], &values[i], true);
    }
    ag_write(w, "}");
}

/* "32 pool=max": what must be given without its name, and what is not standard. */
static void write_short(ag_writer *w, const ag_param *items, int n, const ag_value *values) {
    const char *between = "";
    for (int i = 0; i < n; i++) {
        const ag_value standard = ag_param_standard(&items[i]);
        const bool required = ag_param_required(&items[i]);
        if (!required && ag_value_same(&items[i], &values[i], &standard)) continue;
        ag_write(w, between);
        if (!required) ag_write_format(w, "%s=", items[i].name);
        ag_write_value(w, &items[i], &values[i], false);
        between = " ";
    }
    if (!between[0]) ag_write(w, "-"); /* all of it standard */
}

static void write_list(ag_writer *w, const ag_param *p, const ag_list *list, bool json) {
    ag_write(w, "[");
    for (int i = 0; i < list->n; i++) {
        const ag_value *values = &list->values[(size_t)i * (size_t)p->n_items];
        if (i) ag_write(w, json ? "," : ", ");
        if (ag_param_is_plain(p))
            ag_write_value(w, &p->items[0], values, json);
        else if (json)
            write_members(w, p->items, p->n_items, values);
        else
            write_short(w, p->items, p->n_items, values);
    }
    ag_write(w, "]");
}

void ag_write_param(ag_writer *w, const ag_choice *choice, int param, bool json) {
    const ag_value value = ag_choice_value(choice, param);
    ag_write_value(w, &choice->element->params[param], &value, json);
}

void ag_write_choice(ag_writer *w, const ag_choice *choice, const char *name_key) {
    if (choice->element->definition) {
        ag_write(w, choice->element->definition);
        return;
    }
    ag_write_format(w, "{\"%s\":\"%s\"", name_key, choice->element->name);
    for (int i = 0; i < choice->element->n_params; i++) {
        const ag_param *p = &choice->element->params[i];
        const ag_value value = ag_choice_value(choice, i), standard = ag_param_standard(p);
        if (p->later && ag_value_same(p, &value, &standard)) continue;
        ag_write_format(w, ",\"%s\":", p->name);
        ag_write_param(w, choice, i, true);
    }
    ag_write(w, "}");
}

void ag_write_choice_label(ag_writer *w, const ag_choice *choice) {
    ag_write(w, choice->element->name);
    const char *before = "(";
    for (int i = 0; i < choice->element->n_params; i++) {
        const ag_value value = ag_choice_value(choice, i);
        const ag_param *p = &choice->element->params[i];
        const ag_value standard = ag_param_standard(p);
        if (!ag_param_required(p) && ag_value_same(p, &value, &standard)) continue;
        const bool named = strcmp(p->name, choice->element->name) != 0; /* normal(0.3) says it */
        ag_write_format(w, named ? "%s%s=" : "%s", before, p->name);
        ag_write_param(w, choice, i, false);
        before = " ";
    }
    if (before[0] == ' ') ag_write(w, ")");
}

const char *ag_writer_copy(const ag_writer *w, ag_arena *arena) {
    if (w->failed) return NULL;
    char *copy = AG_NEW_ARRAY(arena, char, w->n + 1);
    if (copy && w->n) memcpy(copy, w->text, w->n);
    return copy;
}

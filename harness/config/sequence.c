#include "harness/config/sequence.h"

#include "harness/base/text.h"
#include "harness/config/tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct call {
    int n_arguments;
    double argument[3];
} call;

typedef struct sequence {
    const char *name, *usage;
    int least, most; /* arguments */
    /* How many numbers, and the i-th of them. `problem` is set when there is none. */
    double (*count)(const call *c, const char **problem);
    double (*element)(const call *c, double i);
} sequence;

static double step_of(const call *c) { return c->n_arguments > 2 ? c->argument[2] : 1.0; }

static double range_count(const call *c, const char **problem) {
    if (step_of(c) == 0.0) {
        *problem = "the step is 0";
        return 0.0;
    }
    /* 1e-9: range(0,1,0.1) has 10 numbers although 10 * 0.1 > 1 in binary */
    const double n = ceil((c->argument[1] - c->argument[0]) / step_of(c) - 1e-9);
    if (!(n >= 1.0)) *problem = "there is no number in it";
    return n;
}

static double range_element(const call *c, double i) { return c->argument[0] + i * step_of(c); }

static double linspace_count(const call *c, const char **problem) {
    const double n = c->argument[2];
    if (n < 2.0 || n != floor(n)) *problem = "the third number must be whole and 2 or more";
    return n;
}

static double linspace_element(const call *c, double i) {
    const double t = i / (c->argument[2] - 1.0);
    return c->argument[0] * (1.0 - t) + c->argument[1] * t;
}

static double logspace_count(const call *c, const char **problem) {
    if (c->argument[0] <= 0.0 || c->argument[1] <= 0.0) *problem = "both ends must be above 0";
    return linspace_count(c, problem);
}

static double logspace_element(const call *c, double i) {
    const double t = i / (c->argument[2] - 1.0);
    return exp(log(c->argument[0]) * (1.0 - t) + log(c->argument[1]) * t);
}

static const sequence sequences[] = {
    {"range", "range(first, end[, step])", 2, 3, range_count, range_element},
    {"linspace", "linspace(first, last, count)", 3, 3, linspace_count, linspace_element},
    {"logspace", "logspace(first, last, count)", 3, 3, logspace_count, logspace_element},
};

static bool is_call_of(const char *text, const char *name) {
    const size_t n = strlen(name);
    return strncmp(text, name, n) == 0 && text[n + strspn(text + n, " ")] == '(';
}

static const sequence *sequence_of(const ag_node *node) {
    if (node->kind != AG_NODE_VALUE || node->quoted) return NULL;
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
        if (is_call_of(node->text, sequences[i].name)) return &sequences[i];
    return NULL;
}

bool ag_node_is_call(const ag_node *node) { return sequence_of(node) != NULL; }

/* Reads " 2, 33 ,2)" behind the parenthesis. */
static bool read_arguments(const char *text, call *c) {
    for (;;) {
        text += strspn(text, " ");
        const size_t n = strcspn(text, ",) ");
        char number[64];
        if (!n || n >= sizeof number || c->n_arguments == 3) return false;
        memcpy(number, text, n);
        number[n] = 0;
        if (!ag_parse_number(number, &c->argument[c->n_arguments])) return false;
        c->n_arguments++;
        text += n + strspn(text + n, " ");
        if (*text == ')') return !text[1 + strspn(text + 1, " ")];
        if (*text++ != ',') return false;
    }
}

static double round_to_digits(double x, int digits) {
    char text[AG_NUMBER_MAX];
    snprintf(text, sizeof text, "%.*g", digits, x);
    return strtod(text, NULL);
}

static double value_at(const sequence *s, const call *c, double i, double n) {
    if (i == 0.0) return c->argument[0];
    if (s->element != range_element && i == n - 1.0) return c->argument[1];
    const double x = s->element(c, i);
    return fabs(x) < 1e12 && x == floor(x) ? x : round_to_digits(x, 12);
}

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading a list");
}

static ag_status check_count(const ag_node *node, const char *what, double n, ag_error *err) {
    if (n > AG_SEQUENCE_MAX)
        return AG_FAIL(err, AG_CONFIG, node->place, "%s has %.15g values, the limit is %d", what, n,
                       AG_SEQUENCE_MAX);
    return AG_OK;
}

static ag_status append_call(ag_arena *arena, const sequence *s, const ag_node *node,
                             const char *what, ag_node *list, ag_node **last, ag_error *err) {
    call c = {0};
    if (!read_arguments(strchr(node->text, '(') + 1, &c) || c.n_arguments < s->least ||
        c.n_arguments > s->most)
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is '%.60s', must be %s with numbers", what,
                       node->text, s->usage);
    const char *problem = NULL;
    const double n = s->count(&c, &problem);
    if (problem)
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is '%.60s': %s", what, node->text, problem);
    AG_TRY(check_count(node, what, n + list->count, err));
    /* all of them at once: piece by piece, an arena rounds each up to a cache line */
    char(*text)[AG_NUMBER_MAX] = ag_alloc(arena, (size_t)n, sizeof *text);
    ag_node *nodes = AG_NEW_ARRAY(arena, ag_node, (size_t)n);
    if (!text || !nodes) return no_memory(err);
    for (size_t i = 0; i < (size_t)n; i++) {
        const double x = value_at(s, &c, (double)i, n);
        ag_format_number(text[i], x == 0.0 ? 0.0 : x);
        nodes[i] = (ag_node){.kind = AG_NODE_VALUE, .place = node->place, .text = text[i]};
        ag_node_link(list, last, &nodes[i]);
    }
    return AG_OK;
}

ag_status ag_sequence_read(ag_arena *arena, const ag_node *node, const char *what,
                           const ag_node **list, ag_error *err) {
    ag_node *made = ag_node_new(arena, AG_NODE_LIST, node->place), *last = NULL;
    if (!made) return no_memory(err);
    ag_node alone = *node; /* a single value: a list of one */
    alone.next = NULL;
    for (const ag_node *n = node->kind == AG_NODE_LIST ? node->first : &alone; n; n = n->next) {
        const sequence *s = sequence_of(n);
        if (s) {
            AG_TRY(append_call(arena, s, n, what, made, &last, err));
            continue;
        }
        AG_TRY(check_count(n, what, made->count + 1.0, err));
        if (!ag_node_append(arena, made, &last, n, NULL, AG_NOWHERE)) return no_memory(err);
    }
    if (!made->count)
        return AG_FAIL(err, AG_CONFIG, node->place, "%s is an empty list: nothing to choose from",
                       what);
    *list = made;
    return AG_OK;
}

/* --- ranges --------------------------------------------------------------------- */

static const struct {
    const char *name, *usage;
    bool log, whole;
} ranges[] = {
    {"uniform", "uniform(least, most)", false, false},
    {"log_uniform", "log_uniform(least, most), both above 0", true, false},
    {"uniform_int", "uniform_int(least, most), both whole", false, true},
};
enum { N_RANGES = sizeof ranges / sizeof ranges[0] };

static int range_of(const ag_node *node) {
    for (int i = 0; node->kind == AG_NODE_VALUE && i < N_RANGES; i++)
        if (is_call_of(node->text, ranges[i].name)) return i;
    return -1;
}

bool ag_node_is_range(const ag_node *node) { return range_of(node) >= 0; }

ag_status ag_range_read(const ag_node *node, const char *what, ag_range *range, ag_error *err) {
    const int i = range_of(node);
    call c = {0};
    const bool read = read_arguments(strchr(node->text, '(') + 1, &c) && c.n_arguments == 2;
    *range = (ag_range){ranges[i].log, ranges[i].whole, c.argument[0], c.argument[1]};
    if (!read || !(range->min < range->max) || (range->log && range->min <= 0) ||
        (range->whole && (range->min != floor(range->min) || range->max != floor(range->max))))
        return AG_FAIL(err, AG_CONFIG, node->place,
                       "%s is '%.60s', must be %s, the smaller one first", what, node->text,
                       ranges[i].usage);
    return AG_OK;
}

static double within(const ag_range *range, double x) {
    return x < range->min ? range->min : x > range->max ? range->max : x;
}

double ag_range_at(const ag_range *range, double u) {
    const double a = range->min, b = range->max;
    if (range->whole) return within(range, a + floor(u * (b - a + 1)));
    const double x = range->log ? exp(log(a) * (1 - u) + log(b) * u) : a * (1 - u) + b * u;
    return within(range, round_to_digits(x, 6));
}

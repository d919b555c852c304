/* Blocks in panels. */
#include "harness/base/nearest.h"
#include "results/report/figure_data.h"
#include "results/report/short_text.h"

#include <stdio.h>
#include <string.h>

enum { KEYS_MAX = 16 };

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the panels of a figure");
}

/* The end of a key: depth of model.depth. */
static const char *end_of(const char *key) {
    const char *dot = strrchr(key, '.');
    return dot ? dot + 1 : key;
}

/* Of a choice, what is chosen: initializer of initializer.name. Bytes of it in *n. */
static const char *word_of(const char *key, size_t *n) {
    static const char name[] = ".name";
    *n = strlen(key);
    if (*n >= sizeof name && strcmp(key + *n - sizeof name + 1, name) == 0) *n -= sizeof name - 1;
    const char *word = key;
    for (const char *c = key; c < key + *n; c++)
        if (*c == '.') word = c + 1;
    *n -= (size_t)(word - key);
    return word;
}

int ag_varying_find(const ag_varying *varying, const char *key) {
    for (int k = 0; k < varying->n; k++)
        if (strcmp(varying->key[k], key) == 0) return k;
    for (int k = 0; k < varying->n; k++)
        if (strcmp(end_of(varying->key[k]), key) == 0) return k;
    for (int k = 0; k < varying->n; k++) {
        size_t n;
        const char *word = word_of(varying->key[k], &n);
        if (strlen(key) == n && memcmp(word, key, n) == 0) return k;
    }
    return -1;
}

/* --- which keys ---------------------------------------------------------------------- */

typedef struct keys {
    int n, key[KEYS_MAX]; /* places among those that vary */
} keys;

static bool has_key(const keys *k, int key) {
    for (int i = 0; i < k->n; i++)
        if (k->key[i] == key) return true;
    return false;
}

static bool is_same_text(const char *a, const char *b) {
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_together(const ag_samples *samples, const keys *k, int a, int b) {
    for (int i = 0; i < k->n; i++)
        if (!is_same_text(samples->blocks[a].value[k->key[i]], samples->blocks[b].value[k->key[i]]))
            return false;
    return true;
}

/* Panels that these keys make; counting ends above `most`. */
static int count_panels(const ag_samples *samples, const keys *k, int most) {
    int first[AG_PANELS_MAX + 1], n = 0;
    for (int b = 0; b < samples->n_blocks; b++) {
        int p = 0;
        while (p < n && !is_together(samples, k, first[p], b))
            p++;
        if (p < n) continue;
        if (n >= most || n > AG_PANELS_MAX) return n + 1;
        first[n++] = b;
    }
    return n;
}

static void offer_key(const ag_samples *samples, int key, int most, keys *k) {
    keys more = *k;
    if (key < 0 || has_key(k, key) || k->n == KEYS_MAX) return;
    more.key[more.n++] = key;
    const int n = count_panels(samples, &more, most);
    if (n <= most && n > count_panels(samples, k, most))
        *k = more; /* else it tells nothing apart */
}

static void choose_keys(const ag_samples *samples, int along, int most, keys *k) {
    static const char *const first[] = {"dataset", "dataset.name", "model.type", "model.depth",
                                        "initializer"};
    keys chosen = {0};
    for (int i = 0; i < AG_COUNT(first); i++) {
        const int key = ag_varying_find(&samples->varying, first[i]);
        if (key != along) offer_key(samples, key, most, &chosen);
    }
    for (int key = 0; key < samples->varying.n; key++)
        if (key != along) offer_key(samples, key, most, &chosen);
    *k = chosen;
}

static ag_status read_key(const ag_samples *samples, const char *word, size_t n, int along, keys *k,
                          ag_error *err) {
    char name[AG_NEAREST_MAX];
    snprintf(name, sizeof name, "%.*s", (int)n, word);
    const int key = ag_varying_find(&samples->varying, name);
    if (key >= 0 && key != along && !has_key(k, key) && k->n < KEYS_MAX) {
        k->key[k->n++] = key;
        return AG_OK;
    }
    if (key >= 0) return AG_OK; /* on the axis, or twice */
    char hint[AG_HINT_MAX], list[160] = "";
    ag_nearest nearest = ag_nearest_begin(name);
    for (int i = 0; i < samples->varying.n; i++) {
        ag_nearest_offer(&nearest, samples->varying.key[i]);
        ag_nearest_offer(&nearest, end_of(samples->varying.key[i]));
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", samples->varying.key[i]);
    }
    if (samples->varying.n == 0)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                       "--by is '%s', and all trials asked for differ in activation and seed only",
                       name);
    return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE, "--by is '%s', must be one of %s%s", name, list,
                   ag_nearest_hint(hint, &nearest, ""));
}

static ag_status read_keys(const ag_samples *samples, const char *by, int along, keys *k,
                           ag_error *err) {
    for (const char *word = by; *word;) {
        const size_t n = strcspn(word, ",");
        if (n) AG_TRY(read_key(samples, word, n, along, k, err));
        word += n + (word[n] == ',');
    }
    return AG_OK;
}

/* --- panels --------------------------------------------------------------------------- */

/* "depth 8, he_normal" */
static const char *label_of(const ag_samples *samples, const keys *k, int block, ag_arena *arena) {
    size_t n = 1;
    for (int i = 0; i < k->n; i++) {
        const char *value = samples->blocks[block].value[k->key[i]];
        n += strlen(samples->varying.key[k->key[i]]) + strlen(value ? value : "none") + 4;
    }
    char *text = AG_NEW_ARRAY(arena, char, n);
    for (int i = 0, used = 0; text && i < k->n; i++) {
        const char *value = samples->blocks[block].value[k->key[i]];
        size_t length;
        const char *word = word_of(samples->varying.key[k->key[i]], &length);
        used += sprintf(text + used, "%s%.*s %s", i ? ", " : "", (int)length, word,
                        value ? value : "none");
    }
    return text;
}

static ag_status fill_panel(const ag_samples *samples, const keys *k, int first, ag_arena *arena,
                            ag_panel *panel, ag_error *err) {
    int *block = AG_NEW_ARRAY(arena, int, (size_t)samples->n_blocks);
    *panel = (ag_panel){.label = label_of(samples, k, first, arena),
                        .depth = samples->blocks[first].depth};
    if (!block || !panel->label) return no_memory(err);
    int n = 0;
    for (int b = first; b < samples->n_blocks; b++) {
        if (!is_together(samples, k, first, b)) continue;
        block[n++] = b;
        if (samples->blocks[b].depth != panel->depth) panel->depth = -1;
    }
    panel->blocks = (ag_block_set){n, block};
    return AG_OK;
}

/* What blocks of a panel differ in. */
static ag_status differing(const ag_samples *samples, const keys *k, int along, ag_arena *arena,
                           ag_panels *panels, ag_error *err) {
    size_t n = 1;
    for (int i = 0; i < samples->varying.n; i++)
        n += strlen(samples->varying.key[i]) + 2;
    char *text = AG_NEW_ARRAY(arena, char, n);
    if (!text) return no_memory(err);
    for (int i = 0, used = 0; i < samples->varying.n; i++)
        if (!has_key(k, i) && i != along) {
            size_t length;
            const char *word = word_of(samples->varying.key[i], &length);
            used += sprintf(text + used, "%s%.*s", used ? ", " : "", (int)length, word);
        }
    panels->over = text;
    return AG_OK;
}

/* Most blocks that are averaged for one place of a panel. */
static int most_averaged(const ag_samples *samples, const ag_panels *panels, int along) {
    int most = 0;
    for (int p = 0; p < panels->n; p++) {
        const ag_block_set *set = &panels->panel[p].blocks;
        for (int i = 0; i < set->n; i++) {
            int same = 0;
            for (int j = 0; j < set->n; j++)
                same += along < 0 || is_same_text(samples->blocks[set->block[i]].value[along],
                                                  samples->blocks[set->block[j]].value[along]);
            most = same > most ? same : most;
            if (along < 0) break;
        }
    }
    return most;
}

static ag_status make_titles(ag_panel *panel, int n, ag_arena *arena, ag_error *err) {
    const char *label[AG_PANELS_MAX], *title[AG_PANELS_MAX];
    for (int p = 0; p < n; p++)
        label[p] = panel[p].label;
    if (!ag_short_texts(n, label, title, arena)) return no_memory(err);
    for (int p = 0; p < n; p++)
        panel[p].title = title[p];
    return AG_OK;
}

ag_status ag_panels_of(const ag_figure_data *data, const char *along, int most, ag_arena *arena,
                       ag_panels *panels, ag_error *err) {
    const ag_samples *samples = &data->samples;
    const int axis = along ? ag_varying_find(&samples->varying, along) : -1;
    keys k = {0};
    *panels = (ag_panels){0};
    if (data->request->by)
        AG_TRY(read_keys(samples, data->request->by, axis, &k, err));
    else
        choose_keys(samples, axis, most, &k);
    ag_panel *panel = AG_NEW_ARRAY(arena, ag_panel, AG_PANELS_MAX);
    if (!panel) return no_memory(err);
    panels->panel = panel;
    for (int b = 0; b < samples->n_blocks; b++) {
        int seen = 0;
        while (seen < b && !is_together(samples, &k, seen, b))
            seen++;
        if (seen < b) continue;
        if (panels->n == AG_PANELS_MAX)
            panels->left_out++;
        else
            AG_TRY(fill_panel(samples, &k, b, arena, &panel[panels->n++], err));
    }
    AG_TRY(make_titles(panel, panels->n, arena, err));
    panels->averaged = most_averaged(samples, panels, axis);
    return differing(samples, &k, axis, arena, panels, err);
}

/* `claims`: what an experiment's results are expected to say, held against its grid. */
#include "harness/base/nearest.h"
#include "harness/base/sorted.h"
#include "harness/config/choice.h"
#include "harness/plan/activation.h"
#include "harness/plan/claim_text.h"
#include "harness/plan/expand.h"
#include "harness/plan/tuning.h"

#include <stdio.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading 'claims'");
}

/* --- activations ----------------------------------------------------------------------------- */

/* Labels are alike whatever blanks and commas stand between their words. */
static char next_of(const char **at) {
    const size_t blanks = strspn(*at, " \t\n,");
    const char c = (*at)[blanks];
    if (blanks && c && c != ')' && c != ']') {
        *at += blanks;
        return ' ';
    }
    *at += blanks + (c != 0);
    return c;
}

static bool is_label(const char *a, const char *b) {
    char x, y;
    do {
        x = next_of(&a);
        y = next_of(&b);
    } while (x == y && x);
    return x == y;
}

/* elu(alpha=0.5) as {name: elu, alpha: 0.5} */
static void write_yaml(ag_writer *w, const char *text) {
    const size_t n = strcspn(text, "("), whole = strlen(text);
    ag_write(w, "{name: ");
    ag_write_bytes(w, text, n);
    if (text[n]) ag_write(w, ", ");
    for (const char *c = text + n + 1; text[n] && c < text + whole - 1; c++)
        ag_write(w, *c == '=' ? ": " : *c == ' ' && c[-1] != ',' ? ", " : (char[]){*c, 0});
    ag_write(w, "}");
}

/* The label that the grid would have for what is written in another way: silu, elu(alpha=1). NULL:
 * it is no activation of the catalogue. */
static ag_status read_label(const char *text, ag_arena *arena, const char **label, ag_error *err) {
    *label = NULL;
    ag_writer yaml = AG_WRITER(arena), w = AG_WRITER(arena);
    write_yaml(&yaml, text);
    if (yaml.failed) return no_memory(err);
    const ag_node *node;
    ag_error inner = {0};
    ag_choice choice;
    ag_status status = ag_document_parse_at(arena, AG_NOWHERE, yaml.text, &node, &inner);
    if (!status) status = ag_activation_read(arena, node, "activation", &choice, &inner);
    if (status) return status == AG_NOMEM ? no_memory(err) : AG_OK;
    ag_write_choice_label(&w, &choice);
    *label = w.text;
    return w.failed ? no_memory(err) : AG_OK;
}

static ag_status refuse_activation(const ag_plan *plan, const ag_claim_side *side, ag_arena *work,
                                   ag_error *err) {
    enum { SHOWN = 8 };
    char hint[AG_HINT_MAX];
    const char *named = NULL; /* this one with parameters */
    ag_nearest nearest = ag_nearest_begin(side->activation);
    ag_writer names = AG_WRITER(work);
    const int n = plan->n_variants[AG_PART_ACTIVATION];
    for (int v = 0; v < n; v++) {
        const char *label = plan->variants[AG_PART_ACTIVATION][v].label;
        const size_t length = strlen(side->activation);
        if (strncmp(label, side->activation, length) == 0 && label[length] == '(') named = label;
        ag_nearest_offer(&nearest, label);
        if (v < SHOWN) ag_write_format(&names, "%s%.40s", v ? ", " : "; it has ", label);
    }
    if (n > SHOWN) ag_write(&names, ", ...");
    if (names.failed) return no_memory(err);
    if (named) snprintf(nearest.best, sizeof nearest.best, "%s", named);
    const char *otherwise = nearest.best[0] ? ag_nearest_hint(hint, &nearest, "") : names.text;
    return AG_FAIL(err, AG_CONFIG, side->place, "claim: the grid has no activation '%.60s'%s",
                   side->activation, otherwise);
}

/* match[v]: variant v has this label. Returns it as the plan has it; NULL: none has. */
static const char *mark_label(const ag_plan *plan, const char *wanted, unsigned char *match) {
    const char *found = NULL;
    for (int v = 0; v < plan->n_variants[AG_PART_ACTIVATION]; v++) {
        const char *label = plan->variants[AG_PART_ACTIVATION][v].label;
        match[v] = is_label(label, wanted);
        if (match[v]) found = label;
    }
    return found;
}

static ag_status find_activation(ag_draft *d, ag_claim_side *side, unsigned char *match,
                                 ag_error *err) {
    const ag_plan *plan = d->plan;
    const char *label, *found = mark_label(plan, side->activation, match);
    if (!found) AG_TRY(read_label(side->activation, d->work, &label, err));
    if (!found && label) found = mark_label(plan, label, match);
    if (!found) return refuse_activation(plan, side, d->work, err);
    side->activation = found;
    return AG_OK;
}

/* --- settings -------------------------------------------------------------------------------- */

/* "2, 4, 8": the different values that the grid has for this key. */
static const char *values_of(const ag_plan *plan, const ag_rule_key *key, ag_arena *work) {
    enum { SHOWN = 8, TEXT = 32 };
    ag_writer w = AG_WRITER(work), all = AG_WRITER(work);
    const char *values[SHOWN];
    int n = 0;
    for (int v = 0; v < plan->n_variants[key->part] && n <= SHOWN; v++) {
        const ag_setting setting = ag_variant_setting(key->part, &plan->variants[key->part][v],
                                                      key->path.n, key->path.component);
        w.n = 0;
        ag_write_setting(&w, &setting);
        bool known = w.failed;
        for (int i = 0; i < n && !known; i++)
            known = strcmp(values[i], w.text) == 0;
        if (known) continue;
        ag_write_format(&all, "%s%.*s", n ? ", " : "", TEXT, n < SHOWN ? w.text : "...");
        if (n < SHOWN) values[n] = ag_writer_copy(&w, work);
        if (n < SHOWN && !values[n]) return NULL;
        n++;
    }
    return all.failed ? NULL : all.text;
}

static bool is_below(const char *key, const char *part) {
    const size_t n = strlen(part);
    return strncmp(key, part, n) == 0 && (!key[n] || key[n] == '.');
}

/* A key that was tuned, or what stands above or below one. */
static bool is_tuned(const ag_plan *plan, const char *key) {
    for (int i = 0; plan->tuning && i < plan->tuning->n_over; i++)
        if (is_below(key, plan->tuning->over[i]) || is_below(plan->tuning->over[i], key))
            return true;
    return false;
}

static ag_status check_key(const ag_plan *plan, const ag_claim_side *side, int i, ag_error *err) {
    const ag_claim_key *key = &side->at[i];
    if (is_tuned(plan, key->key))
        return AG_FAIL(
            err, AG_CONFIG, key->key_place,
            "claim: %.60s is tuned for each activation by itself, and what was chosen is "
            "compared",
            key->key);
    if (is_below(key->key, "activation"))
        return AG_FAIL(
            err, AG_CONFIG, key->key_place,
            "claim: the activation stands in the brackets of METRIC(ACTIVATION), with its "
            "parameters: elu(alpha=0.5)");
    if (strncmp(key->key, "seed", 4) == 0)
        return AG_FAIL(err, AG_CONFIG, key->key_place,
                       "claim: it is about all seeds of the experiment, not about one");
    for (int k = 0; k < i; k++)
        if (strcmp(side->at[k].key, key->key) == 0)
            return AG_FAIL(err, AG_CONFIG, key->key_place, "claim: '%.60s' is given twice",
                           key->key);
    return AG_OK;
}

/* Takes out of `match` the variants that do not have this setting. */
static ag_status apply_key(ag_draft *d, ag_claim_side *side, int i, ag_error *err) {
    ag_rule_key rule;
    const ag_node *value;
    const ag_claim_key *key = &side->at[i];
    AG_TRY(check_key(d->plan, side, i, err));
    AG_TRY(ag_document_parse_at(d->work, key->value_place, key->value, &value, err));
    ag_node node = *value;
    node.key = key->key;
    node.key_place = key->key_place;
    AG_TRY(ag_rule_key_read(d->work, &node, "a claim", d->plan, &rule, err));
    const int n = d->plan->n_variants[rule.part];
    bool any = false;
    for (int v = 0; v < n; v++)
        any |= rule.match[v];
    if (!any) {
        const char *values = values_of(d->plan, &rule, d->work);
        if (!values) return no_memory(err);
        return AG_FAIL(err, AG_CONFIG, key->value_place,
                       "claim: %.60s is %.60s nowhere in the grid, it is %s", key->key, key->value,
                       values);
    }
    unsigned char *match = AG_NEW_ARRAY(d->arena, unsigned char, (size_t)n);
    if (!match) return no_memory(err);
    const unsigned char *before = side->match[rule.part];
    for (int v = 0; v < n; v++)
        match[v] = rule.match[v] && (!before || before[v]);
    side->match[rule.part] = match;
    return AG_OK;
}

bool ag_claim_has(const ag_claim_side *side, const ag_trial *trial) {
    for (int p = 0; p < AG_PARTS; p++)
        if (side->match[p] && !side->match[p][trial->variant[p]]) return false;
    return true;
}

static ag_status read_side(ag_draft *d, ag_claim_side *side, const ag_claim_key *keys,
                           ag_error *err) {
    const ag_plan *plan = d->plan;
    unsigned char *match =
        AG_NEW_ARRAY(d->arena, unsigned char, (size_t)plan->n_variants[AG_PART_ACTIVATION]);
    ag_claim_key *at = AG_NEW_ARRAY(d->arena, ag_claim_key, (size_t)side->n_at + 1);
    if (!match || !at) return no_memory(err);
    if (side->n_at) memcpy(at, keys, (size_t)side->n_at * sizeof *at);
    side->at = at;
    AG_TRY(find_activation(d, side, match, err));
    side->match[AG_PART_ACTIVATION] = match;
    for (int i = 0; i < side->n_at; i++)
        AG_TRY(apply_key(d, side, i, err));
    for (size_t t = 0; t < plan->n_trials; t++)
        side->n_trials += ag_claim_has(side, &plan->trials[t]);
    if (side->n_trials) return AG_OK;
    return AG_FAIL(err, AG_CONFIG, side->place,
                   "claim: no trial of the grid has all of this: %.60s with the settings behind "
                   "'at'",
                   side->activation);
}

/* --- both sides ------------------------------------------------------------------------------ */

/* What each trial of the first seed is besides its activation. Returns how many. */
static size_t list_points(const ag_plan *plan, const ag_claim_side *side, uint64_t *points) {
    size_t n = 0;
    for (size_t t = 0; t < plan->n_trials / (size_t)plan->n_seeds; t++)
        if (ag_claim_has(side, &plan->trials[t]))
            points[n++] = ag_plan_id_with(plan, &plan->trials[t], AG_PART_ACTIVATION, 0);
    return n;
}

/* Whether some points of both sides differ in their activations alone. */
static ag_status compare_points(ag_draft *d, ag_claim *claim, bool *shared, ag_error *err) {
    const ag_plan *plan = d->plan;
    const size_t n_seeds = (size_t)plan->n_seeds;
    const ag_mark mark = ag_arena_mark(d->work);
    uint64_t *left = AG_NEW_ARRAY(d->work, uint64_t, claim->left.n_trials / n_seeds + 1);
    uint64_t *right = AG_NEW_ARRAY(d->work, uint64_t, claim->right.n_trials / n_seeds + 1);
    if (!left || !right) return no_memory(err);
    const size_t n = list_points(plan, &claim->left, left),
                 m = list_points(plan, &claim->right, right);
    ag_sorted_make(left, n);
    *shared = false;
    for (size_t i = 0; i < m && !*shared; i++)
        *shared = ag_sorted_find(left, n, right[i]) != NULL;
    ag_arena_release(d->work, mark);
    return AG_OK;
}

/* A claim about points that share nothing compares the means of both sides: these must be of as
 * many points. */
static ag_status check_sides(ag_draft *d, ag_claim *claim, ag_error *err) {
    bool shared = false;
    const ag_claim_side *left = &claim->left, *right = &claim->right;
    const size_t n_seeds = (size_t)d->plan->n_seeds;
    AG_TRY(compare_points(d, claim, &shared, err));
    claim->apart = !shared;
    if (shared && strcmp(left->activation, right->activation) == 0)
        return AG_FAIL(err, AG_CONFIG, right->place,
                       "claim: both sides are about the same trials of %.60s", right->activation);
    if (shared || left->n_trials == right->n_trials) return AG_OK;
    return AG_FAIL(
        err, AG_CONFIG, right->place,
        "claim: its sides share no point of the grid, and have %zu and %zu of their own: "
        "say with 'at' which ones are meant, as many on both sides",
        left->n_trials / n_seeds, right->n_trials / n_seeds);
}

/* --- reading --------------------------------------------------------------------------------- */

/* Whether the text follows its place in the file as it is, all in one line. */
static bool is_exact(const ag_plan *plan, ag_place place, const char *text) {
    const char *at = plan->source;
    if (!place.column || place.file != plan->file || strchr(text, '\n')) return false;
    for (int line = 1; line < place.line && at; line++)
        at = (at = strchr(at, '\n')) ? at + 1 : NULL;
    for (int column = 1; column < place.column && at && *at; column++) {
        at++;
        while (((unsigned char)*at & 0xC0) == 0x80)
            at++;
    }
    return at && strncmp(at, text, strlen(text)) == 0;
}

static ag_status read_claim(ag_draft *d, const ag_node *node, ag_claim *claim, ag_error *err) {
    if (node->kind != AG_NODE_VALUE)
        return AG_FAIL(err, AG_CONFIG, node->place,
                       "a claim is %s, must be a text: \"val_accuracy(relu) > val_accuracy(tanh)\"",
                       node->kind == AG_NODE_LIST ? "a list" : "a map");
    const char *text = node->text;
    ag_claim_source source = {text, node->place, false};
    if (source.place.column) source.place.column += node->quoted;
    source.exact = is_exact(d->plan, source.place, text);
    if (!source.exact) source.place = node->place;
    ag_claim_parts parts = {0};
    *claim = (ag_claim){.text = text};
    AG_TRY(ag_claim_parse(&source, d->arena, claim, &parts, err));
    claim->left = parts.left;
    claim->right = parts.right;
    AG_TRY(read_side(d, &claim->left, parts.left_at, err));
    if (claim->of_number) return AG_OK;
    AG_TRY(read_side(d, &claim->right, parts.right_at, err));
    return check_sides(d, claim, err);
}

ag_status ag_claims_read(ag_draft *d, ag_error *err) {
    const ag_node *list = d->root.claims;
    ag_plan *plan = d->plan;
    if (ag_node_is_null(list)) return AG_OK;
    const bool one = list->kind != AG_NODE_LIST;
    const int n = one ? 1 : list->count;
    if (n > AG_CLAIMS_MAX)
        return AG_FAIL(err, AG_CONFIG, list->place, "%d claims, the limit is %d", n, AG_CLAIMS_MAX);
    ag_claim *claims = AG_NEW_ARRAY(d->arena, ag_claim, (size_t)n + 1);
    if (!claims) return no_memory(err);
    plan->claims = claims;
    const ag_node *node = one ? list : list->first;
    for (; plan->n_claims < n; node = node->next)
        AG_TRY(read_claim(d, node, &claims[plan->n_claims++], err));
    const int n_seeds = plan->tuning ? plan->tuning->n_final_seeds : plan->n_seeds;
    return n && n_seeds < 2 ? ag_note(d, err, "claims: one seed decides nothing; 5 or more do")
                            : AG_OK;
}

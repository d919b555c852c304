#include "harness/plan/claim_text.h"

#include "harness/base/nearest.h"
#include "harness/base/text.h"

#include <string.h>

enum { WORD_MAX = 60 };

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS "0123456789"

static const char FORM[] = "METRIC(ACTIVATION) > METRIC(ACTIVATION) [at KEY=VALUE, ...] [within "
                           "MARGIN]";

typedef struct parser {
    const ag_claim_source *source;
    ag_arena *arena;
    const char *at; /* what is read next */
} parser;

/* Columns count characters, as the document does. */
static ag_place place_of(const parser *p, const char *at) {
    ag_place place = p->source->place;
    for (const char *c = p->source->text; p->source->exact && place.column && c < at; c++)
        place.column += ((unsigned char)*c & 0xC0) != 0x80;
    return place;
}

static void skip_blanks(parser *p) { p->at += strspn(p->at, " \t\n"); }

static const char *copy_of(parser *p, const char *begin, const char *end) {
    while (end > begin && strchr(" \t\n", end[-1]))
        end--;
    char *copy = AG_NEW_ARRAY(p->arena, char, (size_t)(end - begin) + 1);
    return copy ? memcpy(copy, begin, (size_t)(end - begin)) : NULL;
}

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory reading 'claims'");
}

/* The word, number or sign that stands here, for messages. */
static const char *word_at(const char *at, char word[WORD_MAX + 1]) {
    size_t n = strspn(at, LETTERS DIGITS ".%+-");
    if (!n) n = strspn(at, "<>=~!");
    if (!n && *at) n = 1;
    while (((unsigned char)at[n] & 0xC0) == 0x80)
        n++;
    if (n > WORD_MAX) n = WORD_MAX;
    memcpy(word, at, n);
    word[n] = 0;
    return word;
}

/* "claim: 'foo' where > should stand" */
static ag_status expected(const parser *p, const char *what, ag_error *err) {
    char word[WORD_MAX + 1];
    if (!*p->at)
        return AG_FAIL(err, AG_CONFIG, place_of(p, p->at), "claim: it ends where %s should stand",
                       what);
    return AG_FAIL(err, AG_CONFIG, place_of(p, p->at), "claim: '%s' where %s should stand",
                   word_at(p->at, word), what);
}

/* Whether this word stands here, by itself. */
static bool is_word(const char *at, const char *word) {
    const size_t n = strlen(word);
    return strncmp(at, word, n) == 0 && !strspn(at + n, LETTERS DIGITS);
}

/* --- where a piece of text ends -------------------------------------------------------------- */

/* The first character from here on, outside of brackets, that is one of `stop`, or begins the word
 * `word` behind a blank; the end of the text otherwise. */
static const char *piece_end(const char *at, const char *stop, const char *word) {
    int open = 0;
    const char *begin = at;
    for (; *at; at++) {
        if (!open && strchr(stop, *at)) return at;
        if (!open && word && at > begin && strchr(" \t\n", at[-1]) && is_word(at, word)) return at;
        open += strchr("([{", *at) != NULL;
        open -= open && strchr(")]}", *at);
    }
    return at;
}

/* --- settings -------------------------------------------------------------------------------- */

static ag_status read_key(parser *p, const char *stop, ag_claim_side *side, ag_claim_key *keys,
                          ag_error *err) {
    skip_blanks(p);
    const char *begin = p->at, *end = begin + strspn(begin, LETTERS DIGITS ".-");
    if (end == begin) return expected(p, "KEY=VALUE", err);
    if (side->n_at == AG_CLAIM_KEYS_MAX)
        return AG_FAIL(err, AG_CONFIG, place_of(p, begin), "claim: more than %d settings",
                       AG_CLAIM_KEYS_MAX);
    ag_claim_key *key = &keys[side->n_at++];
    key->key = copy_of(p, begin, end);
    key->key_place = place_of(p, begin);
    p->at = end;
    skip_blanks(p);
    if (*p->at != '=') return expected(p, "=", err);
    p->at++;
    skip_blanks(p);
    end = piece_end(p->at, stop, NULL);
    key->value = copy_of(p, p->at, end);
    key->value_place = place_of(p, p->at);
    if (!key->key || !key->value) return no_memory(err);
    if (!key->value[0]) return expected(p, "the value of this setting", err);
    p->at = end;
    skip_blanks(p);
    return AG_OK;
}

/* KEY=VALUE, KEY=VALUE */
static ag_status read_keys(parser *p, const char *stop, ag_claim_side *side, ag_claim_key *keys,
                           ag_error *err) {
    for (;;) {
        AG_TRY(read_key(p, stop, side, keys, err));
        if (*p->at != ',') return AG_OK;
        p->at++;
    }
}

/* --- sides ----------------------------------------------------------------------------------- */

static ag_status read_metric(parser *p, ag_claim *claim, ag_error *err) {
    const char *begin = p->at;
    p->at += strspn(p->at, LETTERS DIGITS);
    const char *end = p->at;
    if (end == begin || strspn(begin, DIGITS)) {
        p->at = begin;
        return expected(
            p, claim->metric ? "METRIC(ACTIVATION), or a number," : "METRIC(ACTIVATION)", err);
    }
    skip_blanks(p);
    const char *name = copy_of(p, begin, end);
    if (!name) return no_memory(err);
    if (*p->at != '(') return expected(p, "the ( of METRIC(ACTIVATION)", err);
    if (claim->metric && strcmp(claim->metric, name) != 0)
        return AG_FAIL(err, AG_CONFIG, place_of(p, begin),
                       "claim: %.60s is compared with %.60s, must be one metric on both sides",
                       claim->metric, name);
    if (claim->metric) return AG_OK;
    claim->metric = name;
    claim->metric_place = place_of(p, begin);
    return AG_OK;
}

/* METRIC(ACTIVATION at KEY=VALUE, ...) */
static ag_status read_side(parser *p, ag_claim *claim, ag_claim_side *side, ag_claim_key *keys,
                           ag_error *err) {
    AG_TRY(read_metric(p, claim, err));
    const char *bracket = p->at++;
    skip_blanks(p);
    side->place = place_of(p, p->at);
    const char *end = piece_end(p->at, ")", "at");
    side->activation = copy_of(p, p->at, end);
    if (!side->activation) return no_memory(err);
    if (!side->activation[0]) return expected(p, "an activation", err);
    p->at = end;
    if (*p->at && *p->at != ')') {
        p->at += strlen("at");
        AG_TRY(read_keys(p, " \t\n,)", side, keys, err));
    }
    if (!*p->at)
        return AG_FAIL(err, AG_CONFIG, place_of(p, bracket), "claim: this ( is not closed");
    if (*p->at != ')') return expected(p, ", or )", err);
    p->at++;
    skip_blanks(p);
    return AG_OK;
}

static ag_status read_relation(parser *p, ag_claim *claim, ag_error *err) {
    const size_t n = strspn(p->at, "<>=~!");
    if (n == 1 && *p->at == '>')
        claim->relation = AG_CLAIM_GREATER;
    else if (n == 1 && *p->at == '<')
        claim->relation = AG_CLAIM_LESS;
    else if (n == 2 && strncmp(p->at, "~=", 2) == 0)
        claim->relation = AG_CLAIM_ALIKE;
    else
        return expected(p, ">, < or ~=", err);
    p->at += n;
    skip_blanks(p);
    return AG_OK;
}

/* A number that ends at a blank; *end: behind it. */
static bool read_number(const parser *p, double *x, const char **end) {
    char text[AG_NUMBER_MAX];
    const size_t n = strspn(p->at, LETTERS DIGITS ".+-");
    if (!n || n >= sizeof text || !strspn(p->at, DIGITS ".+-")) return false;
    memcpy(text, p->at, n);
    text[n] = 0;
    *end = p->at + n;
    return ag_parse_number(text, x);
}

static ag_status read_right(parser *p, ag_claim *claim, ag_claim_parts *parts, ag_error *err) {
    const char *end;
    if (strspn(p->at, LETTERS) || !read_number(p, &claim->number, &end))
        return read_side(p, claim, &parts->right, parts->right_at, err);
    claim->of_number = true;
    claim->number_place = place_of(p, p->at);
    p->at = end;
    skip_blanks(p);
    return AG_OK;
}

/* --- what follows ---------------------------------------------------------------------------- */

static ag_status read_at(parser *p, const ag_claim *claim, ag_claim_parts *parts, ag_error *err) {
    ag_claim_side common = {0};
    ag_claim_key keys[AG_CLAIM_KEYS_MAX];
    p->at += strlen("at");
    AG_TRY(read_keys(p, " \t\n,", &common, keys, err));
    ag_claim_side *sides[] = {&parts->left, &parts->right};
    ag_claim_key *own[] = {parts->left_at, parts->right_at};
    for (int s = 0; s < (claim->of_number ? 1 : 2); s++) {
        if (sides[s]->n_at + common.n_at > AG_CLAIM_KEYS_MAX)
            return AG_FAIL(err, AG_CONFIG, keys[0].key_place, "claim: more than %d settings",
                           AG_CLAIM_KEYS_MAX);
        memcpy(own[s] + sides[s]->n_at, keys, (size_t)common.n_at * sizeof *keys);
        sides[s]->n_at += common.n_at;
    }
    return AG_OK;
}

static ag_status read_margin(parser *p, ag_claim *claim, ag_error *err) {
    const char *end;
    p->at += strlen("within");
    skip_blanks(p);
    claim->margin_place = place_of(p, p->at);
    if (!read_number(p, &claim->margin, &end))
        return expected(p, "a number, or a share such as 10%,", err);
    if (!(claim->margin > 0))
        return AG_FAIL(err, AG_CONFIG, claim->margin_place, "claim: within %.*s, must be above 0",
                       (int)(end - p->at), p->at);
    p->at = end;
    claim->percent = *p->at == '%';
    p->at += claim->percent;
    skip_blanks(p);
    return AG_OK;
}

/* Nothing more. Behind a side with few words: most likely one that is misspelt. */
static ag_status read_end(const parser *p, bool at, const ag_claim *claim, ag_error *err) {
    if (!*p->at) return AG_OK;
    char word[WORD_MAX + 1], hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(word_at(p->at, word));
    if (!at && claim->margin == 0) ag_nearest_offer(&nearest, "at");
    if (claim->margin == 0) ag_nearest_offer(&nearest, "within");
    if (is_word(p->at, "at") && claim->margin != 0)
        return AG_FAIL(err, AG_CONFIG, place_of(p, p->at),
                       "claim: 'at' stands in front of 'within'");
    return AG_FAIL(err, AG_CONFIG, place_of(p, p->at), "claim: '%s' where it should end%s", word,
                   ag_nearest_hint(hint, &nearest,
                                   claim->margin != 0 ? "" : ", or go on with 'at' or 'within'"));
}

ag_status ag_claim_parse(const ag_claim_source *source, ag_arena *arena, ag_claim *claim,
                         ag_claim_parts *parts, ag_error *err) {
    parser p = {source, arena, source->text};
    skip_blanks(&p);
    if (!*p.at)
        return AG_FAIL(err, AG_CONFIG, source->place, "claim: there is nothing here; %s", FORM);
    AG_TRY(read_side(&p, claim, &parts->left, parts->left_at, err));
    AG_TRY(read_relation(&p, claim, err));
    AG_TRY(read_right(&p, claim, parts, err));
    const bool at = is_word(p.at, "at");
    if (at) AG_TRY(read_at(&p, claim, parts, err));
    if (is_word(p.at, "within")) AG_TRY(read_margin(&p, claim, err));
    AG_TRY(read_end(&p, at, claim, err));
    if (claim->relation == AG_CLAIM_ALIKE && claim->margin == 0)
        return AG_FAIL(err, AG_CONFIG, place_of(&p, p.at),
                       "claim: ~= needs 'within MARGIN': how far apart still counts as alike");
    return AG_OK;
}

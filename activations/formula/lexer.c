#include "activations/formula/lexer.h"

#include "harness/base/text.h"

#include <stdio.h>
#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
static const char word_letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
static const char digits[] = "0123456789";

ag_place ag_formula_place(const ag_formula_spec *spec, size_t at) {
    ag_place place = spec->place;
    if (spec->one_line && place.column) place.column += (int)at;
    return place;
}

static bool among(char c, const char *set) { return c && strchr(set, c); }

/* "12", "1.5e-3", ".5": how many characters. */
static size_t number_length(const char *s) {
    size_t n = strspn(s, digits);
    if (s[n] == '.') n += 1 + strspn(s + n + 1, digits);
    if (s[n] != 'e' && s[n] != 'E') return n;
    const size_t sign = s[n + 1] == '+' || s[n + 1] == '-';
    const size_t exponent = strspn(s + n + 1 + sign, digits);
    return exponent ? n + 1 + sign + exponent : n;
}

static ag_status read_number(const ag_formula_spec *spec, ag_token *t, ag_error *err) {
    char text[AG_FORMULA_NAME_MAX];
    t->kind = AG_TOKEN_NUMBER;
    t->length = number_length(spec->text + t->at);
    const bool fits = t->length < sizeof text;
    if (fits) snprintf(text, sizeof text, "%.*s", (int)t->length, spec->text + t->at);
    if (fits && text[t->length - 1] == '.') text[t->length - 1] = 0; /* "2." is 2 */
    if (!fits || !ag_parse_number(text, &t->number))
        return AG_FAIL(err, AG_CONFIG, ag_formula_place(spec, t->at),
                       "formula: '%.*s' at column %zu is not a finite number",
                       (int)(fits ? t->length : 20), spec->text + t->at, t->at + 1);
    return AG_OK;
}

static ag_status refuse(const ag_formula_spec *spec, const ag_token *t, ag_error *err) {
    const unsigned char c = (unsigned char)spec->text[t->at];
    const ag_place place = ag_formula_place(spec, t->at);
    const size_t column = t->at + 1;
    if (c == '=')
        return AG_FAIL(err, AG_CONFIG, place, "formula: '=' at column %zu; equality is ==", column);
    if (c == '!')
        return AG_FAIL(err, AG_CONFIG, place,
                       "formula: '!' at column %zu; inequality is !=", column);
    if (c > ' ' && c < 0x7f)
        return AG_FAIL(err, AG_CONFIG, place, "formula: unexpected '%c' at column %zu", c, column);
    return AG_FAIL(err, AG_CONFIG, place,
                   "formula: unexpected character (byte %d) at column %zu; formulas are letters, "
                   "digits and + - * / ^ ( ) , < > = !",
                   c, column);
}

ag_status ag_formula_next(const ag_formula_spec *spec, size_t at, ag_token *t, ag_error *err) {
    at += strspn(spec->text + at, " \t\r\n");
    const char *s = spec->text + at;
    *t = (ag_token){.at = at};
    if (!*s) return AG_OK;
    if (among(*s, digits) || (*s == '.' && among(s[1], digits))) {
        AG_TRY(read_number(spec, t, err));
    } else if (among(*s, letters)) {
        t->kind = AG_TOKEN_NAME;
        t->length = strspn(s, word_letters);
    } else {
        const bool equal = among(*s, "<>=!") && s[1] == '=';
        if (!equal && !among(*s, "+-*/^(),<>")) return refuse(spec, t, err);
        t->kind = AG_TOKEN_SIGN;
        t->length = equal ? 2 : 1;
        t->sign = *s + (equal ? AG_SIGN_EQUAL : 0);
    }
    snprintf(t->name, sizeof t->name, "%.*s", (int)t->length, s);
    return AG_OK;
}

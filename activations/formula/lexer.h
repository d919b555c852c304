/* The words and signs of a formula. Private to activations/formula. */
#ifndef AG_FORMULA_LEXER_H
#define AG_FORMULA_LEXER_H

#include "activations/formula/parser.h"

typedef enum ag_token_kind {
    AG_TOKEN_END,
    AG_TOKEN_NUMBER,
    AG_TOKEN_NAME,
    AG_TOKEN_SIGN /* one of + - * / ^ ( ) , < > and the two-character ones below */
} ag_token_kind;

typedef struct ag_token {
    ag_token_kind kind;
    size_t at, length; /* in the text */
    int sign;          /* SIGN: its character; of two: the first, with AG_SIGN_EQUAL added */
    double number;
    char name[AG_FORMULA_NAME_MAX]; /* NAME; of any token at most its first characters */
} ag_token;

enum { AG_SIGN_EQUAL = 256 }; /* '<' + AG_SIGN_EQUAL is <= */

/* The token that begins at `at` or behind the blanks there. */
ag_status ag_formula_next(const ag_formula_spec *spec, size_t at, ag_token *token, ag_error *err);

#endif

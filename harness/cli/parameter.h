/* How the parameters of a catalogue element are printed: what they may be, and what
 * they are. */
#ifndef AG_PARAMETER_H
#define AG_PARAMETER_H

#include "harness/base/arena.h"
#include "harness/base/catalogue.h"

#include <stdio.h>

/* Names, meanings, ranges and standard values, `indent` columns to the right; what
 * an item of a list consists of stands below it. */
void ag_params_print(FILE *out, const ag_param *params, int n, int indent);

/* [{"name": "alpha", "kind": "real", "standard": 1, ...}, ...] */
void ag_params_print_json(FILE *out, const ag_param *params, int n);

/* What parameter i of the choice is: 0.5, true, [128, 64]. `arena` holds the text. */
void ag_param_print(FILE *out, const ag_choice *choice, int i, ag_arena *arena);
void ag_param_print_json(FILE *out, const ag_choice *choice, int i, ag_arena *arena);

/* , "settings": {"alpha": 0.5}: what the parameters are, of a choice without lists. */
void ag_settings_print_json(FILE *out, const ag_choice *choice);

/* ["silu", "swish"]; the texts end in NULL, or there is none. */
void ag_json_texts(FILE *out, const char *const *texts);

/* Columns that UTF-8 text takes: its characters, for the letters and signs used here. */
int ag_text_width(const char *text);

/* The text, and blanks up to so many columns. */
void ag_print_padded(FILE *out, const char *text, int columns);

#endif

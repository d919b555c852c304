#include "results/report/short_text.h"

#include "harness/base/text.h"
#include "harness/config/writer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_LEAST = 4, DIGITS_MOST = 17, NUMBER_BYTES = 40 };

/* Bytes of the number at the beginning: digits with a point or an exponent. 0: there is none. */
static size_t number_at(const char *text) {
    const char *c = text;
    bool fraction = false;
    while (isdigit((unsigned char)*c))
        c++;
    if (c == text) return 0;
    if (*c == '.' && isdigit((unsigned char)c[1])) {
        fraction = true;
        for (c++; isdigit((unsigned char)*c);)
            c++;
    }
    if (*c == 'e' && (isdigit((unsigned char)c[1]) ||
                      ((c[1] == '-' || c[1] == '+') && isdigit((unsigned char)c[2])))) {
        fraction = true;
        for (c += 2; isdigit((unsigned char)*c);)
            c++;
    }
    return fraction && c - text < NUMBER_BYTES ? (size_t)(c - text) : 0;
}

static bool ends_word(char c) { return isalnum((unsigned char)c) || c == '_' || c == '.'; }

/* Whichever is shorter: as it stands, or rounded. */
static void write_number(ag_writer *w, const char *text, size_t n, int digits) {
    char own[NUMBER_BYTES], shorter[NUMBER_BYTES], number[AG_NUMBER_MAX];
    snprintf(own, sizeof own, "%.*s", (int)n, text);
    snprintf(shorter, sizeof shorter, "%.*g", digits, strtod(own, NULL));
    ag_format_number(number, strtod(shorter, NULL));
    const bool rounds = strlen(number) < n;
    ag_write_bytes(w, rounds ? number : text, rounds ? strlen(number) : n);
}

static const char *shortened(const char *text, int digits, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    ag_write(&w, "");
    for (const char *c = text; *c;) {
        const bool begins = c == text || !ends_word(c[-1]);
        const size_t n = begins ? number_at(c) : 0;
        if (n && !ends_word(c[n])) {
            write_number(&w, c, n, digits);
            c += n;
        } else {
            ag_write_bytes(&w, c++, 1);
        }
    }
    return w.failed ? NULL : w.text ? w.text : "";
}

static int by_short(const void *a, const void *b) {
    return strcmp(((const char *const *)a)[1], ((const char *const *)b)[1]);
}

/* Whether two that differ do not any more. pairs[n]: the text and the short one. */
static bool collide(int n, const char *(*pairs)[2]) {
    qsort(pairs, (size_t)n, sizeof *pairs, by_short);
    for (int i = 1; i < n; i++)
        if (strcmp(pairs[i - 1][1], pairs[i][1]) == 0 && strcmp(pairs[i - 1][0], pairs[i][0]) != 0)
            return true;
    return false;
}

bool ag_short_texts(int n, const char *const *texts, const char **out, ag_arena *arena) {
    const char *(*pairs)[2] = ag_alloc(arena, (size_t)n + 1, sizeof *pairs);
    if (!pairs) return false;
    for (int digits = DIGITS_LEAST; digits <= DIGITS_MOST; digits++) {
        int there = 0;
        for (int i = 0; i < n; i++) {
            out[i] = texts[i] ? shortened(texts[i], digits, arena) : NULL;
            if (!texts[i]) continue;
            if (!out[i]) return false;
            pairs[there][0] = texts[i];
            pairs[there++][1] = out[i];
        }
        if (!collide(there, pairs)) return true;
    }
    memcpy(out, texts, (size_t)n * sizeof *out);
    return true;
}

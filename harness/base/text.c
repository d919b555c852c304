#include "harness/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 32 };

static int least(int a, int b) { return a < b ? a : b; }

int ag_word_distance(const char *a, const char *b) {
    const size_t na = strlen(a), nb = strlen(b);
    if (na > WORD_MAX || nb > WORD_MAX) return INT_MAX;
    int d[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t i = 0; i <= na; i++)
        for (size_t j = 0; j <= nb; j++) {
            if (!i || !j) {
                d[i][j] = (int)(i + j);
                continue;
            }
            const int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            d[i][j] = least(d[i - 1][j - 1] + (x != y), least(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
                y == tolower((unsigned char)a[i - 2]))
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[na][nb];
}

/* All of them are doubles. */
static const double tens[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                              1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/* Short numbers without exponent, as tables are full of: digits below 2^53 divided by a power
 * of ten that is a double is rounded once, so exactly what strtod gives (W. Clinger, 1990,
 * doi:10.1145/93542.93557). False: the number is another. */
static bool parse_short(const char *text, double *x) {
    enum { DIGITS_MAX = 15 };
    const char *c = text + (*text == '-' || *text == '+');
    uint64_t digits = 0;
    int n = 0, behind = -1; /* digits behind the point; -1: there is no point yet */
    for (; n <= DIGITS_MAX; c++) {
        if (*c >= '0' && *c <= '9') {
            digits = 10 * digits + (uint64_t)(*c - '0');
            n++;
            behind += behind >= 0;
        } else if (*c == '.' && behind < 0)
            behind = 0;
        else
            break;
    }
    if (*c || n == 0 || n > DIGITS_MAX) return false;
    const double value = (double)digits / tens[behind > 0 ? behind : 0];
    *x = *text == '-' ? -value : value;
    return true;
}

bool ag_parse_number(const char *text, double *x) {
    if (parse_short(text, x)) return true;
    if (!text[0] || strspn(text, "0123456789+-.eE") != strlen(text)) return false;
    char *end;
    errno = 0;
    const double value = strtod(text, &end);
    if (*end || (errno == ERANGE && fabs(value) > 1.0) || !isfinite(value)) return false;
    *x = value;
    return true;
}

const char *ag_format_number(char text[AG_NUMBER_MAX], double x) {
    /* Of a normal number, fewer than 15 digits that read back as x are its first 15 with zeros
     * behind, which %g leaves out: a grid of 100,000 numbers is written 10 times as fast as with
     * all lengths from 1 on. */
    const int least = fabs(x) < DBL_MIN ? 1 : DBL_DIG;
    for (int digits = least; digits <= DBL_DECIMAL_DIG; digits++) {
        snprintf(text, AG_NUMBER_MAX, "%.*g", digits, x);
        if (strtod(text, NULL) == x) break;
    }
    /* 1e+02 -> 100: plain digits where they are not longer than a person wants */
    if (strchr(text, 'e') && fabs(x) >= 1.0 && fabs(x) < 1e15 && x == floor(x))
        snprintf(text, AG_NUMBER_MAX, "%.0f", x);
    return text;
}

const char *ag_format_seconds(char text[AG_HUMAN_MAX], double seconds) {
    if (!isfinite(seconds) || seconds < 0)
        snprintf(text, AG_HUMAN_MAX, "?");
    else if (seconds < 1)
        snprintf(text, AG_HUMAN_MAX, "%.0f ms", seconds * 1e3);
    else if (seconds < 59.95)
        snprintf(text, AG_HUMAN_MAX, "%.1f s", seconds);
    else if (seconds < 3599.5)
        snprintf(text, AG_HUMAN_MAX, "%d min %02d s", (int)(seconds + 0.5) / 60,
                 (int)(seconds + 0.5) % 60);
    else if (seconds < 1e9)
        snprintf(text, AG_HUMAN_MAX, "%ld h %02ld min", (long)(seconds + 30) / 3600,
                 (long)(seconds + 30) / 60 % 60);
    else
        snprintf(text, AG_HUMAN_MAX, "%.3g years", seconds / 31557600.0);
    return text;
}

const char *ag_format_count(char text[AG_HUMAN_MAX], double count) {
    static const char *const prefix[] = {"", " k", " M", " G", " T", " P", " E"};
    int i = 0;
    while (i < 6 && fabs(count) >= 999.5) {
        count /= 1000.0;
        i++;
    }
    if (i == 0 && count == floor(count))
        snprintf(text, AG_HUMAN_MAX, "%.0f", count);
    else
        snprintf(text, AG_HUMAN_MAX, "%.3g%s", count, prefix[i]);
    return text;
}

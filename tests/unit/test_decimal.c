/* Numbers as text: the same bits come back, no shorter text would do, and it is written as
 * printf would. */
#include "check.h"
#include "harness/base/catalogue.h"
#include "harness/base/decimal.h"
#include "harness/base/random.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* What printf writes with the fewest digits that read back, in the style of %.15g or %.17g. */
static void expected(char text[64], double x) {
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, 64, "%.*e", digits - 1, x);
        if (strtod(text, NULL) != x) continue;
        /* So many digits are enough; %g of 15 or 17 writes the same ones where they stand. */
        char *e = strchr(text, 'e');
        const int power = atoi(e + 1), precision = digits <= 15 ? 15 : 17;
        if (power < -4 || power >= precision) {
            char mantissa[64];
            snprintf(mantissa, sizeof mantissa, "%.*s", (int)(e - text), text);
            snprintf(text, 64, "%.40se%c%02d", mantissa, power < 0 ? '-' : '+', abs(power));
        } else if (digits <= 15) {
            snprintf(text, 64, "%.15g", x);
        } else if (digits - 1 >= power) {
            snprintf(text, 64, "%.*f", digits - 1 - power, x);
        } else { /* 16 digits before the point: a zero stands for the 17th */
            const size_t first = x < 0 ? 2 : 1;
            memmove(text + first, text + first + 1, 15);
            strcpy(text + first + 15, "0");
        }
        return;
    }
}

static void check_one(double x) {
    char text[AG_DECIMAL_MAX], want[64];
    const size_t n = ag_decimal_write(text, x);
    expected(want, x);
    const double back = strtod(text, NULL);
    CHECK(memcmp(&back, &x, sizeof x) == 0, "%s is not %a", text, x);
    CHECK(strlen(text) == n && n <= strlen(want), "'%s', not '%s'", text, want);
    /* Below a power of two numbers lie twice as dense: the decimal nearest to it may belong to
     * the number below, and one that is further away, which printf does not try, to it. */
    int exponent;
    if (frexp(fabs(x), &exponent) == 0.5 && n < strlen(want)) return;
    CHECK(strcmp(text, want) == 0, "'%s', not '%s'", text, want);
}

static void test_words(void) {
    static const struct {
        double x;
        const char *text;
    } known[] = {{0, "0"},
                 {-0.0, "-0"},
                 {1, "1"},
                 {-1.5, "-1.5"},
                 {0.1, "0.1"},
                 {1e-5, "1e-05"},
                 {1e-4, "0.0001"},
                 {1e14, "100000000000000"},
                 {1e15, "1e+15"},
                 {123456789012345680, "1.2345678901234568e+17"},
                 {12345678901234568, "12345678901234568"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {1e23, "1e+23"},
                 {9.5367431640625e-07, "9.5367431640625e-07"},
                 {DBL_MAX, "1.7976931348623157e+308"},
                 {DBL_MIN, "2.2250738585072014e-308"},
                 {5e-324, "5e-324"},
                 {HUGE_VAL, "inf"},
                 {-HUGE_VAL, "-inf"}};
    char text[AG_DECIMAL_MAX];
    for (int i = 0; i < AG_COUNT(known); i++) {
        ag_decimal_write(text, known[i].x);
        CHECK(strcmp(text, known[i].text) == 0, "'%s', not '%s'", text, known[i].text);
    }
    ag_decimal_write(text, (double)NAN);
    CHECK(strcmp(text, "nan") == 0, "'%s'", text);
    static const int64_t whole[] = {0, 7, -7, 10, 99, 100, -12345, INT64_MAX, INT64_MIN};
    for (int i = 0; i < AG_COUNT(whole); i++) {
        char want[32];
        snprintf(want, sizeof want, "%lld", (long long)whole[i]);
        ag_decimal_write_whole(text, whole[i]);
        CHECK(strcmp(text, want) == 0, "'%s', not '%s'", text, want);
    }
}

/* Every power of two (where the interval is lopsided) and of ten, and their neighbours. */
static void test_edges(void) {
    for (int e = -1074; e <= 1023; e++) {
        const double x = ldexp(1, e);
        check_one(x);
        check_one(nextafter(x, 0) > 0 ? nextafter(x, 0) : x);
        if (e < 1023) check_one(nextafter(x, HUGE_VAL));
    }
    for (int e = -323; e <= 308; e++) {
        char text[16];
        snprintf(text, sizeof text, "1e%d", e);
        const double x = strtod(text, NULL);
        check_one(x);
        check_one(nextafter(x, HUGE_VAL));
        check_one(-nextafter(x, HUGE_VAL));
    }
    for (int i = 1; i < 2000; i++) {
        check_one(i / 500.0);
        check_one(from_bits((uint64_t)i)); /* the smallest ones */
    }
}

static void test_random(void) {
    ag_stream random = ag_stream_open(1, AG_RANDOM_TEST, 0);
    for (int i = 0; i < 100000; i++) {
        const uint64_t bits = (uint64_t)ag_random_bits(&random) << 32 | ag_random_bits(&random);
        if (isfinite(from_bits(bits))) check_one(from_bits(bits));
        check_one(ag_random_normal(&random));
        check_one((double)(float)ag_random_uniform(&random));
        check_one(floor(1e4 * ag_random_uniform(&random)) / 1e4 + 1e-9);
    }
}

int main(void) {
    test_words();
    test_edges();
    test_random();
    return check_report();
}

/* Schubfach: R. Giulietti, "The Schubfach way to render doubles", 2021; the form with a table
 * of rounded-up powers is that of A. Bolz, "Drachennest".
 *
 * A double stands for the interval of numbers that round to it. The table gives 10^-k so
 * exactly that the interval's ends and its middle, times 10^-k, come out right but for being
 * whole or not, which the lowest bit keeps ("round to odd"): enough to see which decimals of
 * the last place, or of the place before it, lie inside. No loop, no correction.
 */
#include "harness/base/decimal.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

enum {
    MANTISSA_BITS = 52,
    BIAS = 1075, /* x = c 2^(exponent - BIAS) */
    FIRST_POWER = -292
};

/* digits times 10^exponent */
typedef struct decimal {
    uint64_t digits;
    int exponent;
} decimal;

/* floor(log10(2^e)), floor(log10(3/4 2^e)), floor(log2(10^e)): right for |e| < 1500. */
static int log10_of_pow2(int e) { return (e * 1262611) >> 22; }
static int log10_of_three_quarters_pow2(int e) { return (e * 1262611 - 524031) >> 22; }
static int log2_of_pow10(int e) { return (e * 1741647) >> 19; }

/* floor(g c / 2^128), its lowest bit set if something was cut off. */
static uint64_t round_to_odd(const uint64_t g[2], uint64_t c) {
    const wide low = (wide)g[1] * c, high = (wide)g[0] * c + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

/* Of x > 0, by its fields. */
static decimal shortest(uint64_t fraction, int exponent) {
    const uint64_t c = exponent ? fraction | UINT64_C(1) << MANTISSA_BITS : fraction;
    const int q = (exponent ? exponent : 1) - BIAS;
    const bool even = c % 2 == 0;                      /* then the ends round to x, too */
    const bool closer = fraction == 0 && exponent > 1; /* the number below is half as far */
    const int k = closer ? log10_of_three_quarters_pow2(q) : log10_of_pow2(q);
    const int h = q + log2_of_pow10(-k) + 1;
    const uint64_t *g = ag_powers_of_ten[-k - FIRST_POWER];
    /* Four times the scaled x, and the ends of its interval. */
    const uint64_t lower = round_to_odd(g, (4 * c - 2 + closer) << h) + !even;
    const uint64_t middle = round_to_odd(g, 4 * c << h);
    const uint64_t upper = round_to_odd(g, (4 * c + 2) << h) - !even;

    const uint64_t s = middle / 4;
    if (s >= 10) { /* one digit less? */
        const uint64_t t = s / 10;
        const bool below = lower <= 40 * t, above = 40 * t + 40 <= upper;
        if (below != above) return (decimal){t + above, k + 1};
    }
    const bool below = lower <= 4 * s, above = 4 * s + 4 <= upper;
    if (below != above) return (decimal){s + above, k};
    const uint64_t half = 4 * s + 2; /* both, or none: the nearer, of equally near the even one */
    return (decimal){s + (middle > half || (middle == half && s % 2 == 1)), k};
}

/* --- text ------------------------------------------------------------------------------- */

static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233"
                            "34353637383940414243444546474849505152535455565758596061626364656667"
                            "68697071727374757677787980818283848586878889909192939495969798"
                            "99";

/* The eight digits of x < 10^8: four pairs that do not wait for each other. */
static void write_eight(char *to, uint32_t x) {
    const uint32_t high = x / 10000, low = x % 10000;
    memcpy(to, pairs + 2 * (high / 100), 2);
    memcpy(to + 2, pairs + 2 * (high % 100), 2);
    memcpy(to + 4, pairs + 2 * (low / 100), 2);
    memcpy(to + 6, pairs + 2 * (low % 100), 2);
}

/* Writes the digits of x in front of `end`; returns where they begin. */
static char *digits_before(char *end, uint64_t x) {
    while (x >= 100000000) {
        end -= 8;
        write_eight(end, (uint32_t)(x % 100000000));
        x /= 100000000;
    }
    uint32_t rest = (uint32_t)x;
    while (rest >= 100) {
        end -= 2;
        memcpy(end, pairs + 2 * (rest % 100), 2);
        rest /= 100;
    }
    if (rest >= 10) {
        end -= 2;
        memcpy(end, pairs + 2 * rest, 2);
    } else {
        *--end = (char)('0' + rest);
    }
    return end;
}

/* Of 0 < x < 10^19. */
static int count_digits(uint64_t x) {
    static const uint64_t power[] = {UINT64_C(1),
                                     UINT64_C(10),
                                     UINT64_C(100),
                                     UINT64_C(1000),
                                     UINT64_C(10000),
                                     UINT64_C(100000),
                                     UINT64_C(1000000),
                                     UINT64_C(10000000),
                                     UINT64_C(100000000),
                                     UINT64_C(1000000000),
                                     UINT64_C(10000000000),
                                     UINT64_C(100000000000),
                                     UINT64_C(1000000000000),
                                     UINT64_C(10000000000000),
                                     UINT64_C(100000000000000),
                                     UINT64_C(1000000000000000),
                                     UINT64_C(10000000000000000),
                                     UINT64_C(100000000000000000),
                                     UINT64_C(1000000000000000000)};
    const int least = log10_of_pow2(63 - __builtin_clzll(x)); /* x >= 10^least */
    return least + 1 + (least + 1 < 19 && x >= power[least + 1]);
}

size_t ag_decimal_write_whole(char text[AG_DECIMAL_MAX], int64_t x) {
    char digits[24], *end = digits + sizeof digits;
    char *at = digits_before(end, x < 0 ? 0 - (uint64_t)x : (uint64_t)x);
    if (x < 0) *--at = '-';
    const size_t n = (size_t)(end - at);
    memcpy(text, at, n);
    text[n] = '\0';
    return n;
}

/* The digits of a double, and behind them what may be read and thrown away: copies of one size
 * need no branch, which between 15, 16 and 17 digits would be guessed wrong every other time. */
enum { DIGITS_MAX = 17, COPIED = 24, ROOM = 2 * COPIED };

/* Returns where the n digits of x < 10^17 begin in `room`. */
static const char *write_digits(char room[ROOM], uint64_t x, int n) {
    const uint32_t low = (uint32_t)(x % 100000000), high = (uint32_t)(x / 100000000);
    room[0] = (char)('0' + high / 100000000);
    write_eight(room + 1, high % 100000000);
    write_eight(room + 9, low);
    return room + DIGITS_MAX - n;
}

/* d.ddde+xx of n digits, of which the first is worth 10^power. */
static char *write_scientific(char *to, const char *digits, int n, int power) {
    to[0] = digits[0];
    to[1] = '.';
    memcpy(to + 2, digits + 1, (size_t)n - 1);
    to += n > 1 ? n + 1 : 1;
    *to++ = 'e';
    *to++ = power < 0 ? '-' : '+';
    char text[8], *end = text + sizeof text;
    const char *at = digits_before(end, (uint64_t)(power < 0 ? -power : power));
    if (end - at == 1) *to++ = '0';
    memcpy(to, at, (size_t)(end - at));
    return to + (end - at);
}

static char *write_plain(char *to, const char *digits, int n, int power) {
    const int whole = power + 1; /* digits before the point */
    if (whole <= 0) {
        memcpy(to, "0.000", 5); /* power >= -4 */
        memcpy(to + 2 - whole, digits, COPIED);
        return to + 2 - whole + n;
    }
    if (n <= whole) {
        memcpy(to, digits, (size_t)n);
        memset(to + n, '0', (size_t)(whole - n));
        return to + whole;
    }
    memcpy(to, digits, (size_t)whole);
    to[whole] = '.';
    memcpy(to + whole + 1, digits + whole, (size_t)(n - whole));
    return to + n + 1;
}

size_t ag_decimal_write(char text[AG_DECIMAL_MAX], double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    char *to = text;
    if (bits >> 63 && !isnan(x)) *to++ = '-';
    if (!isfinite(x) || x == 0.0) {
        const char *word = isnan(x) ? "nan" : isinf(x) ? "inf" : "0";
        strcpy(to, word);
        return (size_t)(to - text) + strlen(word);
    }
    const double size = fabs(x);
    if (size < 1e15 && size == (double)(int64_t)size) /* fractions of counts, and counts */
        return (size_t)(to - text) + ag_decimal_write_whole(to, (int64_t)size);
    decimal d =
        shortest(bits & ((UINT64_C(1) << MANTISSA_BITS) - 1), (int)(bits >> MANTISSA_BITS & 0x7ff));
    while (d.digits % 10 == 0) {
        d.digits /= 10;
        d.exponent++;
    }
    char room[ROOM];
    const int n = count_digits(d.digits), power = d.exponent + n - 1;
    const char *digits = write_digits(room, d.digits, n);
    to = power < -4 || power >= (n <= 15 ? 15 : 17) ? write_scientific(to, digits, n, power)
                                                    : write_plain(to, digits, n, power);
    *to = '\0';
    return (size_t)(to - text);
}

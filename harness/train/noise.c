#include "harness/train/noise.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { PIECE = 1024 };

/* A word as a number between -1 and 1: the middle of one of 2^32 equal pieces. */
AG_INLINE double symmetric(uint32_t word) {
    return ((double)(int32_t)(word - 0x80000000u) + 0.5) * 0x1p-31;
}

/* log(t), t in [2^-40, 1]: with t = 2^e m, m in [sqrt(1/2), sqrt(2)], and s = (m - 1) / (m + 1),
 * log m = 2 (s + s^3/3 + s^5/5 + ...); what is left out is below 1e-9. */
AG_INLINE double log_of(double t) {
    uint64_t bits;
    memcpy(&bits, &t, sizeof bits);
    const uint64_t SQRT_HALF = 0x3fe6a09e667f3bcd;
    const uint64_t shifted = bits - SQRT_HALF + ((uint64_t)1023 << 52);
    const double e = (double)((int32_t)(shifted >> 52) - 1023);
    bits -= (shifted & (uint64_t)0xfff << 52) - ((uint64_t)1023 << 52);
    double m;
    memcpy(&m, &bits, sizeof m);
    const double s = (m - 1.0) / (m + 1.0), q = s * s;
    const double series = s * (1.0 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q / 9))));
    return e * 0.69314718055994530942 + 2.0 * series;
}

/* The number that a standard normal one is below with probability (1 + x) / 2: sqrt(2) times
 * the inverse error function of x, in the single-precision form of M. Giles, 2011,
 * "Approximating the erfinv function". Tails to 3e-6 of their probability; beyond the range of
 * that form, where one draw in 16 million lies, to 2e-2. */
AG_INLINE double normal_quantile(double x) {
    static const double near[] = {2.81022636e-08,  3.43273939e-07, -3.5233877e-06,
                                  -4.39150654e-06, 0.00021858087,  -0.00125372503,
                                  -0.00417768164,  0.246640727,    1.50140941};
    static const double far[] = {-0.000200214257, 0.000100950558, 0.00134934322,
                                 -0.00367342844,  0.00573950773,  -0.0076224613,
                                 0.00943887047,   1.00167406,     2.83297682};
    const double w = -log_of((1.0 - x) * (1.0 + x)), a = w - 2.5, b = sqrt(w) - 3.0;
    double p = near[0], q = far[0];
    for (int i = 1; i < 9; i++) {
        p = near[i] + p * a;
        q = far[i] + q * b;
    }
    return 1.41421356237309504880 * x * (w < 5.0 ? p : q);
}

double ag_noise_normal_of(uint32_t word) { return normal_quantile(symmetric(word)); }

AG_VECTORIZED(static, add_uniform, (size_t n, const uint32_t *word, double level, ag_real *x),
              (n, word, level, x)) {
    for (size_t i = 0; i < n; i++)
        x[i] += (ag_real)(level * symmetric(word[i]));
}

AG_VECTORIZED(static, add_normal, (size_t n, const uint32_t *word, double level, ag_real *x),
              (n, word, level, x)) {
    for (size_t i = 0; i < n; i++)
        x[i] += (ag_real)(level * normal_quantile(symmetric(word[i])));
}

void ag_noise_add(ag_noise *noise, size_t n, ag_real *x) {
    if (noise->level == 0.0) return;
    uint32_t words[PIECE + 4];
    for (size_t i = 0, count; i < n; i += count, noise->position += count) {
        const uint64_t block = noise->position / 4;
        const size_t skipped = noise->position % 4;
        count = n - i < PIECE ? n - i : PIECE;
        assert(block <= UINT32_MAX - PIECE);
        ag_random_words(&noise->stream, 0, (uint32_t)block, skipped + count, words);
        (noise->uniform ? add_uniform : add_normal)(count, words + skipped, noise->level, x + i);
    }
}

#include "benchmarks/timing.h"

#include "harness/base/clock.h"
#include "harness/base/isa.h"

#include <time.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

double ag_process_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Sums that do not wait for each other: two units with four cycles of latency are busy
 * with 8; some processors want 10. 12 fit beside their factors into 16 registers. */
enum { SUMS = 12 };

/* a = a x + y forgets where it began: x below 1 keeps it finite. The result is returned so
 * that nothing of it is left out. */
static const float X = 0.999F, Y = 0.001F;

typedef float (*fma_loop)(long n);

#ifdef __x86_64__
__attribute__((target("avx512f"))) static float loop_avx512(long n) {
    __m512 sum[SUMS], x = _mm512_set1_ps(X), y = _mm512_set1_ps(Y);
    for (int s = 0; s < SUMS; s++)
        sum[s] = _mm512_set1_ps((float)s);
    for (long i = 0; i < n; i++) {
        __asm__ volatile("" : "+v"(x)); /* or the compiler might reckon ahead */
        for (int s = 0; s < SUMS; s++)
            sum[s] = _mm512_fmadd_ps(sum[s], x, y);
    }
    for (int s = 1; s < SUMS; s++)
        sum[0] = _mm512_add_ps(sum[0], sum[s]);
    return _mm512_reduce_add_ps(sum[0]);
}

__attribute__((target("avx2,fma"))) static float loop_avx2(long n) {
    __m256 sum[SUMS], x = _mm256_set1_ps(X), y = _mm256_set1_ps(Y);
    for (int s = 0; s < SUMS; s++)
        sum[s] = _mm256_set1_ps((float)s);
    for (long i = 0; i < n; i++) {
        __asm__ volatile("" : "+x"(x));
        for (int s = 0; s < SUMS; s++)
            sum[s] = _mm256_fmadd_ps(sum[s], x, y);
    }
    for (int s = 1; s < SUMS; s++)
        sum[0] = _mm256_add_ps(sum[0], sum[s]);
    float part[8];
    _mm256_storeu_ps(part, sum[0]);
    return part[0] + part[1] + part[2] + part[3] + part[4] + part[5] + part[6] + part[7];
}
#endif

/* Four floats at a time: what every processor has that we build for. With a fused
 * multiply-add in the target (aarch64) the compiler uses it, otherwise two operations. */
static float loop_plain(long n) {
    typedef float four __attribute__((vector_size(16)));
    four sum[SUMS], x = {X, X, X, X};
    const four y = {Y, Y, Y, Y};
    for (int s = 0; s < SUMS; s++)
        sum[s] = y * (float)s;
    for (long i = 0; i < n; i++) {
#ifdef __x86_64__
        __asm__ volatile("" : "+x"(x));
#else
        __asm__ volatile("" : "+w"(x));
#endif
        for (int s = 0; s < SUMS; s++)
#ifdef __FP_FAST_FMAF
            for (int e = 0; e < 4; e++)
                sum[s][e] = __builtin_fmaf(sum[s][e], x[e], y[e]);
#else
            sum[s] = sum[s] * x + y;
#endif
    }
    for (int s = 1; s < SUMS; s++)
        sum[0] += sum[s];
    return sum[0][0] + sum[0][1] + sum[0][2] + sum[0][3];
}

static fma_loop widest(int *floats) {
#ifdef __x86_64__
    if (ag_isa() >= AG_ISA_V4) {
        *floats = 16;
        return loop_avx512;
    }
    if (ag_isa() >= AG_ISA_V3) {
        *floats = 8;
        return loop_avx2;
    }
#endif
    *floats = 4;
    return loop_plain;
}

double ag_peak_flops(void) {
    enum { PIECES = 15, TURNS = 1000000 };
    int floats;
    const fma_loop loop = widest(&floats);
    double rate[PIECES];
    volatile float kept = 0;
    for (int i = 0; i < PIECES; i++) {
        const double began = ag_clock_thread();
        kept = kept + loop(TURNS);
        rate[i] = 2.0 * SUMS * TURNS * floats / (ag_clock_thread() - began);
    }
    return ag_spread_of(PIECES, rate).median;
}

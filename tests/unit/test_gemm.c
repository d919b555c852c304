/* The matrix product: every kind against a plain sum, and what happens when the
 * library gets no memory. */
#include "check.h"
#include "harness/num/gemm.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whole numbers, small enough that their products add up exactly in any order. */
static void check_product(bool ta, bool tb, int m, int n, int k, ag_real beta) {
    enum { SIZE = 150 * 150 };
    static ag_real a[SIZE], b[SIZE], c[SIZE];
    for (int i = 0; i < m * k; i++)
        a[i] = (ag_real)(i % 7 - 3);
    for (int i = 0; i < k * n; i++)
        b[i] = (ag_real)(i % 5 - 2);
    for (int i = 0; i < m * n; i++)
        c[i] = beta == 0 ? (ag_real)NAN : (ag_real)(i % 3);
    ag_gemm(ta, tb, m, n, k, a, ta ? m : k, b, tb ? k : n, beta, c, n);
    for (int i = 0; i < m * n; i++) {
        double sum = beta == 0 ? 0 : i % 3;
        for (int p = 0; p < k; p++)
            sum += (double)(ta ? a[p * m + i / n] : a[i / n * k + p]) *
                   (double)(tb ? b[i % n * k + p] : b[p * n + i % n]);
        CHECK((double)c[i] == sum, "%d x %d x %d, transposed %d %d, beta %g: c[%d] = %g, not %g", m,
              k, n, ta, tb, (double)beta, i, (double)c[i], sum);
    }
}

static void test_products(void) {
    static const int sizes[][3] = {{1, 1, 1},   {1, 10, 100},  {100, 1, 7},
                                   {7, 33, 16}, {64, 128, 40}, {150, 10, 150}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
        for (int how = 0; how < 8; how++)
            check_product(how & 1, how & 2, sizes[s][0], sizes[s][1], sizes[s][2],
                          (ag_real)(how >> 2));
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)

static void test_out_of_memory(void) {
    printf("skipped: out of memory (the sanitizer has its own allocator)\n");
}

#else

static bool refuse;

/* In front of the C library's, which oneDNN calls for its workspace. */
int posix_memalign(void **p, size_t alignment, size_t n) {
    *p = refuse ? NULL : aligned_alloc(alignment, (n + alignment - 1) / alignment * alignment);
    return *p ? 0 : ENOMEM;
}

/* No silent numbers of before: the program ends, as for a full disk. Some kernels of the
 * library (that of x86-64-v3) need no workspace: then the numbers are right. */
static void test_out_of_memory(void) {
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        refuse = true;
        static ag_real a[300 * 300], c[300 * 300];
        if (!freopen("/dev/null", "w", stderr)) _Exit(1);
        for (int i = 0; i < 300 * 300; i++)
            a[i] = 1;
        ag_gemm(true, false, 300, 300, 300, a, 300, a, 300, 0, c, 300);
        bool right = true;
        for (int i = 0; i < 300 * 300; i++)
            right &= c[i] == 300;
        _Exit(right ? 3 : 1);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child, "no child");
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3, "status %x", (unsigned)status);
}

#endif

int main(void) {
    ag_num_begin_thread();
    test_products();
    test_out_of_memory();
    return check_report();
}

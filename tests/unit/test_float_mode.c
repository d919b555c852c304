/* base/float_mode: whatever changed the processor's mode, and in whatever way, is seen and undone.
 */
#define _GNU_SOURCE /* feenableexcept */
#include "check.h"

#include "harness/base/float_mode.h"

#include <fenv.h>
#include <float.h>
#include <pthread.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

static void round_up(void) { fesetround(FE_UPWARD); }

#if defined(__x86_64__)
static void flush_results(void) { _mm_setcsr(_mm_getcsr() | 0x8000u); }  /* FTZ */
static void flush_operands(void) { _mm_setcsr(_mm_getcsr() | 0x0040u); } /* DAZ */
static void trap(void) { feenableexcept(FE_DIVBYZERO); } /* elsewhere not every processor can */
#endif

static const struct {
    const char *what;
    void (*change)(void);
} changes[] = {
    {"rounding up", round_up},
#if defined(__x86_64__)
    {"results flushed", flush_results},
    {"operands flushed", flush_operands},
    {"a trap", trap},
#endif
};

static void *inherit(void *self) {
    bool *is = self;
    is[0] = ag_float_mode_is_set();
    ag_float_mode_set();
    is[1] = ag_float_mode_is_set();
    return NULL;
}

int main(void) {
    ag_float_mode_set();
    CHECK(ag_float_mode_is_set(), "at the beginning");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        bool is[2] = {true, false};
        pthread_t thread;
        changes[i].change();
        CHECK(!ag_float_mode_is_set(), "%s is not seen", changes[i].what);
        CHECK(pthread_create(&thread, NULL, inherit, is) == 0, "a thread");
        pthread_join(thread, NULL);
        CHECK(!is[0], "%s is not inherited: then threads need not set it", changes[i].what);
        CHECK(is[1], "%s stays in a thread", changes[i].what);
        ag_float_mode_set();
        CHECK(ag_float_mode_is_set(), "%s stays", changes[i].what);
    }
    volatile double third = 1.0, small = (double)FLT_MIN;
    third /= 3.0;
    CHECK(third == 0x1.5555555555555p-2 && small * (double)FLT_MIN * 1e-230 > 0.0,
          "in double, too");
    return check_report();
}

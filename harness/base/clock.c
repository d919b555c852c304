#include "harness/base/clock.h"

#include <time.h>

static double seconds_of(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double ag_clock_now(void) { return seconds_of(CLOCK_MONOTONIC); }

double ag_clock_thread(void) { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }

const char *ag_clock_stamp(char text[AG_TIMESTAMP_MAX]) {
    const time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(text, AG_TIMESTAMP_MAX, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

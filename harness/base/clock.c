#include "harness/base/clock.h"

#include <time.h>

double ag_clock_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

const char *ag_clock_stamp(char text[AG_TIMESTAMP_MAX]) {
    const time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(text, AG_TIMESTAMP_MAX, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

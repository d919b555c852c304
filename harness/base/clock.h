/* Time. */
#ifndef AG_CLOCK_H
#define AG_CLOCK_H

double ag_clock_now(void); /* seconds since some fixed moment, never going back */

/* Seconds that this thread has computed: other programs on the machine do not count. */
double ag_clock_thread(void);

enum { AG_TIMESTAMP_MAX = 32 };

/* The present moment in UTC: "2026-03-01T12:34:56Z". Returns text. */
const char *ag_clock_stamp(char text[AG_TIMESTAMP_MAX]);

#endif

/* What a run shows on stderr while it goes on: one line that changes on a
 * terminal, plain lines elsewhere, JSON lines for programs, or nothing. */
#ifndef AG_PROGRESS_H
#define AG_PROGRESS_H

#include "harness/run/run.h"

typedef enum ag_progress_mode {
    AG_PROGRESS_BAR,
    AG_PROGRESS_PLAIN,
    AG_PROGRESS_JSON,
    AG_PROGRESS_NONE
} ag_progress_mode;

typedef struct ag_meter {
    ag_progress_mode mode;
    const ag_plan *plan;
    double shown; /* when the last plain line or bar was printed */
    bool color, drawn;
} ag_meter;

/* `word` is auto, plain, json or none; NULL is auto. false: no such word. */
bool ag_progress_mode_of(const char *word, ag_progress_mode *mode);

void ag_meter_open(ag_progress_mode mode, const ag_plan *plan, ag_meter *meter);

/* An ag_runner.report: self is the ag_meter. */
void ag_meter_report(void *self, const ag_progress *progress, const ag_record *record);

enum { AG_PROGRESS_TEXT = 256 };

/* "12 finished, 1 diverged, 0 failed, 19 left in 8.8 s; 113 trials/min, 540 k samples/s":
 * of its parts, those that fit into `room` characters. */
void ag_progress_text(char text[AG_PROGRESS_TEXT], const ag_progress *progress, int room);

/* Ends the line of a bar. */
void ag_meter_close(ag_meter *meter);

#endif

/* The line of a run in progress: what it says, and that it fits. */
#include "check.h"
#include "harness/cli/progress.h"

#include <string.h>

static void test_parts(void) {
    const ag_progress p = {.total = 50,
                           .cached = 6,
                           .finished = 12,
                           .diverged = 1,
                           .seconds = 0.5,
                           .samples = 270000,
                           .flops_done = 1e9,
                           .flops_left = 2e9};
    static const struct {
        int room;
        const char *text;
    } of[] = {
        {200, "12 finished, 1 diverged, 0 failed, 31 left in 1.0 s; 1.56 k trials/min,"
              " 540 k samples/s; 6 were there"},
        {79, "12 finished, 1 diverged, 0 failed, 31 left in 1.0 s; 1.56 k trials/min"},
        {52, "12 finished, 1 diverged, 0 failed, 31 left in 1.0 s"},
        {20, "31 left in 1.0 s"},
        {3, ""},
    };
    for (int i = 0; i < AG_COUNT(of); i++) {
        char text[AG_PROGRESS_TEXT];
        ag_progress_text(text, &p, of[i].room);
        CHECK(strcmp(text, of[i].text) == 0, "%d: '%s'", of[i].room, text);
    }
}

static void test_every_width(void) {
    const ag_progress p = {.total = SIZE_MAX, .finished = 123456789, .seconds = 1e9, .samples = 1};
    for (int room = 0; room < AG_PROGRESS_TEXT; room++) {
        char text[AG_PROGRESS_TEXT];
        ag_progress_text(text, &p, room);
        CHECK((int)strlen(text) <= room, "%d: '%s'", room, text);
        CHECK(!strstr(text, " in "), "nothing done yet: no time left");
    }
}

int main(void) {
    test_parts();
    test_every_width();
    return check_report();
}

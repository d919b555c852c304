/* Every schedule of the catalogue. */
#include "models/schedule.h"

#include "check.h"

#include <string.h>

static ag_choice choice_of(const char *name) {
    const ag_element *element = ag_catalogue_find(&ag_schedules, name);
    CHECK(element != NULL, "no schedule '%s'", name);
    return ag_choice_standard(element ? element : ag_schedules.items[0]);
}

static void set(ag_choice *choice, const char *name, double value) {
    const int i = ag_element_param(choice->element, name);
    CHECK(i >= 0, "%s has no %s", choice->element->name, name);
    if (i >= 0) choice->number[i] = value;
}

/* Begins at the full rate, stays between 0 and it, also one step behind the end. */
static void test_general(const ag_element *about) {
    const ag_choice choice = ag_choice_standard(about);
    CHECK(about->formula && about->paper, "%s", about->name);
    CHECK(about->n_params >= 1 && strcmp(about->params[0].name, "warmup") == 0, "%s", about->name);
    CHECK(ag_schedule_rate(&choice, 0.3, 0, 1000, 10) == 0.3, "%s", about->name);
    for (long step = 0; step <= 1000; step++) {
        const double rate = ag_schedule_rate(&choice, 0.3, step, 1000, 10);
        CHECK(rate >= 0 && rate <= 0.3, "%s: %g at step %ld", about->name, rate, step);
    }
    CHECK(isfinite(ag_schedule_rate(&choice, 0.3, 0, 1, 1)), "%s: one step", about->name);
}

/* 4 steps of rise: 1/5 .. 4/5, then the schedule from its beginning. */
static void test_warmup(const ag_element *about) {
    ag_choice choice = ag_choice_standard(about), without = choice;
    set(&choice, "warmup", 4);
    for (long step = 0; step < 4; step++)
        CHECK(close_to(ag_schedule_rate(&choice, 2, step, 104, 10), 0.4 * (double)(step + 1), 1e-15,
                       0),
              "%s: step %ld", about->name, step);
    for (long step = 0; step < 100; step++)
        CHECK(ag_schedule_rate(&choice, 2, step + 4, 104, 10) ==
                  ag_schedule_rate(&without, 2, step, 100, 10),
              "%s: step %ld behind the warm-up", about->name, step);
    set(&choice, "warmup", 1000); /* longer than the training: it never gets there */
    CHECK(close_to(ag_schedule_rate(&choice, 1, 99, 100, 10), 100.0 / 1001, 1e-15, 0), "%s",
          about->name);
}

/* Steps are the same in a longer training, or it is said that they are not. */
static void test_length(const ag_element *about) {
    const ag_schedule *schedule = (const ag_schedule *)(const void *)about;
    ag_choice choice = ag_choice_standard(about);
    set(&choice, "warmup", 3);
    bool differs = false;
    for (long step = 0; step < 1000; step++)
        for (long longer = 1001; longer < 30000; longer *= 3)
            differs |= ag_schedule_rate(&choice, 0.3, step, 1000, 7) !=
                       ag_schedule_rate(&choice, 0.3, step, longer, 7);
    CHECK(differs == schedule->by_length, "%s: by_length is %d", about->name, schedule->by_length);
}

static void test_known(void) {
    ag_choice choice = choice_of("constant");
    CHECK(ag_schedule_rate(&choice, 0.7, 99, 100, 10) == 0.7, "constant");

    choice = choice_of("step");
    set(&choice, "every", 2);
    set(&choice, "gamma", 0.5);
    static const double stairs[] = {1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25};
    for (int i = 0; i < AG_COUNT(stairs); i++) /* 3 steps per epoch */
        CHECK(ag_schedule_rate(&choice, 1, i, 30, 3) == stairs[i], "step %d", i);

    choice = choice_of("cosine");
    CHECK(close_to(ag_schedule_rate(&choice, 1, 25, 100, 10), 0.85355339059327376, 1e-15, 0),
          "1/4");
    CHECK(close_to(ag_schedule_rate(&choice, 1, 50, 100, 10), 0.5, 1e-15, 0), "half");
    CHECK(close_to(ag_schedule_rate(&choice, 1, 100, 100, 10), 0, 0, 1e-15), "the end");
    set(&choice, "min", 0.2);
    CHECK(close_to(ag_schedule_rate(&choice, 10, 50, 100, 10), 6, 1e-15, 0), "half way to 0.2");
    CHECK(close_to(ag_schedule_rate(&choice, 10, 100, 100, 10), 2, 1e-15, 0), "0.2 at the end");
}

int main(void) {
    CHECK(ag_schedules.n_items >= 3, "%d schedules", ag_schedules.n_items);
    for (int i = 0; i < ag_schedules.n_items; i++) {
        test_general(ag_schedules.items[i]);
        test_warmup(ag_schedules.items[i]);
        test_length(ag_schedules.items[i]);
    }
    test_known();
    return check_report();
}

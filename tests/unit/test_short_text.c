/* Numbers in labels: as few digits as tell them apart, and never another number. */
#include "check.h"
#include "results/report/short_text.h"

#include <string.h>

static ag_arena arena = {.fail_after = -1};

static void expect(int n, const char *const *texts, const char *const *wanted) {
    const char *out[8];
    CHECK(ag_short_texts(n, texts, out, &arena), "memory");
    for (int i = 0; i < n; i++)
        CHECK(wanted[i] ? out[i] && strcmp(out[i], wanted[i]) == 0 : !out[i], "%s: %s",
              texts[i] ? texts[i] : "-", out[i] ? out[i] : "-");
}

int main(void) {
    expect(6,
           (const char *const[]){"learning_rate=0.0316227766017 momentum=0.9", "rate=1e-05", "",
                                 NULL, "rate=3.16227766017e-05, width 128", "x=123456 y=0.5"},
           (const char *const[]){"learning_rate=0.03162 momentum=0.9", "rate=1e-05", "", NULL,
                                 "rate=3.162e-05, width 128", "x=123456 y=0.5"});
    expect(3, (const char *const[]){"0.100001", "0.100002", "0.25"},
           (const char *const[]){"0.100001", "0.100002", "0.25"});
    expect(2, (const char *const[]){"a=0.31622776601", "a=0.31621776601"},
           (const char *const[]){"a=0.31623", "a=0.31622"});
    expect(4, (const char *const[]){"v1.23456789b", "x_0.123456789", "1234567.891", "-0.123456"},
           (const char *const[]){"v1.23456789b", "x_0.123456789", "1235000", "-0.1235"});
    arena.fail_after = 0;
    const char *out[1];
    CHECK(!ag_short_texts(1, (const char *const[]){"0.123456"}, out, &arena), "refused");
    ag_arena_close(&arena);
    return check_report();
}

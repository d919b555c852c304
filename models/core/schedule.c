#include "models/schedule.h"

double ag_schedule_rate(const ag_choice *choice, double base, long step, long n_steps,
                        long steps_per_epoch) {
    const long warmup = (long)choice->number[0];
    if (step < warmup) return base * (double)(step + 1) / (double)(warmup + 1);
    return base * ag_schedule_of(choice)->factor(choice->number, step - warmup, n_steps - warmup,
                                                 steps_per_epoch);
}

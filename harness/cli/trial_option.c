#include "harness/cli/trial_option.h"

#include <string.h>

int ag_trial_option(const ag_call *call, const char *folder, ag_trial_set *set) {
    ag_error err = {0};
    const char *phase = ag_call_value(call, "phase");
    if (phase && strcmp(phase, "tune") == 0)
        return ag_call_usage(call, "--phase is 'tune', must be grid or final: trials of phase tune "
                                   "only choose");
    if (phase && strcmp(phase, "grid") != 0 && strcmp(phase, "final") != 0)
        return ag_call_usage(call, "--phase is '%s', must be grid or final", phase);
    return ag_trial_set_find(folder, ag_call_value(call, "experiment"), phase, call->arena, set,
                             &err)
               ? ag_call_fail(call, &err)
               : 0;
}

/* Of a tuned experiment what each phase costs, and each rung where candidates are halved; nothing
 * of others. Parts of what ag_estimate_print and ag_estimate_print_json write. */
#ifndef AG_ESTIMATE_PHASES_H
#define AG_ESTIMATE_PHASES_H

#include "harness/cli/estimate.h"

void ag_estimate_print_phases(const ag_experiment *experiment, const ag_estimate *estimate);

/* , "phases": {...} */
void ag_estimate_json_phases(const ag_experiment *experiment, const ag_estimate *estimate);

#endif

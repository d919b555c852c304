#include "harness/cli/listing.h"
#include "models/schedule.h"

static int run(const ag_call *call) { return ag_listing(call, &ag_schedules); }

const ag_command ag_cmd_schedules = {
    .about = {.name = "schedules", .formula = "the learning rate over the steps of a training"},
    AG_LISTING_COMMAND("  actgrid schedules\n"
                       "  actgrid schedules show cosine\n"),
    .run = run,
};

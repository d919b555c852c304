#include "harness/cli/listing.h"
#include "models/optimizer.h"

static int run(const ag_call *call) { return ag_listing(call, &ag_optimizers); }

const ag_command ag_cmd_optimizers = {
    .about = {.name = "optimizers", .formula = "what one step does to the weights"},
    AG_LISTING_COMMAND("  actgrid optimizers\n"
                       "  actgrid optimizers show adam\n"),
    .run = run,
};

#include "harness/cli/listing.h"
#include "models/initializer.h"

static int run(const ag_call *call) { return ag_listing(call, &ag_initializers); }

const ag_command ag_cmd_initializers = {
    .about = {.name = "initializers", .formula = "ways to start the weights"},
    AG_LISTING_COMMAND("  actgrid initializers\n"
                       "  actgrid initializers show he_normal\n"),
    .run = run,
};

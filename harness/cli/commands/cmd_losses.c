#include "harness/cli/listing.h"
#include "models/loss.h"

static int run(const ag_call *call) { return ag_listing(call, &ag_losses); }

const ag_command ag_cmd_losses = {
    .about = {.name = "losses", .formula = "losses, each with the output it stands on"},
    AG_LISTING_COMMAND("  actgrid losses\n"
                       "  actgrid losses show cross_entropy\n"),
    .run = run,
};

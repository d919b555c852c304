#include "harness/cli/listing.h"
#include "models/family.h"

static int run(const ag_call *call) { return ag_listing(call, &ag_models); }

const ag_command ag_cmd_models = {
    .about = {.name = "models", .formula = "families of networks"},
    AG_LISTING_COMMAND("  actgrid models\n"
                       "  actgrid models show mlp\n"),
    .run = run,
};

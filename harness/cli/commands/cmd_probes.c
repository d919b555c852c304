#include "harness/cli/listing.h"
#include "harness/probes/probe.h"

static int run(const ag_call *call) { return ag_listing(call, &ag_probes); }

const ag_command ag_cmd_probes = {
    .about = {.name = "probes", .formula = "what is measured in every layer"},
    AG_LISTING_COMMAND("  actgrid probes\n"
                       "  actgrid probes show dead_fraction\n"),
    .run = run,
};

#include "harness/cli/activation_facts.h"

#include "activations/activation.h"
#include "activations/expectation.h"
#include "models/initializer.h"

#include <math.h>

static void mean_field(const ag_choice *choice, ag_arena *arena, ag_activation_facts *facts) {
    static const double sigma_b[AG_FACTS_EDGES] = {0.0, 0.05, 0.1, 0.2, 0.5, 1.0};
    const ag_depth_row rows[AG_FACTS_DEPTHS] = {{"lecun", {.sigma_w = 1.0}},
                                                {"he", {.sigma_w = sqrt(2.0)}},
                                                {"gain", {.sigma_w = facts->gain}}};
    facts->edge_kind = ag_edge_kind_of(choice);
    for (int i = 0; i < AG_FACTS_EDGES; i++)
        facts->edge[i] = ag_edge_at(choice, sigma_b[i]);
    for (int i = 0; i < AG_FACTS_DEPTHS; i++)
        facts->depth[i] =
            (ag_depth_row){rows[i].weights, ag_depth_of(choice, rows[i].depth.sigma_w, 0.0, arena)};
}

ag_status ag_activation_facts_of(const ag_choice *choice, ag_arena *arena,
                                 ag_activation_facts *facts, ag_error *err) {
    ag_pace_bench *bench = ag_pace_open(AG_PACE_L1, arena);
    double off = 0.0;
    *facts = (ag_activation_facts){
        .choice = choice,
        .mean = ag_expected(choice, AG_EXPECT_VALUE, &off),
        .square = ag_expected(choice, AG_EXPECT_VALUE_SQUARED, &off),
        .slope_square = ag_expected(choice, AG_EXPECT_SLOPE_SQUARED, &off),
        .gain = ag_activation_gain(choice),
    };
    facts->off = off;
    if (!(facts->square > 0.0)) facts->gain = (double)NAN;
    const bool unit = ag_act_inputs(choice) > 1;
    const ag_line *line = unit ? NULL : ag_line_sampled(choice, arena);
    if ((!line && !unit) || !bench || !ag_float_error_of(choice, arena, &facts->error))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to look at %s", choice->element->name);
    facts->pace = ag_pace_of(bench, choice, 5, 1e-3);
    if (unit) return AG_OK;
    facts->traits = ag_traits_of(choice, line);
    mean_field(choice, arena, facts);
    return AG_OK;
}

int ag_unit_line(const ag_choice *choice, double x, double *z) {
    const bool gated = ag_activation_of(choice)->unit->gate != NULL;
    for (int k = 0; k < ag_act_inputs(choice); k++)
        z[k] = gated ? 1.0 : 0.0;
    z[gated ? 1 : 0] = x;
    return gated ? 1 : 0;
}

ag_fact_point ag_fact_point_at(const ag_activation_facts *facts, int i) {
    const double x = facts->points[i], value = ag_act_value(facts->choice, x);
    return (ag_fact_point){x, value, isnan(value) ? value : ag_act_derivative(facts->choice, x)};
}

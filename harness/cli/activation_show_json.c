#include "activations/activation.h"
#include "harness/base/isa.h"
#include "harness/cli/activation_show.h"
#include "harness/cli/json.h"
#include "harness/cli/listing.h"
#include "harness/cli/parameter.h"

#include <limits.h>
#include <math.h>

/* ", "name": x" */
static void member(FILE *out, const char *name, double x) {
    fprintf(out, ", \"%s\": ", name);
    ag_json_number(out, x);
}

static void flag(FILE *out, const char *name, bool is) {
    fprintf(out, ", \"%s\": %s", name, is ? "true" : "false");
}

static void word(FILE *out, const char *name, const char *text) {
    fprintf(out, ", \"%s\": ", name);
    ag_json_text(out, text);
}

static void learned(FILE *out, const ag_choice *choice) {
    const ag_activation *act = ag_activation_of(choice);
    flag(out, "forward_only", act->forward_only);
    fputs(", \"can_learn\": [", out);
    for (int k = 0; k < act->n_learned; k++) {
        fputs(k ? ", " : "", out);
        ag_json_text(out, choice->element->params[k].name);
    }
    fputc(']', out);
}

/* A bound or limit: infinities, which JSON does not know, as text. */
static void bound(FILE *out, const char *name, double x) {
    if (isinf(x))
        word(out, name, x < 0.0 ? "-infinity" : "infinity");
    else
        member(out, name, x);
}

static void intervals(FILE *out, const char *name, const ag_intervals *where) {
    fprintf(out, ", \"%s\": [", name);
    for (int i = 0; i < where->n && i < AG_INTERVALS_MAX; i++) {
        fputs(i ? ", {\"from\": " : "{\"from\": ", out);
        ag_json_number(out, (double)where->at[i].from);
        member(out, "to", (double)where->at[i].to);
        fputc('}', out);
    }
    fputc(']', out);
}

static void jumps(FILE *out, const ag_traits *t) {
    fputs(", \"jumps\": [", out);
    for (int i = 0; i < t->n_jumps; i++) {
        const bool found = t->jump[i].order <= AG_ORDER_MAX;
        fputs(i ? ", {\"at\": " : "{\"at\": ", out);
        ag_json_number(out, t->jump[i].at);
        member(out, "order", found ? t->jump[i].order : (double)NAN);
        member(out, "by", t->jump[i].by);
        fputc('}', out);
    }
    fputc(']', out);
}

static void turns(FILE *out, const ag_choice *choice, const ag_traits *t) {
    fputs(", \"turns\": [", out);
    for (int i = 0; i < t->n_turns && i < AG_TURNS_MAX; i++) {
        fputs(i ? ", {\"at\": " : "{\"at\": ", out);
        ag_json_number(out, t->turn[i]);
        member(out, "value", ag_act_value(choice, t->turn[i]));
        fputc('}', out);
    }
    fprintf(out, "], \"n_turns\": %d", t->n_turns);
}

static void traits(FILE *out, const ag_choice *choice, const ag_traits *t) {
    static const char *const monotone[] = {"no",         "constant",       "increasing",
                                           "decreasing", "not decreasing", "not increasing"};
    fputs(", \"seams\": [", out);
    for (int i = 0; i < t->n_jumps; i++) {
        fputs(i ? ", " : "", out);
        ag_json_number(out, t->jump[i].at);
    }
    fputc(']', out);
    jumps(out, t);
    member(out, "continuous_derivatives",
           t->smooth >= AG_ORDER_MAX ? (double)NAN : (double)t->smooth);
    flag(out, "smooth", t->smooth >= AG_ORDER_MAX);
    intervals(out, "undefined", &t->undefined);
    bound(out, "infimum", t->low.value);
    flag(out, "infimum_taken", t->low.taken);
    bound(out, "supremum", t->high.value);
    flag(out, "supremum_taken", t->high.taken);
    bound(out, "limit_before", t->before);
    bound(out, "limit_after", t->after);
    flag(out, "bounded", isfinite(t->low.value) && isfinite(t->high.value));
    word(out, "monotone", monotone[t->monotone]);
    turns(out, choice, t);
    word(out, "symmetry", t->odd ? "odd" : t->even ? "even" : NULL);
    flag(out, "zero_centred", t->centred);
    intervals(out, "overflows", &t->overflows);
    intervals(out, "derivative_overflows", &t->slope_overflows);
}

static void mean_field(FILE *out, const ag_activation_facts *facts) {
    static const char *const kind[] = {"line", "scale_free", "jumps", "flat", "undefined"};
    fputs(", \"mean_field\": {\"kind\": ", out);
    ag_json_text(out, kind[facts->edge_kind]);
    fputs(", \"edge_of_chaos\": [", out);
    for (int i = 0; i < AG_FACTS_EDGES; i++) {
        const ag_edge *e = &facts->edge[i];
        fputs(i ? ",\n  {\"sigma_b\": " : "\n  {\"sigma_b\": ", out);
        ag_json_number(out, e->sigma_b);
        member(out, "sigma_w", e->sigma_w);
        member(out, "q", e->q);
        member(out, "dq_dq", e->slope);
        bound(out, "depth_scale_q", e->depth);
        fputc('}', out);
    }
    fputs("], \"depth_scales\": [", out);
    for (int i = 0; i < AG_FACTS_DEPTHS; i++) {
        const ag_depth *d = &facts->depth[i].depth;
        fputs(i ? ",\n  {\"weights\": " : "\n  {\"weights\": ", out);
        ag_json_text(out, facts->depth[i].weights);
        member(out, "sigma_w", d->sigma_w);
        member(out, "sigma_b", d->sigma_b);
        bound(out, "q", d->q);
        bound(out, "chi_1", d->chi_1);
        member(out, "c", d->c);
        bound(out, "depth_scale", d->xi);
        bound(out, "depth_scale_low", d->xi_low);
        bound(out, "depth_scale_high", d->xi_high);
        fputc('}', out);
    }
    fputs("]}", out);
}

static void float_path(FILE *out, const ag_activation_facts *facts) {
    const ag_float_error *e = &facts->error;
    const ag_pace *p = &facts->pace;
    fputs(",\n \"float_path\": {\"value_ulp\": ", out);
    ag_json_number(out, e->ulp);
    member(out, "value_ulp_at", e->at);
    member(out, "value_near_zero", e->near_zero);
    member(out, "derivative_ulp", e->slope_ulp);
    member(out, "derivative_ulp_at", e->slope_at);
    member(out, "derivative_near_zero", e->slope_near_zero);
    member(out, "forward_ns", p->forward.median);
    member(out, "backward_ns", p->backward.median);
    member(out, "identity_ns", p->identity.median);
    word(out, "isa", ag_isa_name(ag_isa()));
    fputc('}', out);
}

static void points(FILE *out, const ag_activation_facts *facts) {
    fputs(",\n \"points\": [", out);
    for (int i = 0; i < facts->n_points; i++) {
        const ag_fact_point p = ag_fact_point_at(facts, i);
        fputs(i ? ", {\"x\": " : "{\"x\": ", out);
        ag_json_number(out, p.x);
        bound(out, "value", p.value);
        bound(out, "derivative", p.derivative);
        fputc('}', out);
    }
    fputc(']', out);
}

static void unit_points(FILE *out, const ag_activation_facts *facts) {
    const ag_choice *choice = facts->choice;
    fputs(",\n \"points\": [", out);
    for (int i = 0; i < facts->n_points; i++) {
        double z[AG_UNIT_INPUTS_MAX], d[AG_UNIT_INPUTS_MAX];
        const int along = ag_unit_line(choice, facts->points[i], z);
        ag_unit_derivatives(choice, z, d);
        fputs(i ? ", {\"x\": " : "{\"x\": ", out);
        ag_json_number(out, facts->points[i]);
        bound(out, "value", ag_unit_value(choice, z));
        bound(out, "derivative", d[along]);
        fputs(", \"derivatives\": [", out);
        for (int k = 0; k < ag_act_inputs(choice); k++) {
            fputs(k ? ", " : "", out);
            ag_json_number(out, d[k]);
        }
        fputs("]}", out);
    }
    fputc(']', out);
}

/* Of a unit of several inputs: what is about functions of one number is not there. */
static void unit(FILE *out, const ag_choice *choice) {
    const ag_activation *gate = ag_activation_of(choice)->unit->gate;
    double z[AG_UNIT_INPUTS_MAX];
    member(out, "inputs", ag_act_inputs(choice));
    word(out, "gate", gate ? gate->about.name : NULL);
    member(out, "input_of_points", ag_unit_line(choice, 0.0, z) + 1);
}

void ag_activation_show_json(FILE *out, const ag_activation_facts *facts) {
    fputs("{\"activation\": ", out);
    ag_listing_show_json(out, facts->choice->element);
    word(out, "derivative", ag_act_derivative_text(facts->choice));
    ag_settings_print_json(out, facts->choice);
    learned(out, facts->choice);
    const bool is_unit = ag_act_inputs(facts->choice) > 1;
    if (is_unit)
        unit(out, facts->choice);
    else
        traits(out, facts->choice, &facts->traits);
    member(out, "mean", facts->mean);
    member(out, "mean_square", facts->square);
    member(out, "mean_derivative_square", facts->slope_square);
    member(out, "expectations_off", facts->off);
    member(out, "gain", facts->gain);
    if (!is_unit) mean_field(out, facts);
    float_path(out, facts);
    (is_unit ? unit_points : points)(out, facts);
    fputs("}\n", out);
}

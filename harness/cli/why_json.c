/* What happened to a trial, as JSON. */
#include "harness/cli/json.h"
#include "harness/cli/why.h"

#include <math.h>

/* NaN is null, infinity the 1e999 that readers take for it, as in the tables' JSON. */
static void json_number(FILE *out, double x) {
    if (isinf(x))
        fputs(x > 0 ? "1e999" : "-1e999", out);
    else
        ag_json_number(out, x);
}

static void json_step(FILE *out, const ag_why *why, int s) {
    static const char *const names[AG_FLOWN_SERIES] = {
        [AG_FLOWN_GRADIENT] = "grad_norm",
        [AG_FLOWN_WEIGHTS] = "weight_norm",
        [AG_FLOWN_UPDATE] = "update_ratio",
    };
    fprintf(out, "{\"step\": %ld, \"epoch\": %ld, \"loss\": ", why->at[s], why->epoch_at[s]);
    json_number(out, why->net_loss[s]);
    fputs(", \"learning_rate\": ", out);
    json_number(out, why->rate[s]);
    for (int k = 0; k < AG_FLOWN_SERIES; k++) { /* layer 0, the net, stands first */
        fprintf(out, ", \"%s\": [", names[k]);
        for (int layer = 0; layer <= why->n_layers; layer++) {
            fputs(layer ? ", " : "", out);
            json_number(out, ag_why_series(why, (ag_flown)k, layer)[s]);
        }
        fputc(']', out);
    }
    fputc('}', out);
}

static void json_grown(FILE *out, const ag_why *why, const ag_why_grown *g) {
    static const char *const names[AG_FLOWN_SERIES] = {"gradient", "weights", "update_ratio"};
    if (!g->found) {
        fputs("null", out);
        return;
    }
    fprintf(out,
            "{\"what\": \"%s\", \"layer\": %d, \"from_step\": %ld, \"to_step\": %ld, \"from\": ",
            names[g->kind], g->layer, why->at[g->from], why->at[g->to]);
    json_number(out, g->low);
    fputs(", \"to\": ", out);
    json_number(out, g->high);
    fputs(", \"per_step\": ", out);
    json_number(out, g->per_step);
    fputc('}', out);
}

static void json_texts(FILE *out, const ag_why_words *words, int from, int to) {
    fputc('[', out);
    for (int i = from; i < to; i++) {
        fputs(i > from ? ", " : "", out);
        ag_json_text(out, words->text[i]);
    }
    fputc(']', out);
}

static void json_layers(FILE *out, const ag_why *why, const ag_why_again *again, const double *x) {
    fputc('[', out);
    for (int s = 0; s < again->n_steps; s++)
        for (int k = 0; k < why->n_layers; k++) {
            fputs(k ? ", " : s ? "], [" : "[", out);
            json_number(out, x[k * AG_WHY_AGAIN + s]);
        }
    fputs(again->n_steps ? "]]" : "]", out);
}

static void json_again(FILE *out, const ag_why *why, const ag_why_again *again) {
    fprintf(out, ", \"again\": {\"same\": %s, \"step\": %ld, \"steps\": [",
            again->same ? "true" : "false", again->stopped);
    for (int s = 0; s < again->n_steps; s++)
        fprintf(out, "%s%ld", s ? ", " : "", again->at[s]);
    fputs("], \"preactivation_max\": ", out);
    json_layers(out, why, again, again->largest);
    fputs(", \"delta_norm\": ", out);
    json_layers(out, why, again, again->delta);
    fputc('}', out);
}

void ag_why_print_json(FILE *out, const ag_why *why, const ag_why_words *words,
                       const ag_why_again *again) {
    fputs("{\"trial_id\": ", out);
    ag_json_text(out, why->id);
    fputs(", \"trial\": ", out);
    ag_json_text(out, why->label);
    fputs(", \"status\": ", out);
    ag_json_text(out, why->status);
    fputs(", \"what\": ", out);
    ag_json_text(out, why->what);
    fprintf(out, ", \"step\": %ld, \"layer\": ", why->step);
    if (why->layer)
        fprintf(out, "%d, \"layer_name\": ", why->layer);
    else
        fputs("null, \"layer_name\": ", out);
    ag_json_text(out, why->layer ? why->layers[why->layer].name : NULL);
    fprintf(out, ", \"in_evaluation\": %s", why->layer && ag_why_evaluated(why) ? "true" : "false");
    const ag_why_grown first = ag_why_grew(why), most = ag_why_grew_most(why);
    fputs(", \"grew_first\": ", out);
    json_grown(out, why, &first);
    fputs(", \"grew_most\": ", out);
    json_grown(out, why, &most);
    fputs(", \"happened\": ", out);
    json_texts(out, words, 0, words->n_facts);
    fputs(", \"advice\": ", out);
    json_texts(out, words, words->n_facts, words->n);
    fputs(", \"preactivation_max\": [", out);
    for (int k = 1; k <= why->n_layers; k++) {
        fputs(k > 1 ? ", " : "", out);
        json_number(out, why->layers[k].largest);
    }
    fputc(']', out);
    if (again) json_again(out, why, again);
    fputs(", \"steps\": [", out);
    for (int s = 0; s < why->n_steps; s++) {
        fputs(s ? ",\n" : "\n", out);
        json_step(out, why, s);
    }
    fputs("]}\n", out);
}

/* What people do about a divergence, where the numbers of the trial speak for it. */
#include "harness/cli/growth.h"
#include "harness/cli/why.h"

#include <math.h>
#include <string.h>

static bool is(const char *word, const char *other) { return strcmp(word, other) == 0; }

/* A step multiplies the weights by this, whatever the gradient says. */
static double decay_of(const ag_why *why) {
    const bool is_plain = is(why->optimizer, "sgd") || is(why->optimizer, "adamw");
    return is_plain ? 1 - why->learning_rate * why->weight_decay : (double)NAN;
}

/* --- the learning rate ----------------------------------------------------------------------- */

static const ag_why_rate *own_rate(const ag_why *why) {
    for (int i = 0; i < why->n_rates; i++)
        if (why->rates[i].rate == why->learning_rate) return &why->rates[i];
    return NULL;
}

/* The nearest rate below, or above, its own with which a seed finished; NULL: none. */
static const ag_why_rate *finished_rate(const ag_why *why, bool above) {
    const ag_why_rate *found = NULL;
    for (int i = 0; i < why->n_rates; i++) {
        const ag_why_rate *r = &why->rates[i];
        if (!r->finished) continue;
        if (above ? r->rate > why->learning_rate && !found : r->rate < why->learning_rate)
            found = r;
    }
    return found;
}

/* The largest share of their length by which a step moved a layer's weights, of the steps until
 * something grew: of all, if nothing did. 0: no update is recorded. */
static double first_moves(const ag_why *why, int *layer, long *step) {
    const ag_why_grown g = ag_why_grew(why);
    const int last = g.found ? (g.from > 0 ? g.from : 1) : why->n_steps - 1;
    double most = 0;
    for (int k = 1; k <= why->n_layers && why->n_steps; k++) {
        const double *x = ag_why_series(why, AG_FLOWN_UPDATE, k);
        for (int i = 0; i <= last && i < why->n_steps; i++)
            if (isfinite(x[i]) && x[i] > most) most = x[i], *layer = k, *step = why->at[i];
    }
    return most;
}

static void say_moved(const ag_why *why, ag_why_words *words) {
    char text[AG_WHY_LAYER];
    int layer = 0;
    long step = 0;
    const double moved = first_moves(why, &layer, &step);
    if (moved < 0.05) return;
    ag_why_add(words,
               "Step %ld moved the weights of %s by %.3g times their length, where about 0.001 is"
               " usual: a sign of a learning rate that is too large.",
               step, ag_why_layer_words(why, layer, text), moved);
}

static void advise_rate(const ag_why *why, ag_why_words *words) {
    const ag_why_rate *own = own_rate(why), *below = finished_rate(why, false),
                      *above = finished_rate(why, true);
    if (why->step == 0 || !own) return;
    if (above)
        ag_why_add(words,
                   "The learning rate alone is not it: with otherwise the same settings %.4g, which"
                   " is larger, finished %ld of %ld trials (this one, %.4g: %ld of %ld).",
                   above->rate, above->finished, above->tried, own->rate, own->finished,
                   own->tried);
    else if (own->finished)
        ag_why_add(words,
                   "The learning rate is at the edge of what works: with %.4g, %ld of %ld seeds"
                   " finished.",
                   own->rate, own->finished, own->tried);
    else if (below)
        ag_why_add(words,
                   "The learning rate %.4g is %.3g times the largest that finished with otherwise"
                   " the same settings: %.4g did, %ld of %ld trials.",
                   own->rate, own->rate / below->rate, below->rate, below->finished, below->tried);
    else if (why->n_rates > 1)
        ag_why_add(
            words,
            "None of the %d learning rates that were tried with these settings finished, from"
            " %.4g to %.4g: try smaller ones.",
            why->n_rates, why->rates[0].rate, why->rates[why->n_rates - 1].rate);
    else
        ag_why_add(words,
                   "No other learning rate than %.4g was tried with these settings: smaller ones"
                   " will tell whether it is too large.",
                   own->rate);
    if (!above && !(decay_of(why) < -1)) say_moved(why, words);
}

static void advise_decay(const ag_why *why, ag_why_words *words) {
    if (decay_of(why) < -1)
        ag_why_add(words,
                   "Learning rate times weight decay is %.3g: each step multiplies the weights by"
                   " %.3g, and above 2 they grow whatever the gradient says.",
                   why->learning_rate * why->weight_decay, decay_of(why));
}

/* --- a single jump ---------------------------------------------------------------------------- */

static void advise_clip(const ag_why *why, ag_why_words *words) {
    enum { TIMES = 100 };
    if (!why->n_steps || !is(why->clip, "none")) return;
    const double *gradient = ag_why_series(why, AG_FLOWN_GRADIENT, 0);
    const double *weights = ag_why_series(why, AG_FLOWN_WEIGHTS, 0);
    double median = 0, before = 0;
    const int jump = ag_growth_jump(gradient, why->n_steps, TIMES, &median);
    if (jump < 0 || !(weights[jump - 1] < 2 * weights[0])) return;
    for (int i = 0; i < jump; i++)
        if (gradient[i] > before) before = gradient[i];
    ag_why_add(
        words,
        "The gradient jumped in one step, while the weights had not grown: to %.3g in step"
        " %ld, %.3g times the median of the steps before. training.gradient_clip={norm: %.2g}"
        " would have left those as they were, and shortened this one.",
        gradient[jump], why->at[jump], gradient[jump] / median, before);
}

/* --- before the first step -------------------------------------------------------------------- */

enum { FACT = 400 };

/* How the numbers grew forward through the net as it was initialized; "" if they did not. */
static void grew_forward(const ag_why *why, char fact[FACT]) {
    const int last = why->n_layers - 1;
    const double first = why->layers[1].std_initial, end = why->layers[last].std_initial;
    const double each = pow(end / first, 1.0 / (last - 1));
    fact[0] = '\0';
    if (isfinite(first) && isfinite(end) && first > 0 && each > 2)
        snprintf(fact, FACT,
                 "the pre-activations grew with depth, from a standard deviation of %.3g in layer 1"
                 " to %.3g in layer %d, %.3g times per layer",
                 first, end, last, each);
    else if (why->step == 0 && why->layer > 1 && isfinite(why->layers[1].largest))
        snprintf(fact, FACT,
                 "the numbers grew on their way forward: the largest pre-activation is %.3g in"
                 " layer 1 and %.3g in layer %d",
                 why->layers[1].largest, why->layers[why->layer].largest, why->layer);
}

static void grew_back(const ag_why *why, char fact[FACT]) {
    enum { TIMES = 100 };
    const int last = why->n_layers - 1;
    const double first = why->layers[1].delta_initial, end = why->layers[last].delta_initial;
    fact[0] = '\0';
    if (isfinite(first) && first > TIMES * end)
        snprintf(fact, FACT,
                 "the gradient grew on its way back, from a norm of dLoss/dz of %.3g in layer %d to"
                 " %.3g in layer 1",
                 end, last, first);
}

/* With what would hold them, of what the trial does not have. Batch normalization has no
 * statistics yet then, and says nothing. */
static void advise_depth(const ag_why *why, ag_why_words *words) {
    char forward[FACT], back[FACT];
    const bool scaled = is(why->initializer, "auto"), normalized = !is(why->normalization, "none");
    if (why->n_layers < 3 || is(why->normalization, "batch") || (scaled && normalized)) return;
    grew_forward(why, forward);
    grew_back(why, back);
    if (!forward[0] && !back[0]) return;
    ag_why_add(words, "Already before the first step %s%s%s: %s%s%s.", forward,
               forward[0] && back[0] ? ", and " : "", back,
               scaled ? "" : "initializer=auto chooses the variance for this activation",
               scaled || normalized ? "" : ", ",
               normalized ? "" : "model.normalization=batch holds the numbers at every depth");
}

static void advise_targets(const ag_why *why, ag_why_words *words) {
    enum { LARGE = 1000 };
    if (!is(why->loss, "mean_squared_error") || why->standardized || !(why->first_loss > LARGE))
        return;
    ag_why_add(
        words,
        "Before the first step the mean squared error was %.3g, from targets of this size, and"
        " gradients are as large: dataset.standardize_target=true gives them variance 1.",
        why->first_loss);
}

void ag_why_advise(const ag_why *why, ag_why_words *words) {
    advise_decay(why, words);
    advise_rate(why, words);
    advise_clip(why, words);
    advise_depth(why, words);
    advise_targets(why, words);
}

/* What happened and what grew, in sentences. */
#include "harness/cli/growth.h"
#include "harness/cli/why.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void ag_why_add(ag_why_words *words, const char *format, ...) {
    if (words->n == AG_WHY_SENTENCES) return;
    va_list list;
    va_start(list, format);
    vsnprintf(words->text[words->n++], AG_WHY_SENTENCE, format, list);
    va_end(list);
}

const char *ag_why_layer_words(const ag_why *why, int layer, char text[AG_WHY_LAYER]) {
    snprintf(text, AG_WHY_LAYER, "layer %d (%.40s)", layer, why->layers[layer].name);
    return text;
}

/* --- where --------------------------------------------------------------------------------- */

enum { PART = 400 };

/* "step 8 (epoch 1 of 20)" */
static void step_words(const ag_why *why, char text[PART]) {
    /* epochs that are done have a row: it is in the next, or at the end of the last */
    const long epoch = why->n_steps ? why->epoch_at[why->n_steps - 1]
                                    : why->epochs_done + !(why->closed || why->step == 0);
    if (why->epochs)
        snprintf(text, PART, "step %ld (epoch %ld of %ld)", why->step, epoch, why->epochs);
    else
        snprintf(text, PART, "step %ld (epoch %ld)", why->step, epoch);
}

static double last_of(const ag_why *why, ag_flown kind, int layer) {
    return why->n_steps ? ag_why_series(why, kind, layer)[why->n_steps - 1] : (double)NAN;
}

bool ag_why_evaluated(const ag_why *why) {
    if (why->step == 0) return true;
    const bool loss = why->what && strcmp(why->what, "loss") == 0;
    return loss && !isnan(last_of(why, AG_FLOWN_WEIGHTS, 0)) &&
           !isnan(last_of(why, AG_FLOWN_GRADIENT, 0));
}

bool ag_why_updated(const ag_why *why) {
    if (why->step == 0) return false;
    return ag_why_evaluated(why) || !why->what ||
           (strcmp(why->what, "loss") != 0 && strcmp(why->what, "gradient") != 0);
}

static const char *size_words(double x, char text[PART]) {
    if (isnan(x))
        snprintf(text, PART, "no number");
    else if (isinf(x))
        snprintf(text, PART, "infinite");
    else
        snprintf(text, PART,
                 fabs(x) > 3.4028234663852886e38 ? "%.3g, more than a float holds" : "%.3g", x);
    return text;
}

/* Which operation: where the numbers that go forward were still finite. */
static void forward_words(const ag_why *why, char text[PART]) {
    char layer[AG_WHY_LAYER];
    const int k = why->layer;
    const double here = why->layers[k].largest, before = why->layers[k - 1].largest;
    ag_why_layer_words(why, k, layer);
    if (!why->n_steps)
        snprintf(text, PART, "going forward, %s was the first whose values were not finite", layer);
    else if (k == why->n_layers && isfinite(here))
        snprintf(text, PART,
                 "all layers' values were finite, those of %s at most %.3g in size, and the loss of"
                 " them was not",
                 layer, here);
    else if (isfinite(here))
        snprintf(text, PART,
                 "going forward, %s was the first whose values were not finite: its pre-activations"
                 " were, at most %.3g in size, but what %.60s made of them was not",
                 layer, here, why->activation);
    else if (k > 1)
        snprintf(text, PART,
                 "going forward, %s was the first whose values were not finite: the largest"
                 " pre-activation was %.3g in layer %d, and %s",
                 layer, before, k - 1, isnan(here) ? "is no number here" : "is infinite here");
    else
        snprintf(text, PART,
                 "going forward, %s was the first whose values were not finite, before its"
                 " activation",
                 layer);
}

static const char *part_words(const ag_why *why) {
    if (why->step == 0) return isfinite(why->first_loss) ? "validation" : "training";
    if (why->closed && why->validates && !isfinite(why->last_val_loss)) return "validation";
    return why->validates ? "training or the test" : "validation, training or test";
}

static void say_evaluated(const ag_why *why, ag_why_words *words) {
    char where[PART], step[PART];
    forward_words(why, where);
    step_words(why, step);
    if (why->step == 0)
        ag_why_add(words, "Before the first step the loss over the %s part was not finite: %s.",
                   part_words(why), where);
    else
        ag_why_add(words,
                   "The loss of %s was finite (%.3g) and so were gradient and weights, but with the"
                   " weights behind it the loss over the %s part was not: %s.",
                   step, why->net_loss[why->n_steps - 1], part_words(why), where);
}

static void say_backward(const ag_why *why, const char *step, double loss, ag_why_words *words) {
    char layer[AG_WHY_LAYER], behind[PART] = "", size[PART];
    const int k = why->layer;
    if (k < why->n_layers && why->n_steps)
        snprintf(behind, sizeof behind, "; the gradient of layer %d, behind it, was %.3g", k + 1,
                 last_of(why, AG_FLOWN_GRADIENT, k + 1));
    ag_why_add(words,
               "In %s the loss was finite (%s), its gradient was not: going back, %s was the first"
               " with one that is not%s.",
               step, size_words(loss, size), ag_why_layer_words(why, k, layer), behind);
}

static void say_what(const ag_why *why, ag_why_words *words) {
    char step[PART], layer[AG_WHY_LAYER], where[PART], size[PART];
    const double loss = why->n_steps ? why->net_loss[why->n_steps - 1] : (double)NAN;
    const char *what = why->what ? why->what : "loss";
    step_words(why, step);
    ag_why_layer_words(why, why->layer, layer);
    if (ag_why_evaluated(why)) {
        say_evaluated(why, words);
    } else if (strcmp(what, "gradient") == 0) {
        say_backward(why, step, loss, words);
    } else if (strcmp(what, "weights") == 0) {
        ag_why_add(words,
                   "In %s loss (%.3g) and gradient (%.3g) were finite, what the update made of the"
                   " weights was not: %s was the first with one that is not.",
                   step, loss, last_of(why, AG_FLOWN_GRADIENT, 0), layer);
    } else if (strcmp(what, "statistics") == 0) {
        ag_why_add(words,
                   "In %s loss (%.3g), gradient and weights were finite, the running statistics of"
                   " the normalization in %s were not.",
                   step, loss, layer);
    } else {
        forward_words(why, where);
        ag_why_add(words, "In %s the loss was %s: %s.", step,
                   why->n_steps ? size_words(loss, size) : "not finite", where);
    }
}

/* --- what grew ------------------------------------------------------------------------------- */

static const char *const kind_words[AG_FLOWN_SERIES] = {
    [AG_FLOWN_GRADIENT] = "norm of the gradient",
    [AG_FLOWN_WEIGHTS] = "norm of the weights",
    [AG_FLOWN_UPDATE] = "update ratio (change of the weights over the weights)",
};

/* Whether a is more of what is looked for than b. */
typedef bool (*ahead_of)(const ag_growth *a, const ag_growth *b);

static bool grew_more(const ag_growth *a, const ag_growth *b) {
    return log(a->high) - log(a->low) > log(b->high) - log(b->low);
}

static ag_why_grown foremost(const ag_why *why, ahead_of ahead) {
    ag_why_grown found = {0};
    ag_growth best = {0};
    for (int kind = 0; kind < AG_FLOWN_SERIES && why->n_steps; kind++) {
        /* the weights of a step without an update are those of the one before */
        const int n = why->n_steps - (kind != AG_FLOWN_GRADIENT && !ag_why_updated(why));
        for (int k = 1; k <= why->n_layers; k++) {
            ag_growth g;
            if (!ag_growth_of(ag_why_series(why, (ag_flown)kind, k), n, &g) || g.tenfold < 0 ||
                (found.found && !ahead(&g, &best)))
                continue;
            best = g;
            found =
                (ag_why_grown){true, (ag_flown)kind, k, g.from, g.to, g.low, g.high, g.per_step};
        }
    }
    return found;
}

ag_why_grown ag_why_grew(const ag_why *why) { return foremost(why, ag_growth_before); }
ag_why_grown ag_why_grew_most(const ag_why *why) { return foremost(why, grew_more); }

/* Least and largest of the whole net's series. */
static void range_of(const double *x, int n, double *least, double *most) {
    *least = HUGE_VAL, *most = -HUGE_VAL;
    for (int i = 0; i < n; i++) {
        if (!isfinite(x[i])) continue;
        *least = fmin(*least, x[i]);
        *most = fmax(*most, x[i]);
    }
}

static void say_calm(const ag_why *why, ag_why_words *words) {
    double least[2], most[2];
    range_of(ag_why_series(why, AG_FLOWN_GRADIENT, 0), why->n_steps, &least[0], &most[0]);
    range_of(ag_why_series(why, AG_FLOWN_WEIGHTS, 0), why->n_steps, &least[1], &most[1]);
    if (why->n_steps == 1)
        ag_why_add(words, "There is no step before it in which something could have grown.");
    else if (most[0] < least[0])
        ag_why_add(words, "No step came as far as a gradient: nothing could have grown.");
    else
        ag_why_add(words,
                   "Nothing grew tenfold before: in steps %ld to %ld the norm of the gradient was"
                   " between %.3g and %.3g, that of the weights between %.3g and %.3g.",
                   why->at[0], why->step, least[0], most[0], least[1], most[1]);
}

/* "the norm of the weights of layer 2 (hidden2): from 4 in step 100 to 9 in step 103, 1.3 times per
 * step" */
static void grown_words(const ag_why *why, const ag_why_grown *g, char text[PART]) {
    char layer[AG_WHY_LAYER], since[PART], pace[PART] = "";
    if (why->at[g->from] && g->from == 0)
        snprintf(since, sizeof since, "in step %ld, the first recorded one,", why->at[g->from]);
    else if (why->at[g->from])
        snprintf(since, sizeof since, "in step %ld", why->at[g->from]);
    else
        snprintf(since, sizeof since, "before the first step");
    if (g->to > g->from + 1) snprintf(pace, sizeof pace, ", %.3g times per step", g->per_step);
    snprintf(text, PART, "the %s of %s: from %.3g %.60s to %.3g in step %ld%.40s",
             kind_words[g->kind], ag_why_layer_words(why, g->layer, layer), g->low, since, g->high,
             why->at[g->to], pace);
}

static void say_grew(const ag_why *why, ag_why_words *words) {
    char text[PART], most_text[PART];
    if (!why->n_steps) {
        ag_why_add(words,
                   "The store has no record of the steps before: the trial ran with a version"
                   " before 0.5.");
        return;
    }
    const ag_why_grown first = ag_why_grew(why), most = ag_why_grew_most(why);
    if (!first.found) {
        say_calm(why, words);
        return;
    }
    grown_words(why, &first, text);
    grown_words(why, &most, most_text);
    if (first.kind == most.kind && first.layer == most.layer)
        ag_why_add(words, "What grew first, and most, is %s.", text);
    else
        ag_why_add(words, "What grew first is %s. What grew most is %s.", text, most_text);
}

/* --- trials that did not diverge -------------------------------------------------------------- */

/* The hidden layer with the largest x; 0: nobody measured it. */
static int largest(const ag_why *why, double (*of)(const ag_why *why, int layer)) {
    int most = 0;
    for (int k = 1; k < why->n_layers; k++)
        if (isfinite(of(why, k)) && (!most || of(why, k) > of(why, most))) most = k;
    return most;
}

static double dead_of(const ag_why *why, int k) { return why->layers[k].dead; }
static double saturated_of(const ag_why *why, int k) { return why->layers[k].saturated; }
static double ratio_of(const ag_why *why, int k) { return why->layers[k].ratio; }
static double faintness_of(const ag_why *why, int k) { return -why->layers[k].delta; }

static void say_finished(const ag_why *why, ag_why_words *words) {
    char layer[AG_WHY_LAYER];
    const int calm = words->n, dead = largest(why, dead_of), saturated = largest(why, saturated_of),
              ratio = largest(why, ratio_of), faint = largest(why, faintness_of);
    const double signal = why->n_layers > 1 ? why->layers[why->n_layers - 1].delta : (double)NAN;
    if (dead && why->layers[dead].dead >= 0.05)
        ag_why_add(words,
                   "Of %s %.3g %% of the units were dead in the end, the most of all layers.",
                   ag_why_layer_words(why, dead, layer), 100 * why->layers[dead].dead);
    if (faint && why->layers[faint].delta < 0.01 * signal)
        ag_why_add(words,
                   "The gradient nearly vanished on its way back: the norm of dLoss/dz was %.3g in"
                   " layer %d and %.3g in %s.",
                   signal, why->n_layers - 1, why->layers[faint].delta,
                   ag_why_layer_words(why, faint, layer));
    if (saturated && why->layers[saturated].saturated >= 0.5)
        ag_why_add(words, "Of %s %.3g %% of the values were saturated in the end.",
                   ag_why_layer_words(why, saturated, layer),
                   100 * why->layers[saturated].saturated);
    if (ratio && why->layers[ratio].ratio >= 0.1)
        ag_why_add(words,
                   "A step moved the weights of %s by %.3g of their length, where about 0.001 is"
                   " usual.",
                   ag_why_layer_words(why, ratio, layer), why->layers[ratio].ratio);
    if (words->n > calm) return;
    if (dead)
        ag_why_add(words,
                   "Nothing stands out: at most %.3g %% dead units, %.3g %% saturated values, an"
                   " update ratio of %.3g.",
                   100 * why->layers[dead].dead,
                   saturated ? 100 * why->layers[saturated].saturated : 0.0,
                   ratio ? why->layers[ratio].ratio : 0.0);
    else
        ag_why_add(words, "Its layers were not looked at: the probes were off.");
}

void ag_why_say(const ag_why *why, ag_why_words *words) {
    char accuracy[PART] = "";
    words->n = 0;
    if (strcmp(why->status, "failed") == 0) {
        ag_why_add(words, "It failed, which is no divergence: %s.", why->error);
        ag_why_add(words, "A run of its experiment tries it again.");
    } else if (strcmp(why->status, "diverged") == 0 && why->layer > 0) {
        say_what(why, words);
        say_grew(why, words);
        words->n_facts = words->n;
        ag_why_advise(why, words);
        return;
    } else {
        if (isfinite(why->val_accuracy))
            snprintf(accuracy, sizeof accuracy, ", validation accuracy %.4g", why->val_accuracy);
        ag_why_add(words,
                   "It did not diverge, but finished after %ld epochs (%ld steps): validation"
                   " loss %.4g%s.",
                   why->epochs_done, why->step, why->val_loss, accuracy);
        say_finished(why, words);
    }
    words->n_facts = words->n;
}

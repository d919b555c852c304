#include "harness/train/twins.h"

#include <math.h>
#include <string.h>

/* --- opening ---------------------------------------------------------------------------- */

/* Learned parameters of activations lie behind all others: the rest of two nets that differ in
 * them alone can be compared. */
static bool same_layer(const ag_layer *a, const ag_layer *b) {
    bool same = a->kind == b->kind && ag_shape_size(a->in) == ag_shape_size(b->in) &&
                ag_shape_size(a->out) == ag_shape_size(b->out) && a->from == b->from &&
                a->skip == b->skip && a->statistic_slice.n == b->statistic_slice.n;
    for (int role = 0; role < AG_ROLE_LEARNED; role++)
        same = same && a->slice[role].n == b->slice[role].n;
    return same;
}

static int n_layers(const ag_twins *t, int which) { return t->run[which].net.n_layers; }

/* The first layer that only one net has like this; the number of layers: there is none. */
static int first_unlike(const ag_twins *t) {
    const int n = n_layers(t, 0) < n_layers(t, 1) ? n_layers(t, 0) : n_layers(t, 1);
    int i = 0;
    while (i < n && same_layer(&t->run[0].net.layers[i], &t->run[1].net.layers[i]))
        i++;
    return i;
}

ag_status ag_twins_open(const ag_settings settings[2], const ag_data *const data[2],
                        const ag_host *host, ag_arena *arena, ag_twins *t, ag_error *err) {
    *t = (ag_twins){.n_rows = 1}; /* epoch 0 is before the first step, which says more */
    for (int k = 0; k < 2; k++) {
        AG_TRY(ag_train_begin(&settings[k], data[k], arena, host, &t->run[k], err));
        t->run[k].pause_at = 0; /* long past: it returns after each step */
    }
    t->alike = n_layers(t, 0) == n_layers(t, 1) && first_unlike(t) == n_layers(t, 0) &&
               t->run[0].outputs == t->run[1].outputs;
    return AG_OK;
}

/* --- comparing -------------------------------------------------------------------------- */

static const char *name_of(const ag_twins *t, int which, int stage) {
    const ag_net *net = &t->run[which].net;
    return stage >= 1 && stage <= net->n_stages ? net->stages[stage - 1].name : NULL;
}

static ag_parting parting_at(const ag_twins *t, const char *what, const ag_layer *layer) {
    const double none = (double)NAN;
    return (ag_parting){.step = t->step,
                        .what = what,
                        .layer = layer ? layer->stage : 0,
                        .name = layer ? name_of(t, 0, layer->stage) : NULL,
                        .kind = layer ? layer->kind->name : NULL,
                        .value = {none, none}};
}

/* Two tensors of n numbers. To the bit. */
static bool differ(const ag_twins *t, const char *what, const ag_layer *layer, size_t n,
                   const ag_real *a, const ag_real *b, ag_parting *p) {
    if (!n || !a || !b || memcmp(a, b, n * sizeof *a) == 0) return false;
    size_t i = 0;
    while (memcmp(&a[i], &b[i], sizeof *a) == 0)
        i++;
    *p = parting_at(t, what, layer);
    p->n[0] = p->n[1] = n;
    p->has_element = true;
    p->element = i;
    p->value[0] = (double)a[i], p->value[1] = (double)b[i];
    return true;
}

static bool differ_number(const ag_twins *t, const char *what, double a, double b, ag_parting *p) {
    if (memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b))) return false;
    *p = parting_at(t, what, NULL);
    p->n[0] = p->n[1] = 1;
    p->has_element = true;
    p->value[0] = a, p->value[1] = b;
    return true;
}

/* Words for a tensor of parameters, by role. */
typedef const char *role_words[AG_ROLE_COUNT];

static const role_words initial_words = {"initial weights of", "initial biases of",
                                         "initial scales of", "initial activation parameters of"};
static const role_words gradient_words = {"gradient of the weights of", "gradient of the biases of",
                                          "gradient of the scales of",
                                          "gradient of the activation parameters of"};
static const role_words updated_words = {"weights after the update of",
                                         "biases after the update of", "scales after the update of",
                                         "activation parameters after the update of"};
static const role_words kept_words = {"final weights of", "final biases of", "final scales of",
                                      "final activation parameters of"};
static const role_words state_words = {
    "what the optimizer remembers of the weights of",
    "what the optimizer remembers of the biases of",
    "what the optimizer remembers of the scales of",
    "what the optimizer remembers of the activation parameters of"};

/* Blocks as the net's parameters lie, layer by layer; what borrows weights has none of its own. */
static bool differ_in_layer(const ag_twins *t, int i, const role_words words, const ag_real *a,
                            const ag_real *b, ag_parting *p) {
    const ag_layer *layer = &t->run[0].net.layers[i], *other = &t->run[1].net.layers[i];
    for (int role = 0; role < AG_ROLE_COUNT; role++) {
        const ag_slice at = layer->slice[role], there = other->slice[role];
        if (at.n == there.n &&
            differ(t, words[role], layer, at.n, a + at.offset, b + there.offset, p))
            return true;
    }
    return false;
}

static bool differ_in_net(const ag_twins *t, const role_words words, const ag_real *a,
                          const ag_real *b, ag_parting *p) {
    for (int i = 0; i < n_layers(t, 0); i++)
        if (differ_in_layer(t, i, words, a, b, p)) return true;
    return false;
}

static bool statistics_differ(const ag_twins *t, ag_parting *p) {
    for (int i = 0; i < n_layers(t, 0); i++) {
        const ag_layer *a = &t->run[0].net.layers[i], *b = &t->run[1].net.layers[i];
        if (differ(t, "running statistics of", a, a->statistic_slice.n, a->statistic, b->statistic,
                   p))
            return true;
    }
    return false;
}

bool ag_twins_part_at_start(const ag_twins *t, ag_parting *p) {
    if (t->alike)
        return differ_in_net(t, initial_words, t->run[0].net.parameters, t->run[1].net.parameters,
                             p) ||
               statistics_differ(t, p);
    const int i = first_unlike(t), which = i < n_layers(t, 0) ? 0 : 1;
    const ag_net *a = &t->run[0].net, *b = &t->run[1].net;
    const bool others =
        i < a->n_layers && i < b->n_layers && a->layers[i].kind != b->layers[i].kind;
    *p = parting_at(t, others ? "steps of the computation from" : "shape of",
                    i < n_layers(t, which) ? &t->run[which].net.layers[i] : NULL);
    p->name = name_of(t, which, p->layer);
    for (int k = 0; k < 2; k++)
        p->n[k] = t->run[k].net.n_parameters;
    return true;
}

/* --- a step ------------------------------------------------------------------------------- */

/* Examples of the step that was done, as run->order numbers them. */
typedef struct examples {
    const uint32_t *index;
    long n;
} examples;

static examples examples_of(const ag_training_run *run) {
    const long in_epoch = run->step - 1 - (run->ordered - 1) * run->steps_per_epoch,
               first = in_epoch * run->per_step, left = run->per_epoch - first;
    return (examples){run->order + first, left < run->per_step ? left : run->per_step};
}

/* Rows of the last mini-batch of the step: what lies in the net's buffers. */
static long rows_of(const ag_training_run *run, long n) {
    return n - (n - 1) / run->batch * run->batch;
}

static bool examples_differ(const ag_twins *t, ag_parting *p) {
    const examples a = examples_of(&t->run[0]), b = examples_of(&t->run[1]);
    const long n = a.n < b.n ? a.n : b.n;
    for (long i = 0; i < n; i++)
        if (a.index[i] != b.index[i]) {
            *p = parting_at(t, "order of the examples", NULL);
            p->n[0] = (size_t)a.n, p->n[1] = (size_t)b.n;
            p->has_element = true;
            p->element = (size_t)i;
            p->value[0] = a.index[i], p->value[1] = b.index[i];
            return true;
        }
    if (a.n == b.n && t->run[0].batch == t->run[1].batch) return false;
    *p = parting_at(t, a.n == b.n ? "examples of a mini-batch" : "examples of a step", NULL);
    p->n[0] = (size_t)(a.n == b.n ? t->run[0].batch : a.n);
    p->n[1] = (size_t)(a.n == b.n ? t->run[1].batch : b.n);
    return true;
}

static bool answers_differ(const ag_twins *t, size_t rows, ag_parting *p) {
    const ag_training_run *a = &t->run[0], *b = &t->run[1];
    if (a->label && b->label)
        for (size_t i = 0; i < rows; i++)
            if (a->label[i] != b->label[i]) {
                const bool differs =
                    differ_number(t, "classes of the examples", a->label[i], b->label[i], p);
                p->n[0] = p->n[1] = rows, p->element = i;
                return differs;
            }
    if (a->target && b->target)
        for (size_t i = 0; i < rows * (size_t)a->outputs; i++)
            if (memcmp(&a->target[i], &b->target[i], sizeof *a->target) != 0) {
                const bool differs = differ_number(t, "targets of the examples",
                                                   (double)a->target[i], (double)b->target[i], p);
                p->n[0] = p->n[1] = rows * (size_t)a->outputs, p->element = i;
                return differs;
            }
    return false;
}

static bool forward_differs(const ag_twins *t, size_t rows, ag_parting *p) {
    const ag_training_run *a = &t->run[0], *b = &t->run[1];
    if (differ(t, "inputs", NULL, rows * ag_shape_size(a->net.in), a->x, b->x, p)) return true;
    for (int i = 0; i < n_layers(t, 0); i++) {
        const ag_layer *layer = &a->net.layers[i];
        if (differ(t, "output of", layer, rows * ag_shape_size(layer->out), layer->y,
                   b->net.layers[i].y, p))
            return true;
    }
    return false;
}

/* From the last layer to the first. The sums of squares are of the gradients as they came, before
 * clipping makes all of them others because one is. */
static bool gradients_differ(const ag_twins *t, ag_parting *p) {
    const ag_net *a = &t->run[0].net, *b = &t->run[1].net;
    for (int i = n_layers(t, 0) - 1; i >= 0; i--) {
        const double *x = a->layers[i].gradient_squares, *y = b->layers[i].gradient_squares;
        if (memcmp(x, y, AG_ROLE_LEARNED * sizeof *x) != 0 &&
            differ_in_layer(t, i, gradient_words, a->gradients, b->gradients, p))
            return true;
    }
    for (int i = n_layers(t, 0) - 1; i >= 0; i--)
        if (differ_in_layer(t, i, gradient_words, a->gradients, b->gradients, p)) return true;
    return false;
}

static bool state_differs(const ag_twins *t, ag_parting *p) {
    const ag_training_run *a = &t->run[0], *b = &t->run[1];
    const int n = a->optimizer->n_state < b->optimizer->n_state ? a->optimizer->n_state
                                                                : b->optimizer->n_state;
    for (int s = 0; s < n; s++)
        if (differ_in_net(t, state_words, a->state[s], b->state[s], p)) return true;
    return false;
}

/* Of epochs that ended since the last time. */
static bool scores_differ(ag_twins *t, ag_parting *p) {
    static const char *const words[] = {"training loss of the epoch",
                                        "training accuracy of the epoch", "validation loss",
                                        "validation accuracy", "validation R2"};
    const long n = t->run[0].n_rows < t->run[1].n_rows ? t->run[0].n_rows : t->run[1].n_rows;
    for (; t->n_rows < n; t->n_rows++) {
        const ag_epoch_row *a = &t->run[0].rows[t->n_rows], *b = &t->run[1].rows[t->n_rows];
        const double x[] = {a->train_loss, a->train_accuracy, a->val_loss, a->val_accuracy,
                            a->val_r2},
                     y[] = {b->train_loss, b->train_accuracy, b->val_loss, b->val_accuracy,
                            b->val_r2};
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (differ_number(t, words[i], x[i], y[i], p)) {
                p->step = a->step;
                return true;
            }
    }
    return false;
}

bool ag_twins_part(ag_twins *t, ag_parting *p) {
    if (scores_differ(t, p)) return true;
    const ag_net *a = &t->run[0].net, *b = &t->run[1].net;
    if (t->ended)
        return t->alike && t->run[0].step == t->run[1].step &&
               differ_in_net(t, kept_words, a->parameters, b->parameters, p);
    if (!t->step) return false;
    if (examples_differ(t, p)) return true;
    const size_t rows = (size_t)rows_of(&t->run[0], examples_of(&t->run[0]).n);
    if (t->alike && (answers_differ(t, rows, p) || forward_differs(t, rows, p))) return true;
    if (differ_number(t, "loss", ag_twins_loss(t, 0), ag_twins_loss(t, 1), p)) return true;
    return t->alike && (gradients_differ(t, p) ||
                        differ_in_net(t, updated_words, a->parameters, b->parameters, p) ||
                        state_differs(t, p) || statistics_differ(t, p));
}

static bool step_of(ag_training_run *run) {
    const long before = run->step;
    while (run->step == before && ag_train_epoch(run)) {
    }
    return run->step > before && !run->stopped;
}

bool ag_twins_step(ag_twins *t) {
    const bool one = step_of(&t->run[0]), other = step_of(&t->run[1]);
    if (one && other) t->step++;
    t->ended = !(one && other) && !t->run[0].stopped && !t->run[1].stopped;
    return one && other;
}

bool ag_twins_end_alike(const ag_twins *t) {
    const ag_training_run *a = &t->run[0], *b = &t->run[1];
    if (a->step != b->step || a->outcome != b->outcome) return false;
    return a->outcome != AG_DIVERGED ||
           (a->diverged_step == b->diverged_step && a->diverged_stage == b->diverged_stage &&
            strcmp(a->diverged_what, b->diverged_what) == 0);
}

double ag_twins_loss(const ag_twins *t, int which) {
    return t->step ? (double)t->run[which].step_loss[t->step - 1] : (double)NAN;
}

/* Parameters that both have. */
static size_t n_common(const ag_twins *t) {
    const ag_net *a = &t->run[0].net, *b = &t->run[1].net;
    return a->n_parameters == b->n_parameters ? a->n_parameters : a->role[AG_ROLE_LEARNED].offset;
}

double ag_twins_distance(const ag_twins *t) {
    if (!t->alike) return (double)NAN;
    const ag_real *a = t->run[0].net.parameters, *b = t->run[1].net.parameters;
    double difference = 0, length = 0;
    for (size_t i = 0; i < n_common(t); i++) {
        const double x = (double)a[i], d = x - (double)b[i];
        difference += d * d, length += x * x;
    }
    return difference > 0 ? sqrt(difference / length) : 0;
}

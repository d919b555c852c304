/* Every probe at every step against a plain recomputation in double: forward and backward
 * by the definitions, from the weights before the step. */
#include "train_fixture.h"

#include "harness/probes/probe.h"
#include "harness/train/watch.h"

#include <math.h>

enum {
    DEPTH = 2,
    STAGES = DEPTH + 1,
    WIDTH = 16,
    STEPS = 4,
    PARAMETERS_MAX = 2000,
    INPUTS_MAX = 2
};
static const int units_of[STAGES] = {WIDTH, WIDTH, CLASSES};

/* What a stage does with the examples: [N_TRAIN][units]; z, dz and da/dz of the hidden ones
 * [N_TRAIN][inputs of a unit][units]. */
static double z[STAGES][N_TRAIN * WIDTH * INPUTS_MAX], dz[STAGES][N_TRAIN * WIDTH * INPUTS_MAX],
    part[STAGES][N_TRAIN * WIDTH * INPUTS_MAX], a[STAGES][N_TRAIN * WIDTH],
    slope[STAGES][N_TRAIN * WIDTH];

static const double *input_of(int s, const double *x) { return s ? a[s - 1] : x; }

/* Pre-activations of a stage. */
static int wide_of(int s) { return units_of[s] * (s < DEPTH ? ag_act_inputs(&activation) : 1); }

/* Unit u of a hidden stage, for one example. */
static void activate(int s, int e, int u) {
    const int n = units_of[s], inputs = ag_act_inputs(&activation);
    double own[INPUTS_MAX], d[INPUTS_MAX], most = 0;
    for (int k = 0; k < inputs; k++)
        own[k] = z[s][e * n * inputs + k * n + u];
    ag_unit_derivatives(&activation, own, d);
    for (int k = 0; k < inputs; k++) {
        part[s][e * n * inputs + k * n + u] = d[k];
        most = fmax(most, fabs(d[k]));
    }
    a[s][e * n + u] = ag_unit_value(&activation, own);
    slope[s][e * n + u] = most;
}

static void forward(const ag_net *net, const ag_real *parameters, const double *x) {
    for (int s = 0; s < STAGES; s++) {
        const ag_layer *layer = net->stages[s].weights;
        const ag_real *w = parameters + layer->slice[AG_ROLE_WEIGHT].offset;
        const ag_real *b = parameters + layer->slice[AG_ROLE_BIAS].offset;
        const int n_in = s ? units_of[s - 1] : FEATURES, n = wide_of(s);
        for (int e = 0; e < N_TRAIN; e++) {
            for (int u = 0; u < n; u++) {
                double sum = (double)b[u];
                for (int i = 0; i < n_in; i++)
                    sum += input_of(s, x)[e * n_in + i] * (double)w[i * n + u];
                z[s][e * n + u] = sum;
            }
            for (int u = 0; u < units_of[s] && s < DEPTH; u++)
                activate(s, e, u);
        }
    }
}

/* dz of the mean of the cross entropy over mini-batches of `batch`. */
static void backward(const ag_net *net, const ag_real *parameters, const int32_t *label,
                     int batch) {
    for (int e = 0; e < N_TRAIN; e++) {
        double sum = 0;
        for (int u = 0; u < CLASSES; u++)
            sum += exp(z[DEPTH][e * CLASSES + u]);
        for (int u = 0; u < CLASSES; u++)
            dz[DEPTH][e * CLASSES + u] =
                (exp(z[DEPTH][e * CLASSES + u]) / sum - (label[e] == u)) / batch;
    }
    for (int s = DEPTH - 1; s >= 0; s--) {
        const ag_real *w = parameters + net->stages[s + 1].weights->slice[AG_ROLE_WEIGHT].offset;
        const int n = units_of[s], wide = wide_of(s), above = wide_of(s + 1);
        for (int e = 0; e < N_TRAIN; e++)
            for (int i = 0; i < wide; i++) {
                double sum = 0;
                for (int k = 0; k < above; k++)
                    sum += dz[s + 1][e * above + k] * (double)w[i % n * above + k];
                dz[s][e * wide + i] = sum * part[s][e * wide + i];
            }
    }
}

static double norm(int n, const double *x) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

static double mean(int n, const double *x) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum / n;
}

static double deviation(int n, const double *x) {
    const double middle = mean(n, x);
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (x[i] - middle) * (x[i] - middle);
    return sqrt(sum / n);
}

static double gradient_norm(int s, const double *x, int batch) {
    const int n_in = s ? units_of[s - 1] : FEATURES, n = wide_of(s);
    double sum = 0;
    for (int i = 0; i < n_in; i++)
        for (int u = 0; u < n; u++) {
            double g = 0; /* a step of several mini-batches has the mean of theirs */
            for (int e = 0; e < N_TRAIN; e++)
                g += input_of(s, x)[e * n_in + i] * dz[s][e * n + u] * batch / N_TRAIN;
            sum += g * g;
        }
    return sqrt(sum);
}

static double share_dead(int s) {
    int dead = 0;
    for (int u = 0; u < units_of[s]; u++) {
        bool live = false;
        for (int e = 0; e < N_TRAIN; e++)
            live |= fabs(slope[s][e * units_of[s] + u]) >= 1e-6;
        dead += !live;
    }
    return (double)dead / units_of[s];
}

static double share(int n, const double *x, double below) {
    int count = 0;
    for (int i = 0; i < n; i++)
        count += fabs(x[i]) < below;
    return (double)count / n;
}

/* Mean singular value of w [rows][columns], which is lost, by turning pairs of its lines until all
 * are at right angles (one-sided Jacobi): their lengths are the values. */
static double singular(int rows, int columns, double *w) {
    const bool by_rows = rows < columns;
    const int n = by_rows ? rows : columns, length = by_rows ? columns : rows;
    const int line = by_rows ? columns : 1, next = by_rows ? 1 : columns;
    for (int sweep = 0; sweep < 30; sweep++)
        for (int i = 1; i < n; i++)
            for (int j = 0; j < i; j++) {
                double *a_i = w + i * line, *a_j = w + j * line;
                double ii = 0, jj = 0, ij = 0;
                for (int k = 0; k < length; k++) {
                    ii += a_i[k * next] * a_i[k * next];
                    jj += a_j[k * next] * a_j[k * next];
                    ij += a_i[k * next] * a_j[k * next];
                }
                const double angle = 0.5 * atan2(2 * ij, jj - ii), c = cos(angle), t = sin(angle);
                for (int k = 0; k < length; k++) {
                    const double x = a_i[k * next], y = a_j[k * next];
                    a_i[k * next] = c * x - t * y;
                    a_j[k * next] = t * x + c * y;
                }
            }
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double squares = 0;
        for (int k = 0; k < length; k++)
            squares += w[i * line + k * next] * w[i * line + k * next];
        sum += sqrt(squares);
    }
    return sum / n;
}

/* Of the units' means over the examples, in ascending order, the one between the middle two. */
static double median_of_means(int s) {
    const int n = units_of[s];
    double of[WIDTH];
    for (int u = 0; u < n; u++) {
        double sum = 0;
        for (int e = 0; e < N_TRAIN; e++)
            sum += a[s][e * n + u];
        int at = u;
        for (; at > 0 && of[at - 1] > sum / N_TRAIN; at--)
            of[at] = of[at - 1];
        of[at] = sum / N_TRAIN;
    }
    return (of[(n - 1) / 2] + of[n / 2]) / 2;
}

/* What probe `name` has to say about stage s. */
static double expected(const ag_training_run *run, const char *name, int s, const double *x,
                       const ag_real *before) {
    const ag_slice slice = run->net.stages[s].weights->slice[AG_ROLE_WEIGHT];
    static double w[PARAMETERS_MAX], was[PARAMETERS_MAX], moved[PARAMETERS_MAX];
    for (size_t i = 0; i < slice.n; i++) {
        w[i] = (double)run->net.parameters[slice.offset + i];
        was[i] = (double)before[slice.offset + i];
        moved[i] = w[i] - was[i];
    }
    const int n_w = (int)slice.n, batch = (int)run->batch, n = N_TRAIN * units_of[s];
    const int n_z = N_TRAIN * wide_of(s);
    const int last = batch * wide_of(s); /* z of the last mini-batch */
    const struct {
        const char *name;
        double value;
        bool of_activations;
    } all[] = {
        {"grad_norm", gradient_norm(s, x, batch), false},
        {"delta_norm", norm(last, dz[s] + n_z - last), false},
        {"weight_norm", norm(n_w, w), false},
        {"update_ratio", norm(n_w, moved) / norm(n_w, was), false},
        {"preactivation_mean", mean(n_z, z[s]), false},
        {"preactivation_std", deviation(n_z, z[s]), false},
        {"activation_mean", mean(n, a[s]), true},
        {"activation_std", deviation(n, a[s]), true},
        {"dead_fraction", share_dead(s), true},
        {"zero_fraction", share(n, a[s], 5e-324), true},
        {"saturated_fraction", share(n, slope[s], 1e-2), true},
        {"singular_mean", singular(n_w / wide_of(s), wide_of(s), w), false},
        {"activation_median", s < DEPTH ? median_of_means(s) : 0, true},
    };
    for (int i = 0; i < AG_COUNT(all); i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].of_activations && s == DEPTH ? (double)NAN : all[i].value;
    CHECK(false, "%s is not worked out here", name);
    return 0;
}

/* Units that do not learn, or of a single example only, by the shift of their last input. */
static void put_out(const ag_training_run *run, const double *x) {
    const ag_layer *layer = run->net.stages[0].weights;
    const int wide = wide_of(0), first = wide - WIDTH;
    ag_real *shift = layer->parameter[AG_ROLE_BIAS] + first;
    shift[0] = run->step % 2 ? 0 : -1000;
    shift[9] = -1000;
    for (int u = 3; u < 6; u++) {
        double most = -HUGE_VAL, next = -HUGE_VAL;
        shift[u] = 0;
        forward(&run->net, run->net.parameters, x);
        for (int e = 0; e < N_TRAIN; e++) {
            const double here = z[0][e * wide + first + u];
            next = fmax(next, fmin(here, most));
            most = fmax(here, most);
        }
        shift[u] = (ag_real)(-(most + next) / 2);
    }
}

static const ag_array *find(const ag_array *arrays, int n, const char *folder, const char *name) {
    char path[100];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (int i = 0; i < n; i++)
        if (strcmp(arrays[i].name, path) == 0) return &arrays[i];
    return NULL;
}

static void test_every_step(const char *act, int mini_batches) {
    const ag_data data = data_set();
    static double x[N_TRAIN * FEATURES], want[STEPS][STAGES][AG_WATCH_PROBES_MAX];
    for (int i = 0; i < N_TRAIN * FEATURES; i++)
        x[i] = (double)train_x[i];
    ag_settings s = settings_of(act, DEPTH);
    s.training.epochs = STEPS;
    s.training.batch_size = N_TRAIN / mini_batches;
    s.training.accumulate = mini_batches;
    s.training.shuffle = AG_SHUFFLE_NEVER;
    s.probes.every = 1;
    s.probes.examples = N_TRAIN;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_training_run run;
    ag_error err = {0};
    CHECK(ag_train_begin(&s, &data, &arena, NULL, &run, &err) == AG_OK, "%s", err.text);
    for (int step = 0; step < STEPS; step++) {
        ag_real before[PARAMETERS_MAX];
        put_out(&run, x);
        memcpy(before, run.net.parameters, run.net.n_parameters * sizeof *before);
        forward(&run.net, before, x);
        backward(&run.net, before, data.train.label, (int)run.batch);
        (void)ag_train_epoch(&run);
        for (int epoch = 0; epoch < 2; epoch++) { /* those of the epoch that ended see it later */
            for (int at = 0; at < STAGES; at++)
                for (int p = 0; p < ag_probes.n_items; p++)
                    if ((ag_probe_of(ag_probes.items[p])->time == AG_PROBE_EPOCH) == epoch)
                        want[step][at][p] = expected(&run, ag_probes.items[p]->name, at, x, before);
            forward(&run.net, run.net.parameters, x);
        }
    }
    CHECK(run.step == STEPS, "%ld steps", run.step);
    ag_array arrays[AG_WATCH_ARRAYS_MAX];
    ag_record record = {0};
    int n = 0;
    ag_watch_record(&run, &record, arrays, &n);
    for (int p = 0; p < ag_probes.n_items; p++) {
        const char *name = ag_probes.items[p]->name;
        const int first = ag_probe_of(ag_probes.items[p])->time == AG_PROBE_EPOCH; /* of epochs */
        const ag_array *found = find(arrays, n, first ? "layer" : "step", name);
        CHECK(found && found->size[0] == (size_t)(STEPS + first) && found->size[1] == STAGES,
              "%s: its array", name);
        for (int i = 0; found && i < STEPS * STAGES; i++) {
            const double right = want[i / STAGES][i % STAGES][p];
            const double is = (double)found->data[first * STAGES + i];
            CHECK(isnan(right) ? isnan(is) : fabs(is - right) <= 1e-5 * fabs(right) + 1e-6,
                  "%s, %d mini-batches, %s of stage %d at step %d is %.9g, not %.9g", act,
                  mini_batches, name, i % STAGES + 1, i / STAGES + 1, is, right);
        }
    }
    ag_arena_close(&arena);
}

/* Without `every` the probe batch is looked at once per epoch: no values of single steps, and
 * the table is the same. */
static void test_epochs_are_the_same(void) {
    const ag_data data = data_set();
    ag_array arrays[2][AG_WATCH_ARRAYS_MAX];
    ag_arena arena[2];
    int n[2] = {0};
    for (int how = 0; how < 2; how++) {
        ag_settings s = settings_of("gelu", DEPTH);
        s.probes.every = how;
        const ag_training_run run = train(&s, &data, &arena[how]);
        ag_record record = {0};
        ag_watch_record(&run, &record, arrays[how], &n[how]);
    }
    for (int p = 0; p < ag_probes.n_items; p++) {
        const ag_probe *probe = ag_probe_of(ag_probes.items[p]);
        const bool of_steps = probe->time == AG_PROBE_GRADIENT || probe->time == AG_PROBE_UPDATE;
        CHECK((find(arrays[0], n[0], "step", probe->about.name) != NULL) == of_steps, "%s at steps",
              probe->about.name);
        const ag_array *one = find(arrays[0], n[0], "layer", probe->about.name);
        const ag_array *other = find(arrays[1], n[1], "layer", probe->about.name);
        CHECK(one && other, "%s of epochs", probe->about.name);
        if (one && other && !of_steps)
            CHECK(memcmp(one->data, other->data, one->size[0] * one->size[1] * sizeof *one->data) ==
                      0,
                  "%s of epochs is another with probes at every step", probe->about.name);
    }
    for (int how = 0; how < 2; how++)
        ag_arena_close(&arena[how]);
}

/* `actgrid probes` lists meanings: who asks for `all` reads there what it is without. */
static void test_requests_are_named(void) {
    for (int p = 0; p < ag_probes.n_items; p++) {
        const ag_probe *probe = ag_probe_of(ag_probes.items[p]);
        CHECK((strstr(probe->about.formula, "on request") != NULL) == probe->on_request, "%s: %s",
              probe->about.name, probe->about.formula);
    }
}

int main(void) {
    test_every_step("relu", 1);
    test_every_step("relu", 3);
    test_every_step("tanh", 1);
    test_every_step("reglu", 1);
    test_every_step("reglu", 3);
    test_every_step("glu", 1);
    test_every_step("maxout", 1);
    test_epochs_are_the_same();
    test_requests_are_named();
    return check_report();
}

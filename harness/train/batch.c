#include "harness/train/batch.h"

#include "harness/base/vectorized.h"

#include <math.h>
#include <string.h>

enum { PIECE_LEAST = 16, PIECE_MOST = 256, PIECE_BYTES = 16 << 20 };

int ag_batch_piece(const ag_net *net) {
    const size_t one = ag_net_bytes(net, 1) - ag_net_bytes(net, 0);
    const size_t rows = PIECE_BYTES / (one ? one : 1);
    return rows < PIECE_LEAST ? PIECE_LEAST : rows > PIECE_MOST ? PIECE_MOST : (int)rows;
}

int ag_batch_rows_max(const ag_net *net, long batch) {
    const int piece = ag_batch_piece(net);
    return batch > piece ? (int)batch : piece;
}

ag_status ag_batch_open(ag_training_run *run, int rows_max, ag_error *err) {
    const size_t rows = (size_t)rows_max, features = ag_shape_size(run->data->shape);
    run->order = AG_NEW_ARRAY(run->arena, uint32_t, run->data->train.n);
    run->x = AG_NEW_ARRAY(run->arena, ag_real, rows * features);
    if (run->aim.task == AG_TASK_REGRESSION)
        run->target = AG_NEW_ARRAY(run->arena, float, rows *(size_t)run->outputs);
    else
        run->label = AG_NEW_ARRAY(run->arena, int32_t, rows);
    run->mean = AG_NEW_ARRAY(run->arena, double, (size_t)run->outputs);
    if (!run->order || !run->x || (!run->label && !run->target) || !run->mean)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a batch of %d examples",
                       rows_max);
    return AG_OK;
}

void ag_batch_reconstruct(ag_training_run *run, int rows) {
    if (!ag_family_of(&run->settings->model)->reconstructs) return;
    const size_t n = (size_t)rows * (size_t)run->outputs;
    for (size_t i = 0; i < n; i++)
        run->target[i] = (float)run->x[i];
}

enum { LINE = 16, AHEAD = 1024 }; /* floats: a line of the cache; how far to look ahead */

enum { SMALL = 128 }; /* features */

AG_VECTORIZED(static, copy_small, (size_t n, const float *restrict x, ag_real *restrict to),
              (n, x, to)) {
    enum { LANES = 8 };
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            to[i + j] = (ag_real)x[i + j];
    for (; i < n; i++)
        to[i] = (ag_real)x[i];
}

/* Small examples not by memcpy, whose search for the best way takes as long as the copy: with 40
 * features copying is 1 % of a step on 2 x 100, and not 2. */
static void copy_example(size_t n, const float *x, ag_real *to) {
#ifndef AG_DOUBLE
    if (n > SMALL) {
        memcpy(to, x, n * sizeof *to);
        return;
    }
#endif
    copy_small(n, x, to);
}

void ag_batch_load(ag_training_run *run, const ag_examples *from, const uint32_t *index, int rows) {
    const size_t features = ag_shape_size(run->data->shape), outputs = (size_t)run->outputs;
    const bool numbers = run->target && !ag_family_of(&run->settings->model)->reconstructs;
    /* Examples of a mini-batch lie anywhere in memory: while one is copied, a later one is
     * on its way. 3 % of a step on 8 x 128. */
    const size_t ahead = 1 + AHEAD / features;
    for (size_t e = 0; e < (size_t)rows; e++) {
        const float *later =
            from->x + (size_t)index[e + ahead < (size_t)rows ? e + ahead : e] * features;
        for (size_t i = 0; i < features; i += LINE)
            __builtin_prefetch(later + i);
        copy_example(features, from->x + (size_t)index[e] * features, run->x + e * features);
        if (run->label) run->label[e] = from->label[index[e]];
        for (size_t u = 0; numbers && u < outputs; u++)
            run->target[e * outputs + u] = from->target[(size_t)index[e] * outputs + u];
    }
    ag_batch_reconstruct(run, rows);
}

double ag_batch_loss(ag_training_run *run, int rows, ag_real *dz, long *correct) {
    ag_loss_batch batch = {.rows = rows,
                           .units = run->outputs,
                           .z = ag_net_last(&run->net)->y,
                           .label = run->label,
                           .target = run->target,
                           .scale = 1.0 / rows,
                           .dz = dz};
    const ag_loss *loss = ag_loss_of(&run->minimised);
    long once = 0;
    if (dz && run->differs) {
        loss->evaluate(run->minimised.number, &batch, &once);
        batch.dz = NULL;
    }
    return loss->evaluate(run->reported.number, &batch, correct);
}

static double hidden_noise_of(const ag_training_run *run) {
    const ag_choice *noise = &run->settings->training.noise;
    return noise->element == &ag_noise_hidden ? noise->number[0] : 0;
}

double ag_batch_gradient(ag_training_run *run, int rows, bool remembers, long *correct) {
    *run->net.mode = (ag_mode){.training = true,
                               .remembers = remembers,
                               .seed = run->settings->seed,
                               .step = run->mini_batches,
                               .team = run->host.team,
                               .stop = run->host.stop,
                               .observer = run->observer,
                               .hidden_noise = remembers ? hidden_noise_of(run) : 0,
                               .hidden_l1 = run->settings->training.activation_l1 / rows};
    ag_net_forward(&run->net, rows, run->x);
    const double sum = ag_batch_loss(run, rows, ag_net_last(&run->net)->dy, correct);
    run->finite_gradients = isfinite(sum) && ag_net_backward(&run->net, rows);
    return sum;
}

int ag_batch_forward(ag_training_run *run, const ag_examples *examples, size_t first,
                     ag_noise *noise) {
    uint32_t index[PIECE_MOST];
    int rows = 0;
    for (; rows < run->piece && first + (size_t)rows < examples->n; rows++)
        index[rows] = (uint32_t)(first + (size_t)rows);
    ag_batch_load(run, examples, index, rows);
    if (noise) ag_noise_add(noise, (size_t)rows * ag_shape_size(run->data->shape), run->x);
    *run->net.mode = (ag_mode){.team = run->host.team, .stop = run->host.stop};
    ag_net_forward(&run->net, rows, run->x);
    return rows;
}

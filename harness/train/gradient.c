#include "harness/train/gradient.h"

#include "harness/num/norms.h"
#include "harness/train/augment.h"
#include "harness/train/batch.h"
#include "harness/train/noise.h"

#include <math.h>
#include <string.h>

ag_status ag_gradient_open(ag_training_run *run, ag_error *err) {
    const ag_training *t = &run->settings->training;
    bool ok = true;
    if (t->accumulate > 1) {
        run->gathered = AG_NEW_ARRAY(run->arena, ag_real, run->net.n_parameters);
        ok = run->gathered != NULL;
    }
    if (t->augment.element) {
        run->room = AG_NEW_ARRAY(run->arena, ag_real, ag_shape_size(run->data->shape));
        ok = ok && run->room;
    }
    return ok ? AG_OK : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a trial");
}

size_t ag_gradient_bytes(const ag_training *training, size_t features, size_t n_parameters) {
    return ((training->accumulate > 1 ? n_parameters : 0) +
            (training->augment.element ? features : 0)) *
           sizeof(ag_real);
}

static ag_noise noise_of_step(const ag_training_run *run) {
    const ag_choice *choice = &run->settings->training.noise;
    return (ag_noise){
        .stream = ag_stream_open(run->settings->seed, AG_RANDOM_NOISE, (uint32_t)run->step),
        .uniform = choice->element == &ag_noise_uniform,
        .level = choice->element && choice->element != &ag_noise_hidden ? choice->number[0] : 0,
    };
}

static ag_augmentation augmentation_of_step(const ag_training_run *run) {
    const ag_choice *choice = &run->settings->training.augment;
    return (ag_augmentation){
        .stream = ag_stream_open(run->settings->seed, AG_RANDOM_AUGMENT, (uint32_t)run->step),
        .crop = (int)choice->number[AG_AUGMENT_CROP],
        .flip = choice->number[AG_AUGMENT_FLIP] != 0.0,
        .shape = run->data->shape,
        .room = run->room,
    };
}

/* gathered += share * gradients; the first mini-batch of a step begins it. */
static void gather(ag_training_run *run, double share, bool first) {
    ag_real *sum = run->gathered;
    const ag_real *gradient = run->net.gradients, factor = (ag_real)share;
    if (first) memset(sum, 0, run->net.n_parameters * sizeof *sum);
    for (size_t i = 0; i < run->net.n_parameters; i++)
        sum[i] += factor * gradient[i];
}

double ag_gradient_take(ag_training_run *run, const uint32_t *index, long n, bool learns,
                        long *correct, int *rows) {
    /* one stream for the whole step: a step gathered from small mini-batches changes its
     * examples as one large mini-batch would */
    ag_noise noise = noise_of_step(run);
    ag_augmentation augmentation = augmentation_of_step(run);
    double sum = 0;
    for (long first = 0; first < n; first += *rows) {
        *rows = (int)(n - first < run->batch ? n - first : run->batch);
        ag_batch_load(run, &run->data->train, index + first, *rows);
        if (learns) {
            run->mini_batches++;
            if (run->room) {
                ag_augment(&augmentation, *rows, run->x);
                ag_batch_reconstruct(run, *rows);
            }
            ag_noise_add(&noise, (size_t)*rows * ag_shape_size(run->data->shape), run->x);
        }
        sum += ag_batch_gradient(run, *rows, learns, correct);
        if (!isfinite(sum) || ag_train_is_asked_to_stop(run)) return sum;
        if (*rows < n) gather(run, (double)*rows / (double)n, first == 0);
    }
    if (*rows < n) {
        memcpy(run->net.gradients, run->gathered, run->net.n_parameters * sizeof(ag_real));
        ag_net_square_gradients(&run->net);
        run->finite_gradients = isfinite(ag_net_gradient_squares(&run->net));
    }
    return sum / (double)n;
}

void ag_gradient_penalize(ag_training_run *run) {
    const ag_slice weights = run->net.role[AG_ROLE_WEIGHT];
    const ag_real l1 = (ag_real)run->settings->training.l1,
                  l2 = (ag_real)run->settings->training.l2;
    const ag_real *w = run->net.parameters + weights.offset;
    ag_real *gradient = run->net.gradients + weights.offset;
    if (l2 > 0)
        for (size_t i = 0; i < weights.n; i++)
            gradient[i] += l2 * w[i];
    if (l1 > 0)
        for (size_t i = 0; i < weights.n; i++)
            gradient[i] += w[i] > 0 ? l1 : w[i] < 0 ? -l1 : 0;
}

/* How good a net is on a part of the data. */
#include "harness/train/batch.h"

#include <math.h>
#include <string.h>

/* Sums over the examples seen so far. */
typedef struct tally {
    double loss, errors, spread; /* of squares: around the targets, around their means */
    long correct;
} tally;

/* Squared errors of the rows in the net, and Welford's update of the means and of the
 * squares around them, which does not cancel. */
static void add_squares(ag_training_run *run, size_t seen, int rows, tally *sum) {
    const size_t outputs = (size_t)run->outputs;
    const ag_real *z = ag_net_last(&run->net)->y;
    const float *y = run->target;
    for (int e = 0; e < rows; e++, z += outputs, y += outputs) {
        const double share = 1.0 / (double)(++seen);
        for (size_t u = 0; u < outputs; u++) {
            const double error = (double)z[u] - (double)y[u], from = (double)y[u] - run->mean[u];
            sum->errors += error * error;
            run->mean[u] += from * share;
            sum->spread += from * ((double)y[u] - run->mean[u]);
        }
    }
}

ag_scores ag_batch_evaluate(ag_training_run *run, const ag_examples *examples, ag_noise *noise) {
    tally sum = {0};
    int rows;
    memset(run->mean, 0, (size_t)run->outputs * sizeof *run->mean);
    for (size_t first = 0; first < examples->n && !ag_train_is_asked_to_stop(run);
         first += (size_t)rows) {
        rows = ag_batch_forward(run, examples, first, noise);
        sum.loss += ag_batch_loss(run, rows, NULL, &sum.correct);
        if (run->target) add_squares(run, first, rows, &sum);
    }
    const double n = (double)examples->n, none = (double)NAN; /* 0: all NaN */
    return (ag_scores){
        .loss = sum.loss / n,
        .accuracy = run->label ? (double)sum.correct / n : none,
        .r2 = run->target && sum.spread > 0.0 ? 1.0 - sum.errors / sum.spread : none,
    };
}

ag_scores ag_train_evaluate(ag_training_run *run, const ag_examples *examples) {
    return ag_batch_evaluate(run, examples, NULL);
}

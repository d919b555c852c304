#include "harness/train/flight.h"

#include <math.h>

/* Sums of squares of one layer in one step. */
typedef struct sums {
    double gradient;
    ag_moved moved;
} sums;

typedef struct entry {
    double loss, learning_rate, gradient; /* of all parameters: sum of squares */
    long reach;                           /* ag_flight_reach */
} entry;

struct ag_flight {
    int n_stages;
    int *owner;      /* [n_stages] layer of the net whose weights the stage has */
    bool *borrowed;  /* [n_stages] another stage's: they count once */
    double *largest; /* [n_stages] |z| of the pass that was not finite; NaN until there is one */
    entry *entries;  /* [AG_FLIGHT_STEPS]: step s at s % AG_FLIGHT_STEPS */
    sums *layers;    /* [AG_FLIGHT_STEPS][n_stages] */
};

size_t ag_flight_bytes(const ag_net *net) {
    const size_t stages = (size_t)net->n_stages;
    return AG_FLIGHT_STEPS * (sizeof(entry) + stages * sizeof(sums)) +
           stages * (sizeof(int) + sizeof(bool) + sizeof(double));
}

ag_status ag_flight_open(ag_training_run *run, ag_error *err) {
    const size_t stages = (size_t)run->net.n_stages;
    ag_flight *f = run->flight = AG_NEW(run->arena, ag_flight);
    if (f) {
        *f = (ag_flight){
            .n_stages = run->net.n_stages,
            .owner = AG_NEW_ARRAY(run->arena, int, stages),
            .borrowed = AG_NEW_ARRAY(run->arena, bool, stages),
            .largest = AG_NEW_ARRAY(run->arena, double, stages),
            .entries = AG_NEW_ARRAY(run->arena, entry, AG_FLIGHT_STEPS),
            .layers = AG_NEW_ARRAY(run->arena, sums, AG_FLIGHT_STEPS * stages),
        };
    }
    if (!f || !f->owner || !f->borrowed || !f->largest || !f->entries || !f->layers)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the last steps of a trial");
    for (int s = 0; s < f->n_stages; s++) {
        f->owner[s] = ag_net_owner(&run->net, run->net.stages[s].weights);
        f->borrowed[s] = &run->net.layers[f->owner[s]] != run->net.stages[s].weights;
        f->largest[s] = (double)NAN;
    }
    return AG_OK;
}

static size_t place(long step) { return (size_t)(step % AG_FLIGHT_STEPS); }

void ag_flight_note(ag_training_run *run, double loss, double learning_rate,
                    ag_flight_reach reach) {
    ag_flight *f = run->flight;
    const size_t at = place(run->step);
    f->entries[at] = (entry){.loss = loss,
                             .learning_rate = learning_rate,
                             .gradient = ag_net_gradient_squares(&run->net),
                             .reach = reach};
    sums *to = f->layers + at * (size_t)f->n_stages;
    for (int s = 0; s < f->n_stages; s++)
        to[s] = (sums){run->net.layers[f->owner[s]].gradient_squares[AG_ROLE_WEIGHT],
                       run->moved[f->owner[s]]};
}

/* Infinite if one is, NaN if one is no number. */
static double largest_of(size_t n, const ag_real *x, double most) {
    for (size_t i = 0; i < n; i++) {
        const double size = fabs((double)x[i]);
        if (isnan(size)) return size;
        if (size > most) most = size;
    }
    return most;
}

void ag_flight_look(ag_training_run *run, int rows, bool anew) {
    for (int s = 0; s < run->flight->n_stages; s++) {
        const ag_layer *z = run->net.stages[s].preactivation;
        double *most = &run->flight->largest[s];
        if (anew) *most = 0;
        if (!isnan(*most)) *most = largest_of((size_t)rows * ag_shape_size(z->out), z->y, *most);
    }
}

double ag_flight_largest(const ag_training_run *run, int stage) {
    return run->flight->largest[stage - 1];
}

void ag_flight_state(const ag_training_run *run, ag_transfer *transfer) {
    ag_flight *f = run->flight;
    const size_t n = run->step < AG_FLIGHT_STEPS ? (size_t)run->step + 1 : AG_FLIGHT_STEPS;
    ag_transfer_block(transfer, f->entries, n * sizeof *f->entries);
    ag_transfer_block(transfer, f->layers, n * (size_t)f->n_stages * sizeof *f->layers);
}

/* --- handing over --------------------------------------------------------------- */

static void put_norms(ag_flight_row *row, long reach, double gradient, const ag_moved *moved) {
    row->grad_norm = reach >= AG_FLIGHT_GRADIENT ? sqrt(gradient) : (double)NAN;
    row->weight_norm = sqrt(moved->after);
    row->update_ratio =
        reach == AG_FLIGHT_UPDATE ? sqrt(moved->change) / sqrt(moved->before) : (double)NAN;
}

/* The rows of one step: the whole net, then each layer. */
static ag_flight_row *put_step(const ag_training_run *run, long step, ag_flight_row *row) {
    const ag_flight *f = run->flight;
    const entry *e = &f->entries[place(step)];
    const sums *layers = f->layers + place(step) * (size_t)f->n_stages;
    const double none = (double)NAN;
    const ag_flight_row common = {
        .step = step,
        .epoch = step ? (step - 1) / run->steps_per_epoch + 1 : 0,
        .loss = none,
        .learning_rate = none,
        .preactivation_max = none,
    };
    ag_flight_row *net = row++;
    ag_moved all = {0};
    for (int s = 0; s < f->n_stages; s++, row++) {
        const ag_moved *moved = &layers[s].moved;
        *row = common;
        row->layer = s + 1;
        put_norms(row, e->reach, layers[s].gradient, moved);
        if (step == run->step) row->preactivation_max = f->largest[s];
        if (f->borrowed[s]) continue;
        all.before += moved->before;
        all.after += moved->after;
        all.change += moved->change;
    }
    *net = common;
    net->loss = e->loss;
    net->learning_rate = e->learning_rate;
    put_norms(net, e->reach, e->gradient, &all);
    return row;
}

ag_status ag_flight_record(const ag_training_run *run, ag_record *record, ag_error *err) {
    if (run->outcome != AG_DIVERGED) return AG_OK;
    const long n = run->step < AG_FLIGHT_STEPS ? run->step + 1 : AG_FLIGHT_STEPS;
    const size_t n_rows = (size_t)n * ((size_t)run->flight->n_stages + 1);
    ag_flight_row *rows = AG_NEW_ARRAY(run->arena, ag_flight_row, n_rows), *next = rows;
    if (!rows) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a trial's record");
    for (long step = run->step - n + 1; step <= run->step; step++)
        next = put_step(run, step, next);
    record->flight_rows = rows;
    record->n_flight_rows = (int)n_rows;
    return AG_OK;
}

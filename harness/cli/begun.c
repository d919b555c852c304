#include "harness/cli/begun.h"

#include "harness/cli/resume.h"
#include "harness/train/checkpoint.h"
#include "harness/train/lengths.h"
#include "results/store/store.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *key, *words;
} reasons[AG_ANEW_REASONS] = {
    [AG_ANEW_SCHEDULE] = {"schedule", "their schedule depends on the length of the training"},
    [AG_ANEW_NOT_KEPT] = {"not_kept", "its end was not kept (--keep-final)"},
    [AG_ANEW_OTHER_PROGRAM] = {"other_program", "its end was kept by another program or machine, "
                                                "and the bits could differ"},
    [AG_ANEW_DAMAGED] = {"damaged", "the file of its end is damaged"},
};

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for what there is of trials");
}

/* --- checkpoints ------------------------------------------------------------------- */

static int by_id(const void *key, const void *file) {
    const uint64_t a = *(const uint64_t *)key,
                   b = ((const ag_checkpoint_file *)file)->about.trial_id;
    return a < b ? -1 : a > b;
}

static ag_checkpoint_file *find(uint64_t id, ag_checkpoint_file *files, size_t n) {
    return n ? bsearch(&id, files, n, sizeof *files, by_id) : NULL;
}

/* Of other plans: nobody knows whether they will be wanted again. */
static size_t count_others(const ag_plan *plan, ag_checkpoint_file *files, size_t n) {
    size_t ours = 0;
    for (size_t t = 0; t < plan->n_trials && n; t++)
        ours += find(plan->trials[t].id, files, n) != NULL;
    return n - ours;
}

static bool is_of_use(const ag_begun *b, const ag_checkpoint_file *file) {
    return file->sound && b->origin && file->origin == b->origin;
}

/* What is left behind step `done`: never nothing, the end has to be looked at. */
static double share_left(long done, long steps) { return 1 - (double)done / (double)(steps + 1); }

static ag_status look_at_checkpoints(ag_begun *b, ag_arena *arena, ag_error *err) {
    ag_checkpoint_file *files;
    size_t n_files;
    AG_TRY(ag_store_checkpoints(b->folder, arena, &files, &n_files, err));
    b->continued = AG_NEW_ARRAY(arena, const ag_checkpoint *, n_files);
    if (!b->continued) return no_memory(err);
    for (size_t i = 0; i < b->n && n_files; i++) {
        const ag_checkpoint_file *file = find(b->plan->trials[b->todo[i]].id, files, n_files);
        if (!file || !is_of_use(b, file) || b->n_continued == n_files) continue;
        b->continued[b->n_continued++] = &file->about;
        b->left[i] = share_left(file->about.step, file->about.steps);
    }
    b->n_others = count_others(b->plan, files, n_files);
    return AG_OK;
}

/* --- shorter trainings ---------------------------------------------------------------- */

/* The finished trials of the store, and for each variant of training the hashes of the same with
 * other lengths. */
typedef struct shelf {
    ag_finished finished;
    uint64_t **hash; /* [training variants][finished.n_lengths]; NULL: not asked for yet */
} shelf;

static ag_status shelf_open(const ag_begun *b, ag_arena *arena, shelf *s, ag_error *err) {
    AG_TRY(ag_store_finished(b->folder, arena, &s->finished, err));
    s->hash = AG_NEW_ARRAY(arena, uint64_t *, (size_t)b->plan->n_variants[AG_PART_TRAINING]);
    return s->hash ? AG_OK : no_memory(err);
}

/* NULL: out of memory. */
static const uint64_t *hashes_of(shelf *s, const ag_training *training, uint32_t variant,
                                 ag_arena *arena) {
    uint64_t *hash = s->hash[variant];
    if (hash) return hash;
    hash = AG_NEW_ARRAY(arena, uint64_t, s->finished.n_lengths);
    for (size_t i = 0; hash && i < s->finished.n_lengths; i++) {
        const ag_length *l = &s->finished.lengths[i];
        if (!ag_plan_length_hash(training, l->epochs, l->steps, arena, &hash[i])) return NULL;
    }
    return s->hash[variant] = hash;
}

static bool is_finished(const shelf *s, uint64_t id) {
    const ag_finished *f = &s->finished;
    size_t low = 0, high = f->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (f->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < f->n && f->ids[low] == id;
}

/* What the shorter trainings of one trial left. */
typedef struct ancestry {
    ag_lengths own; /* of the trial */
    bool any;       /* one is finished */
    ag_anew reason;
    uint64_t from; /* of use: its end is that of the longest one */
    long step;     /* where that is; 0: none is of use */
} ancestry;

static void consider(const ag_begun *b, uint64_t id, ancestry *a) {
    ag_checkpoint_file file;
    a->any = true;
    if (!ag_store_final(b->folder, id, &file)) return;
    if (!file.sound)
        a->reason = AG_ANEW_DAMAGED;
    else if (!is_of_use(b, &file))
        a->reason = AG_ANEW_OTHER_PROGRAM;
    else if (file.about.step <= a->own.total_steps && file.about.step > a->step) {
        a->from = id;
        a->step = file.about.step;
    }
}

/* Data that are not there have no epochs. */
static ag_status look_behind(const ag_begun *b, shelf *s, const ag_trial *trial, ag_arena *arena,
                             ancestry *a, ag_error *err) {
    const ag_plan *plan = b->plan;
    const uint32_t variant = trial->variant[AG_PART_TRAINING];
    const ag_training *training = plan->variants[AG_PART_TRAINING][variant].is.training;
    const size_t n_train = plan->outlines[trial->variant[AG_PART_DATASET]].n_train;
    *a = (ancestry){.reason = AG_ANEW_NOT_KEPT};
    if (!n_train) return AG_OK;
    const uint64_t *hashes = hashes_of(s, training, variant, arena);
    if (!hashes) return no_memory(err);
    a->own = ag_lengths_of(training, n_train);
    for (size_t i = 0; i < s->finished.n_lengths; i++) {
        const ag_length *l = &s->finished.lengths[i];
        const double steps =
            l->steps ? (double)l->steps : (double)l->epochs * (double)a->own.steps_per_epoch;
        const uint64_t id = ag_plan_id_with(plan, trial, AG_PART_TRAINING, hashes[i]);
        if (steps <= (double)a->own.total_steps && is_finished(s, id)) consider(b, id, a);
    }
    return AG_OK;
}

static void go_on_from(ag_begun *b, size_t i, const ancestry *a) {
    const long epoch = a->step / a->own.steps_per_epoch;
    b->left[i] = share_left(a->step, a->own.total_steps);
    b->shorter[b->todo[i]] = a->from;
    if (!b->n_extended || epoch < b->first_epoch) b->first_epoch = epoch;
    if (!b->n_extended || epoch > b->last_epoch) b->last_epoch = epoch;
    b->n_extended++;
}

static ag_status look_at_shorter(ag_begun *b, ag_arena *arena, ag_error *err) {
    shelf s;
    AG_TRY(shelf_open(b, arena, &s, err));
    if (!s.finished.n) return AG_OK;
    b->shorter = AG_NEW_ARRAY(arena, uint64_t, b->plan->n_trials);
    if (!b->shorter) return no_memory(err);
    for (size_t i = 0; i < b->n; i++) {
        const ag_trial *trial = &b->plan->trials[b->todo[i]];
        const ag_training *training =
            b->plan->variants[AG_PART_TRAINING][trial->variant[AG_PART_TRAINING]].is.training;
        ancestry a;
        if (b->left[i] < 1) continue; /* it has a state of its own */
        AG_TRY(look_behind(b, &s, trial, arena, &a, err));
        if (!a.any) continue;
        if (!ag_checkpoint_can_be_extended(training))
            b->n_anew[AG_ANEW_SCHEDULE]++;
        else if (a.step)
            go_on_from(b, i, &a);
        else
            b->n_anew[a.reason]++;
    }
    return AG_OK;
}

ag_status ag_begun_look(ag_begun *b, ag_arena *arena, ag_error *err) {
    b->left = AG_NEW_ARRAY(arena, double, b->n);
    if (!b->left) return no_memory(err);
    for (size_t i = 0; i < b->n; i++)
        b->left[i] = 1;
    AG_TRY(look_at_checkpoints(b, arena, err));
    return b->n ? look_at_shorter(b, arena, err) : AG_OK;
}

/* --- saying it --------------------------------------------------------------------------- */

static const char *s_of(size_t n) { return n == 1 ? "" : "s"; }

/* "epoch 20", "epochs 10 to 20" */
static void print_epochs(FILE *out, const ag_begun *b) {
    fprintf(out, b->first_epoch < b->last_epoch ? "epochs %ld to %ld" : "epoch %ld", b->first_epoch,
            b->last_epoch);
}

/* "continuing 2 trials: 0123456789abcdef at step 340 of 1000, ..." */
static void print_continued(const ag_begun *b) {
    enum { SHOWN = 4 };
    fprintf(stderr, "continuing %zu trial%s: ", b->n_continued, s_of(b->n_continued));
    for (size_t i = 0; i < b->n_continued && i < SHOWN; i++) {
        fputs(i ? ", " : "", stderr);
        ag_resume_print_place(b->continued[i]);
    }
    if (b->n_continued > SHOWN) fprintf(stderr, " and %zu more", b->n_continued - SHOWN);
    fputc('\n', stderr);
}

void ag_begun_print(const ag_begun *b) {
    if (b->n_continued) print_continued(b);
    if (b->n_others)
        fprintf(stderr,
                "note: %zu checkpoint%s in %s/checkpoints %s of trials that are not in this "
                "plan, and stay%s there\n",
                b->n_others, s_of(b->n_others), b->folder, b->n_others == 1 ? "is" : "are",
                b->n_others == 1 ? "s" : "");
    if (b->n_extended) {
        fprintf(stderr, "%zu trial%s from ", b->n_extended,
                b->n_extended == 1 ? " goes on" : "s go on");
        print_epochs(stderr, b);
        fputs(", where a shorter training ended and was kept\n", stderr);
    }
    for (int r = 0; r < AG_ANEW_REASONS; r++)
        if (b->n_anew[r])
            fprintf(stderr,
                    "%zu trial%s trained from the beginning, though a shorter training is "
                    "finished: %s\n",
                    b->n_anew[r], b->n_anew[r] == 1 ? " is" : "s are", reasons[r].words);
}

void ag_begun_print_plan(const ag_begun *b) {
    if (b->n_continued)
        printf("continued       %zu trial%s from checkpoints\n", b->n_continued,
               s_of(b->n_continued));
    if (b->n_extended) {
        printf("goes on         %zu trial%s from ", b->n_extended, s_of(b->n_extended));
        print_epochs(stdout, b);
        printf(", where a shorter training was kept\n");
    }
    for (int r = 0; r < AG_ANEW_REASONS; r++)
        if (b->n_anew[r])
            printf("begins anew     %zu trial%s of which a shorter training is finished: %s\n",
                   b->n_anew[r], s_of(b->n_anew[r]), reasons[r].words);
}

void ag_begun_print_json(const ag_begun *b) {
    printf(", \"continued\": %zu, \"extended\": %zu, \"begun_anew\": {", b->n_continued,
           b->n_extended);
    for (int r = 0; r < AG_ANEW_REASONS; r++)
        printf("%s\"%s\": %zu", r ? ", " : "", reasons[r].key, b->n_anew[r]);
    printf("}");
}

/* --- what will be kept ------------------------------------------------------------------ */

ag_keepsakes ag_keepsakes_of(const ag_plan *plan, const ag_costs *costs, const size_t *todo,
                             size_t n) {
    ag_keepsakes k = {0};
    for (size_t i = 0; i < n; i++) {
        const ag_trial *trial = &plan->trials[todo[i]];
        const ag_training *training =
            plan->variants[AG_PART_TRAINING][trial->variant[AG_PART_TRAINING]].is.training;
        if (ag_checkpoint_can_be_extended(training)) {
            k.n++;
            k.bytes += (double)ag_cost_of(costs, todo[i])->state;
        } else
            k.n_without++;
    }
    return k;
}

#include "harness/cli/verify.h"

#include "harness/base/digest.h"
#include "harness/base/glyph.h"
#include "harness/cli/call.h"
#include "harness/cli/experiment.h"
#include "harness/cli/interrupt.h"
#include "harness/run/order.h"
#include "harness/train/cost.h"
#include "results/store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for stored trials");
}

/* --- which ---------------------------------------------------------------------------- */

typedef struct ticket {
    uint64_t lot, id;
} ticket;

static int by_lot(const void *a, const void *b) {
    const ticket *x = a, *y = b;
    if (x->lot != y->lot) return x->lot < y->lot ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* At least one, if there is one. 7 % of 100 are 7, although 0.07 * 100 is a little more. */
static size_t size_of(const ag_sample *sample, size_t there) {
    const double share = sample->amount * (double)there;
    const double n = sample->amount < 1 ? ceil(share - 1e-9 * share) : sample->amount;
    return n < (double)there ? (size_t)n : there;
}

/* The first of ids[n] in the order that the seed gives them. */
static ag_status choose(uint64_t *ids, size_t n, uint64_t seed, ag_arena *arena, ag_error *err) {
    ticket *tickets = AG_NEW_ARRAY(arena, ticket, n + 1);
    if (!tickets) return no_memory(err);
    for (size_t i = 0; i < n; i++)
        tickets[i] = (ticket){ag_digest(&ids[i], sizeof ids[i], seed), ids[i]};
    qsort(tickets, n, sizeof *tickets, by_lot);
    for (size_t i = 0; i < n; i++)
        ids[i] = tickets[i].id;
    return AG_OK;
}

static const ag_provenance *provenance_of(const ag_verification *v, int environment) {
    for (size_t i = 0; i < v->n_provenance; i++)
        if (v->provenance[i].environment == environment) return &v->provenance[i];
    return NULL;
}

static ag_status count_failed(ag_verification *v, ag_error *err) {
    ag_table table;
    AG_TRY(ag_store_query(v->folder, "SELECT count(*) FROM trial WHERE status = 'failed'", 0,
                          v->arena, &table, err));
    v->failed = strtoul(table.cells[0], NULL, 10);
    return AG_OK;
}

ag_status ag_verify_open(const char *folder, const ag_sample *sample, ag_arena *arena,
                         ag_verification *v, ag_error *err) {
    *v = (ag_verification){.folder = folder, .arena = arena};
    AG_TRY(count_failed(v, err)); /* a folder without a store says so here */
    uint64_t *ids;
    AG_TRY(ag_store_ids(folder, arena, &ids, &v->there, err));
    v->n = size_of(sample, v->there);
    if (v->n < v->there) AG_TRY(choose(ids, v->there, sample->seed, arena, err));
    v->stored = AG_NEW_ARRAY(arena, ag_stored_trial, v->n + 1);
    v->verified = AG_NEW_ARRAY(arena, ag_verified, v->n + 1);
    if (!v->stored || !v->verified) return no_memory(err);
    AG_TRY(ag_stored_read(folder, ids, v->n, arena, v->stored, err));
    AG_TRY(ag_provenance_read(folder, arena, &v->provenance, &v->n_provenance, err));
    return ag_stored_prepare(folder, v->stored, v->n, arena, &v->replay, err);
}

/* --- verdicts --------------------------------------------------------------------------- */

static void judge(ag_verification *v, size_t i, ag_verdict verdict) {
    v->verified[i].verdict = verdict;
    v->count[verdict]++;
}

static ag_status cannot(ag_verification *v, size_t i, const char *why, ag_error *err) {
    const size_t size = strlen(why) + 1;
    char *copy = AG_NEW_ARRAY(v->arena, char, size);
    if (!copy) return no_memory(err);
    v->verified[i].why = memcpy(copy, why, size);
    judge(v, i, AG_VERDICT_CANNOT);
    return AG_OK;
}

/* A record has come: by one thread at a time. */
static ag_status take(void *self, const ag_record *record, ag_receipt receipt, ag_error *err) {
    ag_verification *v = self;
    const size_t i = v->of[record->trial->index];
    ag_verified *verified = &v->verified[i];
    if (record->outcome == AG_BROKEN) {
        AG_TRY(cannot(v, i, record->error->text, err));
    } else {
        const bool same = !verified->from || verified->from->same;
        ag_recheck_result result;
        AG_TRY(ag_recheck_put(v->recheck, record, same, &result, err));
        v->without_arrays += result.no_arrays;
        if (!result.different) {
            v->values += (double)result.values;
            judge(v, i, AG_VERDICT_SAME);
        } else {
            ag_recheck_result *copy = AG_NEW(v->arena, ag_recheck_result);
            if (!copy) return no_memory(err);
            *copy = result;
            verified->result = copy;
            judge(v, i, same ? AG_VERDICT_DIFFERENT : AG_VERDICT_OTHER);
            if (!same && (!v->largest || result.largest > v->largest->largest)) v->largest = copy;
        }
    }
    receipt.stored(receipt.self, record);
    return AG_OK;
}

static ag_status finish(void *self, ag_error *err) {
    (void)self;
    (void)err;
    return AG_OK;
}

/* --- training ----------------------------------------------------------------------------- */

/* Diverged ones have diverged before: what is worth a line is another result. */
static void report(void *self, const ag_progress *progress, const ag_record *record) {
    ag_verification *v = self;
    const size_t i = v->of[record->trial->index];
    const ag_recheck_result *result = v->verified[i].result;
    ag_record shown = *record;
    if (v->meter.mode == AG_PROGRESS_BAR || v->meter.mode == AG_PROGRESS_PLAIN) {
        if (record->outcome == AG_DIVERGED) shown.outcome = AG_FINISHED;
        if (v->verified[i].verdict == AG_VERDICT_DIFFERENT) {
            if (v->meter.mode == AG_PROGRESS_BAR) fputs("\r\033[K", stderr);
            const char *const words[] = {v->stored[i].name,  " ",           v->stored[i].label,
                                         ": not the same: ", result->where, " was ",
                                         result->then,       ", is ",       result->now};
            for (int k = 0; k < AG_COUNT(words); k++)
                ag_print_visible(stderr, words[k]);
            fputc('\n', stderr);
        }
    }
    ag_meter_report(&v->meter, progress, &shown);
}

/* Those that can be trained, and the operations of each. */
typedef struct agenda {
    size_t *todo; /* [n] positions in the plan */
    double *work;
    size_t n, bytes; /* of the largest */
} agenda;

static ag_status weigh(ag_verification *v, size_t trial, agenda *a, ag_arena *scratch,
                       ag_error *err) {
    const ag_plan *plan = &v->replay.plan;
    const ag_trial *at = &plan->trials[trial];
    const ag_data *data = &v->replay.data[at->variant[AG_PART_DATASET]];
    const ag_data_outline outline = {.shape = data->shape,
                                     .regression = data->regression,
                                     .n_classes = data->n_classes,
                                     .n_targets = data->n_targets,
                                     .n_train = data->train.n,
                                     .n_validation = data->validation.n,
                                     .n_test = data->test.n};
    const ag_settings settings = ag_plan_settings(plan, at);
    ag_trial_cost cost;
    ag_arena_reset(scratch);
    AG_TRY(ag_train_cost(&settings, &outline, scratch, &cost, err));
    a->todo[a->n] = trial;
    a->work[a->n++] = cost.work;
    if (cost.bytes > a->bytes) a->bytes = cost.bytes;
    return AG_OK;
}

static ag_status make_agenda(ag_verification *v, agenda *a, ag_error *err) {
    a->todo = AG_NEW_ARRAY(v->arena, size_t, v->n + 1);
    a->work = AG_NEW_ARRAY(v->arena, double, v->n + 1);
    v->of = AG_NEW_ARRAY(v->arena, size_t, v->n + 1);
    if (!a->todo || !a->work || !v->of) return no_memory(err);
    ag_arena scratch = AG_ARENA_EMPTY;
    ag_status status = AG_OK;
    for (size_t i = 0; i < v->n && !status; i++) {
        const ag_stored_trial *stored = &v->stored[i];
        v->verified[i].from = provenance_of(v, stored->environment);
        ag_error inner = {0};
        if (stored->obstacle) {
            status = cannot(v, i, stored->why, err);
            continue;
        }
        const size_t trial = (size_t)(stored->restored.trial - v->replay.plan.trials);
        v->of[trial] = i;
        if (weigh(v, trial, a, &scratch, &inner)) status = cannot(v, i, inner.text, err);
    }
    ag_arena_close(&scratch);
    return status;
}

ag_status ag_verify_run(ag_verification *v, int n_threads, ag_error *err) {
    static const ag_interrupt training = {
        "\nstopping: what was verified so far is printed; once more to stop at once\n", false};
    agenda a = {0};
    AG_TRY(make_agenda(v, &a, err));
    if (!a.n) return AG_OK;
    ag_experiment size = {.plan = v->replay.plan, .trial_bytes = a.bytes};
    size.plan.n_trials = a.n;
    AG_TRY(ag_experiment_fits(&size, n_threads, err));
    ag_run_order(&v->replay.plan, n_threads, a.n, a.todo, a.work);
    AG_TRY(ag_recheck_open(v->folder, &v->replay.plan, v->arena, &v->recheck, err));
    v->meter.plan = &v->replay.plan;
    const ag_runner runner = {.plan = &v->replay.plan,
                              .todo = a.todo,
                              .n_todo = a.n,
                              .flops = a.work,
                              .data = v->replay.data,
                              .n_threads = n_threads,
                              .stop = ag_interrupt_listen(&training),
                              .sink = {take, finish, v},
                              .report = report,
                              .report_self = v};
    ag_progress progress = {.total = a.n};
    const ag_status status = ag_run(&runner, &progress, err);
    ag_meter_close(&v->meter);
    ag_interrupt_end();
    ag_recheck_close(v->recheck);
    return status;
}

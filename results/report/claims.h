/* The claims of an experiment (harness/plan/claim.h) against what its store holds. */
#ifndef AG_CLAIMS_H
#define AG_CLAIMS_H

#include "harness/plan/claim.h"
#include "results/report/judge.h"
#include "results/report/metric.h"
#include "results/report/report.h"
#include "results/store/store.h"

/* That every claim's metric exists, and that its number and margin are of the metric's scale:
 * before anything runs. AG_CONFIG at the word. */
ag_status ag_claims_check(const ag_plan *plan, ag_error *err);

typedef struct ag_claim_result {
    const ag_claim *claim;
    const ag_metric *metric;
    size_t planned, done, failed; /* its trials: all of the plan; finished or diverged; failed */
    bool there;                   /* all are done; otherwise nothing below is known, no verdict */
    int diverged, without; /* trials that have no value: diverged; finished, and it is NULL */
    int left_out;          /* seeds that have no value at some of the settings, or on one side */
    int settings;          /* points of the grid that were averaged within each seed */
    double left, right;    /* means over the seeds of the difference; of ratios geometric ones */
    ag_judgement judged;
} ag_claim_result;

typedef struct ag_claim_results {
    const char *experiment; /* its name */
    int n;
    ag_claim_result *result; /* [n] in order of the file */
    int counts[AG_UNDECIDED + 1];
    int missing; /* not all trials are done */
} ag_claim_results;

/* Of the trials of `plan` in the store, and no others. The claims were checked. */
ag_status ag_claims_evaluate(const char *folder, const ag_plan *plan, ag_arena *arena,
                             ag_claim_results *results, ag_error *err);

/* The same of the experiment that ran last into the store, as far as it is still known there; n = 0
 * if it has no claims. */
ag_status ag_claims_of_store(const char *folder, ag_arena *arena, ag_claim_results *results,
                             ag_error *err);

/* It has a p: two seeds or more. */
bool ag_claim_is_tested(const ag_claim_result *result);

/* A bit 1 << ag_judged_by for each test that decides one of them. */
unsigned ag_claims_tests(const ag_claim_results *results);

/* For people: two lines each. */
void ag_claims_print(FILE *out, const ag_claim_results *results);

/* As a sheet of a report; nothing if there are none. */
void ag_claims_report(const ag_claim_results *results, ag_report *report);

/* "SUPPORTED", ..., "not yet" */
const char *ag_claim_word(const ag_claim_result *result);

/* `actgrid help claims` */
void ag_claims_help(FILE *out);

#endif

/* Bytes that are no state of a trial are refused: of another length, with counts that no run of its
 * settings has, with a row of no epoch; and no byte of them, turned, does harm. */
#include "checkpoint_fixture.h"

#include <limits.h>
#include <stddef.h>

/* A row of an epoch that there is not: of the best one, the weights of which are put back. */
static void refuse_rows(bench *b) {
    training t;
    if (!load(b, &t)) return;
    const size_t n = (size_t)t.run.n_rows * sizeof *t.run.rows;
    size_t at = 0;
    while (at + n < b->vault.n && memcmp(b->vault.bytes + at, t.run.rows, n) != 0)
        at++;
    ag_arena_close(&t.arena);
    at += offsetof(ag_epoch_row, epoch);
    b->vault.bytes[at] ^= 0x40;
    const ag_kept_state kept = {b->vault.head, b->vault.bytes, b->vault.n};
    if (!open_training(b, &t)) return;
    CHECK(!ag_checkpoint_load(&t.run, &kept), "%s: a row of no epoch", b->plan.name);
    ag_arena_close(&t.arena);
    b->vault.bytes[at] ^= 0x40;
}

/* Whether a new training takes the first n bytes of the vault. */
static bool is_taken(bench *b, size_t n) {
    training t;
    const ag_kept_state kept = {b->vault.head, b->vault.bytes, n};
    if (!open_training(b, &t)) return false;
    const bool taken = ag_checkpoint_load(&t.run, &kept);
    ag_arena_close(&t.arena);
    return taken;
}

static void refuse_lengths(bench *b) {
    const size_t n = b->vault.n;
    const unsigned char last = b->vault.bytes[n - 1];
    for (size_t cut = 1; cut < n; cut += 1 + cut / 3)
        CHECK(!is_taken(b, n - cut), "%zu bytes are missing", cut);
    put(&b->vault.out, &last, 1);
    CHECK(!is_taken(b, n + 1), "a byte too many");
    b->vault.n = n;
}

/* The first 64 bytes are counts: each the largest there is. */
static void refuse_counts(bench *b) {
    const size_t n = b->vault.n;
    for (size_t i = 0; i + sizeof(long) <= 64 && i + sizeof(long) <= n; i += sizeof(long)) {
        const long most = LONG_MAX;
        long kept_count;
        memcpy(&kept_count, b->vault.bytes + i, sizeof kept_count);
        memcpy(b->vault.bytes + i, &most, sizeof most);
        CHECK(!is_taken(b, n) || i >= 3 * sizeof(long), "%s: count %zu is LONG_MAX", b->plan.name,
              i / sizeof(long));
        memcpy(b->vault.bytes + i, &kept_count, sizeof kept_count);
    }
}

static void turn_counts(bench *b) {
    for (size_t i = 0; i < 64 && i < b->vault.n; i++) {
        b->vault.bytes[i] ^= 0x80;
        (void)is_taken(b, b->vault.n); /* no harm done */
        b->vault.bytes[i] ^= 0x80;
    }
}

static void refuse(bench *b, void *context) {
    training t;
    (void)context;
    choose_trial(b, b->plan.n_trials - 1);
    if (!open_training(b, &t)) return;
    ag_train_start(&t.run);
    save(b, &t);
    ag_arena_close(&t.arena);
    CHECK(is_taken(b, b->vault.n), "%s: its own state is refused", b->plan.name);
    refuse_rows(b);
    refuse_lengths(b);
    refuse_counts(b);
    turn_counts(b);
}

int main(void) {
    for_each_experiment(refuse, NULL);
    return check_report();
}

/* The store as a whole: the set of ids, and the order in which things reach the disk. */
#include "harness/base/digest.h"
#include "results/store/checkpoint_private.h"
#include "results/store/lock_private.h"
#include "results/store/writer_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Ids of the trials that say something: open addressing, at most half full. */
typedef struct id_set {
    uint64_t *slot; /* 0: empty */
    size_t n_slots; /* a power of two */
    size_t n;
    bool has_zero;
} id_set;

struct ag_store {
    ag_arena arena;   /* lives as long as the store */
    ag_arena scratch; /* one call */
    const char *dir;
    ag_lock lock;
    ag_rows *rows;
    ag_log log;
    ag_writer *writer;
    ag_checkpoints states[AG_STATE_KINDS];
    id_set ids;
    int n_threads;
    bool no_memory; /* a callback that cannot fail ran out of it */
};

/* --- ids ------------------------------------------------------------------------ */

static size_t slot_of(const id_set *set, uint64_t id) {
    size_t at = (size_t)(id * UINT64_C(0x9E3779B97F4A7C15)) & (set->n_slots - 1);
    while (set->slot[at] != 0 && set->slot[at] != id)
        at = (at + 1) & (set->n_slots - 1);
    return at;
}

static bool contains(const id_set *set, uint64_t id) {
    if (id == 0) return set->has_zero;
    return set->n_slots > 0 && set->slot[slot_of(set, id)] == id;
}

static bool grow(id_set *set, ag_arena *arena) {
    const id_set old = *set;
    set->n_slots = old.n_slots ? 2 * old.n_slots : 1024;
    set->slot = AG_NEW_ARRAY(arena, uint64_t, set->n_slots);
    if (!set->slot) {
        *set = old;
        return false;
    }
    for (size_t i = 0; i < old.n_slots; i++)
        if (old.slot[i]) set->slot[slot_of(set, old.slot[i])] = old.slot[i];
    return true;
}

/* False when memory is out. */
static bool add(id_set *set, uint64_t id, ag_arena *arena) {
    if (contains(set, id)) return true;
    if (2 * (set->n + 1) > set->n_slots && !grow(set, arena)) return false;
    if (id == 0)
        set->has_zero = true;
    else
        set->slot[slot_of(set, id)] = id;
    set->n++;
    return true;
}

/* --- arrays.log into curves.h5 -------------------------------------------------------- */

typedef struct id_list {
    uint64_t *id;
    size_t n, room;
} id_list;

static void collect(void *self, uint64_t id) {
    id_list *list = self;
    if (list->n < list->room) list->id[list->n] = id;
    list->n++;
}

static ag_status gather(ag_store *store, ag_error *err) {
    ag_arena *arena = &store->scratch;
    const size_t n = store->ids.n;
    ag_log_close(&store->log);
    id_list ids = {AG_NEW_ARRAY(arena, uint64_t, n + 1), 0, n};
    if (!ids.id) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for curves.h5");
    AG_TRY(ag_rows_each_id(store->rows, collect, &ids, err));
    if (ids.n != n)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s/results.sqlite' has %zu trials of %zu different ids: somebody else"
                       " wrote to it, every trial_id must be 16 hex digits of its own",
                       store->dir, ids.n, n);
    ag_leftover leftover;
    AG_TRY(ag_leftover_open(store->dir, ids.id, n, arena, &leftover, err));
    ag_status status = AG_OK;
    if (leftover.n_entries > 0 || leftover.damaged)
        status = ag_arrays_gather(
            &(ag_harvest){store->dir, store->rows, ids.id, n, &leftover, store->n_threads}, arena,
            err);
    ag_leftover_close(&leftover);
    if (status == AG_OK) ag_leftover_remove(store->dir, arena);
    return status;
}

/* --- open, put, close ------------------------------------------------------------------ */

static ag_status acknowledge(ag_store *store, const ag_parcel *parcel, ag_error *err) {
    const ag_record *record = &parcel->record;
    if (record->outcome != AG_BROKEN && !add(&store->ids, record->trial->id, &store->arena))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for trial ids");
    if (parcel->receipt.stored) parcel->receipt.stored(parcel->receipt.self, record);
    return AG_OK;
}

/* Whether all that was written is still where the next run looks for it. */
static ag_status check_place(const ag_store *store, ag_error *err) {
    AG_TRY(ag_lock_check(&store->lock, err));
    AG_TRY(ag_rows_check_place(store->rows, err));
    return ag_log_check_place(&store->log, err);
}

/* Runs in the thread that writes, which is the only one to touch the log, the rows and the
 * ids while a run goes on. The arrays first: a row promises them. */
static ag_status store_parcels(void *self, ag_parcel *parcels, int n, ag_error *err) {
    ag_store *store = self;
    const ag_log_entry *entries[AG_BATCH_MAX] = {NULL};
    const ag_record *records[AG_BATCH_MAX] = {NULL};
    int n_entries = 0;
    for (int i = 0; i < n; i++) {
        records[i] = &parcels[i].record;
        if (parcels[i].entry.bytes) entries[n_entries++] = &parcels[i].entry;
    }
    if (n_entries > 0) AG_TRY(ag_log_append(&store->log, entries, n_entries, err));
    ag_error ignored = {0};
    const bool alone = n == 1;
    const bool together = ag_rows_put(store->rows, records, n, alone ? err : &ignored) == AG_OK;
    if (!together && alone) return err->status;
    if (together) AG_TRY(check_place(store, err));
    for (int i = 0; i < n; i++) { /* one of them cannot be stored: those before it are */
        if (!together) AG_TRY(ag_rows_put(store->rows, &records[i], 1, err));
        if (!together) AG_TRY(check_place(store, err));
        AG_TRY(acknowledge(store, &parcels[i], err));
    }
    return AG_OK;
}

static void load(void *self, uint64_t id) {
    ag_store *store = self;
    if (!add(&store->ids, id, &store->arena)) store->no_memory = true;
}

/* The entries in the folder, and its own: another run may have made it, and been killed. */
static ag_status sync_folders(ag_store *store, ag_error *err) {
    AG_TRY(ag_folder_sync(store->dir, err));
    return ag_folder_settle(store->dir, err);
}

static bool is_stored(void *self, uint64_t id) {
    const ag_store *store = self;
    return contains(&store->ids, id);
}

static ag_status open_all(ag_store *store, const ag_store_about *about, ag_error *err) {
    store->n_threads = about->n_threads > 1 ? about->n_threads : 1;
    AG_TRY(ag_folder_make(store->dir, err));
    AG_TRY(ag_lock_take(&store->lock, store->dir, &store->arena, err));
    const char *unfinished = ag_path_join(&store->arena, store->dir, "curves.h5.tmp");
    if (!unfinished || !ag_log_open(&store->log, store->dir, &store->arena))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
    store->writer = ag_writer_new(store_parcels, store, &store->arena);
    if (!store->writer) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the store");
    AG_TRY(ag_rows_open(store->dir, about, &store->arena, &store->rows, err));
    AG_TRY(sync_folders(store, err));
    AG_TRY(ag_rows_each_id(store->rows, load, store, err));
    if (store->no_memory)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %zu trial ids", store->ids.n);
    unlink(unfinished);
    ag_checkpoints_clean(store->states, is_stored, store);
    AG_TRY(ag_arrays_check(store->dir, &store->scratch, err));
    AG_TRY(gather(store, err));
    size_t done = 0;
    for (size_t i = 0; i < about->plan->n_trials; i++)
        done += contains(&store->ids, about->plan->trials[i].id);
    return ag_rows_begin_run(store->rows, about->plan->n_trials, done, err);
}

static void release(ag_store *store) {
    if (store->writer) ag_writer_close(store->writer);
    ag_log_close(&store->log);
    if (store->rows) ag_rows_close(store->rows);
    ag_lock_release(&store->lock);
    ag_arena_close(&store->scratch);
    ag_arena arena = store->arena; /* the store lies in its own arena */
    ag_arena_close(&arena);
}

ag_status ag_store_open(const char *dir, const ag_store_about *about, ag_store **out,
                        ag_error *err) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_store *store = AG_NEW(&arena, ag_store);
    const char *said = about->origin_words ? about->origin_words : "";
    char *copy = AG_NEW_ARRAY(&arena, char, strlen(dir) + 1);
    char *words = AG_NEW_ARRAY(&arena, char, strlen(said) + 1);
    if (!store || !copy || !words) {
        ag_arena_close(&arena);
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the store");
    }
    strcpy(copy, dir);
    strcpy(words, said);
    *store = (ag_store){
        .arena = arena,
        .scratch = AG_ARENA_EMPTY,
        .dir = copy,
        .lock = AG_LOCK_NONE,
        .log = {.fd = -1},
        .states = {
            {.dir = copy, .origin = about->origin, .made_by = words},
            {.dir = copy, .origin = about->origin, .made_by = words, .kind = AG_STATE_FINAL}}};
    const ag_status status = open_all(store, about, err);
    ag_arena_reset(&store->scratch);
    if (status != AG_OK)
        release(store);
    else
        *out = store;
    return status;
}

bool ag_store_has(const ag_store *store, uint64_t trial_id) {
    return contains(&store->ids, trial_id);
}

ag_status ag_store_put(ag_store *store, const ag_record *record, ag_error *err) {
    AG_TRY(ag_writer_put(store->writer, record, (ag_receipt){0}, err));
    return ag_writer_finish(store->writer, err);
}

static ag_status put_into(void *self, const ag_record *record, ag_receipt receipt, ag_error *err) {
    ag_store *store = self;
    return ag_writer_put(store->writer, record, receipt, err);
}

static ag_status finish(void *self, ag_error *err) {
    ag_store *store = self;
    return ag_writer_finish(store->writer, err);
}

ag_sink ag_store_sink(ag_store *store) { return (ag_sink){put_into, finish, store}; }

ag_keeper ag_store_keeper(ag_store *store, ag_state_kind kind) {
    return ag_checkpoints_keeper(&store->states[kind]);
}

/* What could not be written was said when it was put; what was written is gathered. */
ag_status ag_store_close(ag_store *store, ag_error *err) {
    ag_error said;
    ag_writer_finish(store->writer, &said);
    ag_status status = check_place(store, err);
    if (status == AG_OK) status = gather(store, err);
    if (status == AG_OK) status = ag_rows_settle(store->rows, err);
    ag_checkpoints_close(store->states);
    release(store);
    return status;
}

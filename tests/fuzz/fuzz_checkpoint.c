/* Checkpoints from any bytes. The first byte: of the file, whose digests hardly ever hold; or of
 * the state in it, which training takes up. A state that is accepted must be one that training can
 * go on from. */
#include "harness/train/checkpoint.h"
#include "results/store/checkpoint_private.h"
#include "stored.h"

#include <stdint.h>
#include <sys/stat.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char EXPERIMENT[] =
    "name: a\n"
    "dataset: {name: moons, samples: 40, validation: 0.3}\n"
    "model: {type: mlp, depth: 2, width: 3, normalization: batch, dropout: 0.3}\n"
    "initializer: he_normal\n"
    "optimizer: adam\n"
    "activation: {name: prelu, learned: per_channel}\n"
    "training: {epochs: 3, batch_size: 8, early_stopping: {patience: 2}}\n"
    "probes: {every: 1}\n"
    "seeds: 1\n";

static ag_arena kept_arena = AG_ARENA_EMPTY;
static ag_plan plan;
static ag_data data;
static ag_settings settings;
static ag_checkpoint begun; /* the seed's */

static ag_checkpoints checkpoints(void) {
    return (ag_checkpoints){.dir = folder, .origin = 1, .made_by = "fuzz"};
}

static void open_run(ag_arena *arena, ag_training_run *run) {
    const ag_host host = {0};
    ag_error err = {0};
    if (ag_train_open(&settings, &data, arena, &host, run, &err) != AG_OK) abort();
}

/* One file of a trial that stands behind its first epoch, and the state in it. */
static void make_seeds(int argc, char **argv) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_checkpoints c = checkpoints();
    const ag_keeper keeper = ag_checkpoints_keeper(&c);
    ag_training_run run;
    ag_error err = {0};
    ag_kept_state kept;
    open_run(&arena, &run);
    ag_train_start(&run);
    ag_train_epoch(&run);
    begun.trial_id = plan.trials[0].id;
    if (ag_checkpoint_save(&run, &keeper, &begun, &err) != AG_OK ||
        keeper.fetch(keeper.self, begun.trial_id, &arena, &kept, &err) != AG_OK)
        abort();
    begun = kept.head;
    uint8_t *bytes = AG_NEW_ARRAY(&arena, uint8_t, kept.n + 1);
    if (!bytes) abort();
    bytes[0] = 1;
    memcpy(bytes + 1, kept.bytes, kept.n);
    stored_write(in_folder("seed"), bytes, kept.n + 1);
    stored_seed(argc, argv, "state", in_folder("seed"));
    char command[900], id[AG_ID_TEXT];
    snprintf(command, sizeof command, "cd '%s' && { printf '\\0'; cat checkpoints/%s.ckpt; } >seed",
             folder, ag_id_text(id, begun.trial_id));
    if (system(command) != 0) abort();
    stored_seed(argc, argv, "file", in_folder("seed"));
    ag_arena_close(&arena);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    ag_error err = {0};
    snprintf(folder, sizeof folder, "/dev/shm/actgrid-fuzz-XXXXXX");
    if (!mkdtemp(folder)) abort();
    atexit(remove_folder);
    if (ag_plan_read(&kept_arena, "fuzz", EXPERIMENT, strlen(EXPERIMENT), NULL, 0, &plan, &err))
        abort();
    settings = ag_plan_settings(&plan, &plan.trials[0]);
    const ag_choice *choice =
        &plan.variants[AG_PART_DATASET][plan.trials[0].variant[AG_PART_DATASET]].is.choice;
    if (ag_dataset_open(choice, &kept_arena, &data, &err)) abort();
    make_seeds(*argc, *argv);
    return 0;
}

static void load(const uint8_t *bytes, size_t n) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_training_run run;
    open_run(&arena, &run);
    if (ag_checkpoint_load(&run, &(ag_kept_state){begun, bytes, n}))
        while (ag_train_epoch(&run)) {
        }
    ag_arena_close(&arena);
}

static void fetch(const uint8_t *bytes, size_t n) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_checkpoints c = checkpoints();
    const ag_keeper keeper = ag_checkpoints_keeper(&c);
    char path[64], id[AG_ID_TEXT];
    ag_error err = {0};
    ag_kept_state kept;
    ag_checkpoint_file *files;
    size_t n_files;
    snprintf(path, sizeof path, "checkpoints/%s.ckpt", ag_id_text(id, begun.trial_id));
    stored_write(in_folder(path), bytes, n);
    if (ag_store_checkpoints(folder, &arena, &files, &n_files, &err) != AG_OK || n_files != 1)
        abort();
    if (keeper.fetch(keeper.self, begun.trial_id, &arena, &kept, &err) != AG_OK && !err.text[0])
        abort();
    if (arena.peak > (1 << 20)) abort();
    ag_arena_close(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
    if (n == 0) return 0;
    if (bytes[0] & 1)
        load(bytes + 1, n - 1);
    else
        fetch(bytes + 1, n - 1);
    return 0;
}

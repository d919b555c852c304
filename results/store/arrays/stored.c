/* The arrays that a store has, opened for reading. */
#include "results/store/arrays/gather_private.h"

/* The log before curves.h5: a run that gathers meanwhile first makes the one, then removes the
 * other. HDF5 sees a file only when it is known to be as it was written. */
static ag_status open_both(ag_stored_arrays *a, ag_error *err) {
    ag_gathering *g = &a->g;
    const char *dir = a->harvest.dir;
    AG_TRY(ag_leftover_open(dir, g->ids, g->n, g->arena, &a->leftover, err));
    AG_TRY(ag_arrays_check(dir, g->arena, err));
    AG_TRY(ag_survey_all(g, err));
    return ag_survey_trust(g, a->chunk_steps, err);
}

ag_status ag_stored_arrays_open(ag_stored_arrays *a, const char *dir, const uint64_t *ids, size_t n,
                                ag_arena *arena, ag_error *err) {
    const char *path = ag_path_join(arena, dir, "curves.h5");
    if (!path) return ag_h5_no_memory(err);
    *a = (ag_stored_arrays){.harvest = {.dir = dir}};
    a->g = (ag_gathering){.arena = arena,
                          .harvest = &a->harvest,
                          .ids = ids,
                          .leftover = &a->leftover,
                          .n = n,
                          .old_path = path,
                          .old_file = -1,
                          .new_file = -1};
    const ag_status status = open_both(a, err);
    if (status != AG_OK) ag_stored_arrays_close(a);
    return status;
}

void ag_stored_arrays_close(ag_stored_arrays *a) {
    ag_h5_close(a->g.old_file);
    ag_leftover_close(&a->leftover);
}

/* curves.h5 from arrays.log and the curves.h5 before: what there is (survey.c), written chunk by
 * chunk (chunks.c). */
#include "results/store/arrays/gather_private.h"

#include <hdf5.h>
#include <stdio.h>
#include <unistd.h>

/* A trial whose arrays stand nowhere: they may have stood behind the damage. */
static ag_status check_damage(const ag_gathering *g, ag_error *err) {
    for (size_t i = 0; i < g->n && g->leftover->damaged; i++)
        if (!g->leftover->entry[i] && g->old_row[i] < 0)
            return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                           "'%.200s/arrays.log' is damaged: move it away and run again, the rows"
                           " in results.sqlite are complete without it",
                           g->harvest->dir);
    return AG_OK;
}

ag_status ag_survey_all(ag_gathering *g, ag_error *err) {
    AG_TRY(ag_survey_old(g, err));
    AG_TRY(check_damage(g, err));
    return ag_survey_leftover(g, err);
}

static ag_status gather(ag_gathering *g, const char *temporary, ag_error *err) {
    bool sealed;
    if (access(g->old_path, F_OK) == 0) /* a run may have taken hours since it was opened */
        AG_TRY(ag_seal_check(g->old_path, &sealed, err));
    AG_TRY(ag_survey_all(g, err));
    if (ag_h5_cause()) return ag_h5_trouble("read", g->old_path, ag_h5_damaged, err);
    const long before = ag_h5_troubles();
    unlink(temporary); /* which may be a link to another file */
    g->new_file = ag_h5_create(temporary);
    if (g->new_file < 0) return ag_h5_trouble("create", temporary, "", err);
    AG_TRY(ag_h5_put_trials(g->new_file, g->harvest->rows, g->n, temporary, g->arena, err));
    AG_TRY(ag_chunks_write(g, temporary, err));
    const hid_t file = g->new_file;
    const bool good = H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0;
    g->new_file = -1;
    const bool closed = H5Fclose(file) >= 0;
    return good && closed && ag_h5_troubles() == before
               ? AG_OK
               : ag_h5_trouble("write", temporary, "", err);
}

ag_status ag_arrays_check(const char *dir, ag_arena *arena, ag_error *err) {
    const char *path = ag_path_join(arena, dir, "curves.h5");
    if (!path) return ag_h5_no_memory(err);
    bool there;
    AG_TRY(ag_file_is_there(path, &there, err));
    if (!there) return AG_OK;
    bool sealed;
    AG_TRY(ag_seal_check(path, &sealed, err));
    return ag_curves_inspect(path, !sealed, err);
}

ag_status ag_arrays_gather(const ag_harvest *harvest, ag_arena *arena, ag_error *err) {
    ag_gathering *g = AG_NEW(arena, ag_gathering);
    const char *final = ag_path_join(arena, harvest->dir, "curves.h5");
    const char *temporary = ag_path_join(arena, harvest->dir, "curves.h5.tmp");
    if (!g || !final || !temporary) return ag_h5_no_memory(err);
    *g = (ag_gathering){.arena = arena,
                        .harvest = harvest,
                        .ids = harvest->ids,
                        .leftover = harvest->leftover,
                        .n = harvest->n,
                        .old_path = final,
                        .old_file = -1,
                        .new_file = -1};
    ag_h5_ear ear;
    ag_h5_listen(&ear, true);
    ag_status status = gather(g, temporary, err);
    ag_h5_close(g->new_file);
    ag_h5_close(g->old_file);
    ag_h5_stop_listening();
    if (status == AG_OK) status = ag_seal_put(temporary, err);
    if (status == AG_OK) status = ag_file_settle(harvest->dir, temporary, final, err);
    if (status != AG_OK) remove(temporary);
    return status;
}

/* What the files that write curves.h5 ask of HDF5: errors as sentences, files, groups, texts.
 *
 * curves.h5 is written once, from beginning to end, under a temporary name, and synced by
 * ourselves: HDF5 does not, and a file that is changed in place does not survive every power
 * failure. No times are stored, so equal trials make equal bytes. */
#define _XOPEN_SOURCE 700 /* sigaltstack */
#include "results/store/arrays/arrays_private.h"

#include <errno.h>
#include <hdf5.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- errors -------------------------------------------------------------------- */

static herr_t take_innermost(unsigned n, const H5E_error2_t *error, void *self) {
    ag_h5_ear *ear = self;
    if (n == 0 && error->desc) snprintf(ear->reason, AG_H5_REASON, "%s", error->desc);
    return 0;
}

/* What the system refused in its words; HDF5 says no more than that a write failed. */
static herr_t remember(hid_t stack, void *self) {
    static const int of_the_system[] = {ENOSPC, EDQUOT, EFBIG,  EIO,    EROFS,
                                        EACCES, EMFILE, ENFILE, ENOMEM, ESTALE};
    ag_h5_ear *ear = self;
    ear->troubles++;
    for (int i = 0; i < AG_COUNT(of_the_system); i++)
        if (errno == of_the_system[i]) {
            ear->cause = errno;
            snprintf(ear->reason, AG_H5_REASON, "%s", strerror(errno));
            return 0;
        }
    return H5Ewalk2(stack, H5E_WALK_UPWARD, take_innermost, ear);
}

static ag_h5_ear *present_ear(void) {
    H5E_auto2_t listener;
    void *kept = NULL;
    H5Eget_auto2(H5E_DEFAULT, &listener, &kept);
    return kept;
}

static void on_crash(int number) {
    static const char words[] = "actgrid: the HDF5 library crashed, as it does when memory is out:"
                                " what was finished is kept; free some memory and run again\n";
    (void)number;
    (void)!write(STDERR_FILENO, words, sizeof words - 1);
    _exit(3);
}

static const int crashes[AG_H5_CRASHES] = {SIGSEGV, SIGABRT};

/* Not where somebody else (a sanitizer) wants to see it. */
static void catch_crashes(ag_h5_ear *ear) {
    const struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK};
    const stack_t stack = {.ss_sp = ear->stack, .ss_size = sizeof ear->stack};
    for (int i = 0; i < AG_H5_CRASHES; i++)
        if (sigaction(crashes[i], NULL, &ear->before[i]) != 0 ||
            ear->before[i].sa_handler != SIG_DFL)
            return;
    if (sigaltstack(&stack, &ear->stack_before) != 0) return;
    for (int i = 0; i < AG_H5_CRASHES; i++)
        sigaction(crashes[i], &action, NULL);
    ear->catches = true;
}

static void let_crash(const ag_h5_ear *ear) {
    for (int i = 0; i < AG_H5_CRASHES; i++)
        sigaction(crashes[i], &ear->before[i], NULL);
    sigaltstack(&ear->stack_before, NULL);
}

/* All that is opened is closed here. What HDF5 could not write it keeps, tries once more as the
 * program ends, and dies of it (1.10, a full disk): so, not at the end. */
void ag_h5_listen(ag_h5_ear *ear, bool catches) {
    *ear = (ag_h5_ear){.reason = "no reason given"};
    if (catches) catch_crashes(ear);
    H5dont_atexit();
    errno = 0;
    H5Eset_auto2(H5E_DEFAULT, remember, ear);
    if (ear->catches && present_ear() != ear) on_crash(SIGSEGV); /* no memory to begin with */
}

long ag_h5_troubles(void) {
    const ag_h5_ear *ear = present_ear();
    return ear ? ear->troubles : 1;
}

int ag_h5_cause(void) {
    const ag_h5_ear *ear = present_ear();
    return ear ? ear->cause : 0;
}

void ag_h5_stop_listening(void) {
    const ag_h5_ear *ear = present_ear();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    if (ear && ear->catches) let_crash(ear);
}

ag_status ag_h5_trouble(const char *what, const char *path, const char *advice, ag_error *err) {
    ag_h5_ear *ear = present_ear();
    ear->reason[strcspn(ear->reason, "\n")] = '\0';
    return AG_FAIL(err, ear->cause == ENOMEM ? AG_NOMEM : AG_STORE, AG_NOWHERE,
                   "could not %s '%s' (%s)%s", what, path, ear->reason,
                   ear->cause ? ag_file_advice(ear->cause) : advice);
}

ag_status ag_h5_no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for curves.h5");
}

const char *const ag_h5_damaged = "; it is damaged: move it away and run again, the rows in"
                                  " results.sqlite are complete without it";

/* --- creating and opening --------------------------------------------------------- */

static hid_t access_list(void) {
    const hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_libver_bounds(list, H5F_LIBVER_V18, H5F_LIBVER_V110);
    H5Pset_fclose_degree(list, H5F_CLOSE_STRONG);
    H5Pset_file_locking(list, 0, 1); /* the store has its own lock */
    return list;
}

hid_t ag_h5_create(const char *path) {
    const hid_t access = access_list(), creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_obj_track_times(creation, 0);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
    H5Pclose(creation);
    H5Pclose(access);
    return file;
}

hid_t ag_h5_open(const char *path) {
    const hid_t access = access_list();
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return file;
}

void ag_h5_close(hid_t file) {
    if (file >= 0) H5Fclose(file);
}

bool ag_h5_make_groups(hid_t file, const char *name) {
    char part[AG_H5_NAME];
    const hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_obj_track_times(creation, 0);
    bool good = true;
    for (const char *slash = strchr(name, '/'); good && slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - name), name);
        if (H5Lexists(file, part, H5P_DEFAULT) > 0) continue;
        const hid_t group = H5Gcreate2(file, part, H5P_DEFAULT, creation, H5P_DEFAULT);
        good = group >= 0 && H5Gclose(group) >= 0;
    }
    H5Pclose(creation);
    return good;
}

bool ag_h5_put_text(hid_t object, const char *name, const char *value) {
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool good = attribute >= 0 && H5Awrite(attribute, type, &value) >= 0;
    if (attribute >= 0) H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    return good;
}

const char *ag_h5_get_text(hid_t object, const char *name, ag_arena *arena) {
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    const hid_t space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    char *value = NULL, *copy = NULL;
    if (attribute >= 0 && H5Aread(attribute, type, &value) >= 0 && value) {
        copy = AG_NEW_ARRAY(arena, char, strlen(value) + 1);
        ag_h5_ear *ear = present_ear();
        if (copy)
            strcpy(copy, value);
        else if (ear)
            ear->cause = ENOMEM;
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, &value);
    }
    if (attribute >= 0) H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    return copy ? copy : "";
}

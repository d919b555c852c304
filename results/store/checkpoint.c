/* DIR/checkpoints/<trial_id>.ckpt: where a trial that is not finished stands; <trial_id>.final:
 * where a longer training of the settings of a finished one goes on. A file is written under
 * another name, synced and renamed, so that the one there is always whole; it begins with a head
 * that says what it is of, and ends with the state as training put it. All numbers are of this
 * machine's byte order: another machine would not go on to the same bits. */
#include "results/store/checkpoint_private.h"

#include "harness/base/digest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char FOLDER[] = "checkpoints";
static const char *const endings[AG_STATE_KINDS] = {".ckpt", ".final"},
                         *const half_written[AG_STATE_KINDS] = {".ckpt.tmp", ".final.tmp"};
static const char MAGIC[16] = "actgrid state 1";

enum {
    MADE_BY = 160,
    PIECE = 1 << 16, /* bytes that are written, and digested, together */
    PATH = PATH_MAX
};

/* Into no other file, through a link that somebody put there. */
enum { WRITING = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC };

/* In front of the state. */
typedef struct file_head {
    char magic[sizeof MAGIC];
    uint64_t origin;
    ag_checkpoint about;
    char made_by[MADE_BY];
    uint64_t bytes, digest; /* of the state */
    uint64_t own_digest;    /* of all above */
} file_head;

static uint64_t digest_of_head(const file_head *head) {
    return ag_digest(head, offsetof(file_head, own_digest), 0);
}

/* --- names ------------------------------------------------------------------------ */

/* False: too long for a path. `id` NULL: the folder. */
static bool path_of(char path[PATH], const char *dir, const uint64_t *id, const char *ending) {
    char text[AG_ID_TEXT] = "";
    if (id) ag_id_text(text, *id);
    return snprintf(path, PATH, "%s/%s%s%s%s", dir, FOLDER, id ? "/" : "", text, ending) < PATH;
}

static ag_status too_long(const char *dir, ag_error *err) {
    return AG_FAIL(err, AG_IO, AG_NOWHERE, "the name of the folder '%.80s...' is too long", dir);
}

/* The id in "0123456789abcdef.ckpt". */
static bool id_of(const char *name, const char *ending, uint64_t *id) {
    char text[AG_ID_TEXT];
    unsigned long long x;
    if (strlen(name) != AG_ID_TEXT - 1 + strlen(ending) || sscanf(name, "%16llx", &x) != 1)
        return false;
    *id = x;
    return strncmp(name, ag_id_text(text, *id), AG_ID_TEXT - 1) == 0 &&
           strcmp(name + AG_ID_TEXT - 1, ending) == 0;
}

/* --- writing -------------------------------------------------------------------------- */

typedef struct writing {
    ag_outlet out; /* first: put() gets it back from there */
    int fd, cause; /* errno of what went wrong first */
    uint64_t bytes, digest;
    size_t filled;
    unsigned char piece[PIECE];
} writing;

static void write_all(writing *w, const void *bytes, size_t n) {
    if (!w->cause && !ag_fd_write(w->fd, bytes, n)) w->cause = errno;
}

static void flush(writing *w) {
    w->digest = ag_digest(w->piece, w->filled, w->digest);
    w->bytes += w->filled;
    write_all(w, w->piece, w->filled);
    w->filled = 0;
}

static void put(ag_outlet *self, const void *bytes, size_t n) {
    writing *w = (writing *)(void *)self;
    for (const unsigned char *at = bytes; n > 0;) {
        const size_t room = PIECE - w->filled, some = n < room ? n : room;
        memcpy(w->piece + w->filled, at, some);
        w->filled += some;
        at += some;
        n -= some;
        if (w->filled == PIECE) flush(w);
    }
}

static int create(const ag_checkpoints *c, const char *path) {
    const int fd = open(path, WRITING, 0666);
    char folder[PATH];
    if (fd >= 0 || errno != ENOENT || !path_of(folder, c->dir, NULL, "")) return fd;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) return -1;
    return open(path, WRITING, 0666);
}

/* Whoever made the folder, another thread or a run before: its entry is on the disk before anything
 * in it is relied on. */
static ag_status settle_folder(ag_checkpoints *c, ag_error *err) {
    if (atomic_load(&c->settled)) return AG_OK;
    AG_TRY(ag_folder_sync(c->dir, err));
    atomic_store(&c->settled, true);
    return AG_OK;
}

/* Head and state; errno if it fails. */
static bool write_file(const ag_checkpoints *c, const ag_checkpoint *about,
                       void (*state)(void *context, ag_outlet *out), void *context, writing *w) {
    file_head head; /* zeroed as a whole: gaps are written, too */
    memset(&head, 0, sizeof head);
    write_all(w, &head, sizeof head); /* its place */
    state(context, &w->out);
    flush(w);
    memcpy(head.magic, MAGIC, sizeof MAGIC);
    head.origin = c->origin;
    head.about.trial_id = about->trial_id;
    head.about.data = about->data;
    head.about.step = about->step;
    head.about.steps = about->steps;
    head.about.seconds = about->seconds;
    snprintf(head.about.started_at, sizeof head.about.started_at, "%s", about->started_at);
    snprintf(head.made_by, sizeof head.made_by, "%s", c->made_by);
    head.bytes = w->bytes;
    head.digest = w->digest;
    head.own_digest = digest_of_head(&head);
    if (!w->cause && lseek(w->fd, 0, SEEK_SET) != 0) w->cause = errno;
    write_all(w, &head, sizeof head);
    errno = w->cause;
    return !w->cause;
}

static ag_status keep(void *self, const ag_checkpoint *about,
                      void (*state)(void *context, ag_outlet *out), void *context, ag_error *err) {
    ag_checkpoints *c = self;
    char unfinished[PATH], path[PATH], folder[PATH];
    if (!path_of(unfinished, c->dir, &about->trial_id, half_written[c->kind]))
        return too_long(c->dir, err);
    path_of(path, c->dir, &about->trial_id, endings[c->kind]);
    path_of(folder, c->dir, NULL, "");
    writing w = {.out = {put}, .fd = create(c, unfinished)};
    if (w.fd < 0) return ag_file_trouble("create", unfinished, err);
    bool good = write_file(c, about, state, context, &w);
    close(w.fd);
    errno = w.cause;
    ag_status status = good ? ag_file_settle(folder, unfinished, path, err)
                            : ag_file_trouble("write", unfinished, err);
    if (!status) status = settle_folder(c, err);
    if (status) unlink(unfinished);
    return status;
}

static void drop(void *self, uint64_t trial_id) {
    const ag_checkpoints *c = self;
    char path[PATH];
    /* One that cannot be removed is found to be of a stored trial when the store is opened next. */
    if (path_of(path, c->dir, &trial_id, endings[c->kind])) unlink(path);
}

/* --- reading ----------------------------------------------------------------------------- */

static bool head_is_sound(const file_head *head, uint64_t trial_id) {
    return memcmp(head->magic, MAGIC, sizeof MAGIC) == 0 &&
           head->own_digest == digest_of_head(head) && head->about.trial_id == trial_id &&
           head->about.step >= 0 && head->about.steps > 0 &&
           head->about.steps >= head->about.step && memchr(head->made_by, 0, MADE_BY) &&
           memchr(head->about.started_at, 0, sizeof head->about.started_at);
}

typedef struct mapping {
    void *at;
    size_t n;
} mapping;

static void unmap(void *object) {
    const mapping *m = object;
    munmap(m->at, m->n);
}

static ag_status map(const char *path, ag_arena *arena, mapping **out, ag_error *err) {
    struct stat s;
    mapping *m = AG_NEW(arena, mapping);
    *out = NULL;
    if (!m) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a checkpoint");
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? AG_OK : ag_file_trouble("open", path, err);
    const bool known = fstat(fd, &s) == 0;
    const bool whole = known && S_ISREG(s.st_mode) && (size_t)s.st_size >= sizeof(file_head);
    if (whole) {
        m->n = (size_t)s.st_size;
        m->at = mmap(NULL, m->n, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    const int cause = errno;
    close(fd);
    errno = cause;
    if (!known || (whole && m->at == MAP_FAILED)) return ag_file_trouble("read", path, err);
    if (!whole) return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' is damaged", path);
    *out = m;
    return ag_arena_at_end(arena, unmap, m)
               ? AG_OK
               : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a checkpoint");
}

static uint64_t digest_of(const unsigned char *state, size_t n) {
    uint64_t digest = 0;
    for (size_t at = 0; at + PIECE <= n; at += PIECE)
        digest = ag_digest(state + at, PIECE, digest);
    return ag_digest(state + n / PIECE * PIECE, n % PIECE, digest); /* the last may be empty */
}

static ag_status fetch(void *self, uint64_t trial_id, ag_arena *arena, ag_kept_state *kept,
                       ag_error *err) {
    const ag_checkpoints *c = self;
    char path[PATH];
    mapping *m;
    *kept = (ag_kept_state){0};
    if (!path_of(path, c->dir, &trial_id, endings[c->kind])) return too_long(c->dir, err);
    AG_TRY(map(path, arena, &m, err));
    if (!m) return AG_OK;
    file_head head;
    memcpy(&head, m->at, sizeof head);
    const unsigned char *state = (const unsigned char *)m->at + sizeof head;
    const size_t n = m->n - sizeof head;
    if (!head_is_sound(&head, trial_id) || head.bytes != n || head.digest != digest_of(state, n))
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' is damaged", path);
    if (head.origin != c->origin)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' was made by %s, not by this program on this machine: the bits could "
                       "differ",
                       path, head.made_by);
    *kept = (ag_kept_state){head.about, state, n};
    return AG_OK;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* What the head of a state's file says of it. false: there is none. */
static bool look_at(const char *dir, uint64_t id, ag_state_kind kind, ag_checkpoint_file *file) {
    char path[PATH];
    file_head head;
    if (!path_of(path, dir, &id, endings[kind])) return false;
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return false;
    *file = (ag_checkpoint_file){.about = {.trial_id = id}};
    if (pread(fd, &head, sizeof head, 0) == (ssize_t)sizeof head && head_is_sound(&head, id))
        *file = (ag_checkpoint_file){head.about, head.origin, true};
    close(fd);
    return true;
}

bool ag_store_final(const char *dir, uint64_t trial_id, ag_checkpoint_file *file) {
    return look_at(dir, trial_id, AG_STATE_FINAL, file);
}

void ag_store_finals(const char *dir, size_t *n, uint64_t *bytes) {
    char folder[PATH];
    DIR *open_folder = path_of(folder, dir, NULL, "") ? opendir(folder) : NULL;
    *n = 0;
    *bytes = 0;
    for (struct dirent *e; open_folder && (e = readdir(open_folder));) {
        uint64_t id;
        struct stat s;
        if (!id_of(e->d_name, endings[AG_STATE_FINAL], &id) ||
            fstatat(dirfd(open_folder), e->d_name, &s, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        *n += 1;
        *bytes += (uint64_t)s.st_size;
    }
    if (open_folder) closedir(open_folder);
}

static int by_id(const void *a, const void *b) {
    const ag_checkpoint_file *x = a, *y = b;
    return x->about.trial_id < y->about.trial_id ? -1 : x->about.trial_id > y->about.trial_id;
}

ag_status ag_store_checkpoints(const char *dir, ag_arena *arena, ag_checkpoint_file **files,
                               size_t *n, ag_error *err) {
    char folder[PATH];
    *files = NULL;
    *n = 0;
    DIR *open_folder = path_of(folder, dir, NULL, "") ? opendir(folder) : NULL;
    size_t room = 0;
    uint64_t id;
    for (struct dirent *e; open_folder && (e = readdir(open_folder));)
        room += id_of(e->d_name, endings[AG_STATE_UNFINISHED], &id);
    *files = AG_NEW_ARRAY(arena, ag_checkpoint_file, room);
    if (open_folder) rewinddir(open_folder);
    for (struct dirent *e; open_folder && *files && *n < room && (e = readdir(open_folder));) {
        if (id_of(e->d_name, endings[AG_STATE_UNFINISHED], &id))
            *n += look_at(dir, id, AG_STATE_UNFINISHED, &(*files)[*n]);
    }
    if (open_folder) closedir(open_folder);
    if (!*files) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for checkpoints");
    qsort(*files, *n, sizeof **files, by_id);
    return AG_OK;
}

void ag_checkpoints_clean(const ag_checkpoints *c, bool (*is_stored)(void *self, uint64_t id),
                          void *self) {
    char folder[PATH];
    DIR *open_folder = path_of(folder, c->dir, NULL, "") ? opendir(folder) : NULL;
    for (struct dirent *e; open_folder && (e = readdir(open_folder));) {
        uint64_t id;
        const char *dot = strchr(e->d_name, '.');
        bool over = id_of(e->d_name, endings[AG_STATE_UNFINISHED], &id) && is_stored(self, id);
        for (int kind = 0; kind < AG_STATE_KINDS; kind++)
            over |= dot && strcmp(dot, half_written[kind]) == 0;
        if (over) unlinkat(dirfd(open_folder), e->d_name, 0);
    }
    if (open_folder) closedir(open_folder);
}

void ag_checkpoints_close(const ag_checkpoints *c) {
    char folder[PATH];
    if (c->dir && path_of(folder, c->dir, NULL, "")) rmdir(folder); /* if it is empty */
}

ag_keeper ag_checkpoints_keeper(ag_checkpoints *c) {
    return (ag_keeper){.keep = keep, .fetch = fetch, .drop = drop, .self = c};
}

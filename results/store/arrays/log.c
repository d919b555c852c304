/* arrays.log, see log_private.h. All numbers are of this machine's byte order: the file never
 * leaves it. */
#define _DEFAULT_SOURCE /* madvise */
#include "results/store/arrays/log_private.h"

#include "harness/base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char NAME[] = "arrays.log";
static const char HEAD[16] = "actgrid arrays 1";
static const uint64_t MARK = UINT64_C(0x59415252415f4741); /* "AG_ARRAY" */

enum { STEP = 8 }; /* bytes: everything begins at a multiple of it */

/* Before the arrays of a trial. */
typedef struct entry_head {
    uint64_t mark, trial_id, n_arrays, bytes; /* bytes: behind this */
    uint64_t digest;                          /* of what is behind this, started with trial_id */
} entry_head;

/* Before the texts of an array (name, unit, meaning, axes; each ends in a 0 byte) and, behind
 * these, its numbers. */
typedef struct array_head {
    uint64_t rank, size[AG_ARRAY_RANK_MAX], text_bytes;
} array_head;

static size_t round_up(size_t n) { return (n + STEP - 1) / STEP * STEP; }

static size_t count_of(int rank, const size_t size[]) {
    size_t count = 1;
    for (int a = 0; a < rank; a++)
        count *= size[a];
    return count;
}

/* --- writing ----------------------------------------------------------------------------- */

enum { AXES_MAX = 256 };

typedef struct texts {
    const char *text[4];
    char axes[AXES_MAX];
} texts;

static texts texts_of(const ag_array *array) {
    texts t = {.text = {array->name, array->unit ? array->unit : "",
                        array->meaning ? array->meaning : "", NULL}};
    size_t used = 0;
    for (int a = 0; a < array->rank && used < AXES_MAX; a++)
        used +=
            (size_t)snprintf(t.axes + used, AXES_MAX - used, "%s%s", a ? ", " : "", array->axes[a]);
    return t;
}

static size_t text_bytes(const texts *t) {
    size_t n = strlen(t->axes) + 1;
    for (int i = 0; i < 3; i++)
        n += strlen(t->text[i]) + 1;
    return round_up(n);
}

static size_t array_bytes(const ag_array *array) {
    const texts t = texts_of(array);
    return sizeof(array_head) + text_bytes(&t) +
           round_up(count_of(array->rank, array->size) * sizeof(float));
}

static unsigned char *write_array(unsigned char *to, const ag_array *array) {
    const texts t = texts_of(array);
    array_head head = {.rank = (uint64_t)array->rank, .text_bytes = text_bytes(&t)};
    for (int a = 0; a < array->rank; a++)
        head.size[a] = array->size[a];
    memcpy(to, &head, sizeof head);
    char *text = (char *)to + sizeof head;
    for (int i = 0; i < 4; i++)
        text = stpcpy(text, i < 3 ? t.text[i] : t.axes) + 1;
    to += sizeof head + head.text_bytes;
    const size_t n = count_of(array->rank, array->size) * sizeof(float);
    if (n > 0) memcpy(to, array->data, n);
    return to + round_up(n);
}

ag_log_entry ag_log_entry_of(const ag_record *record, ag_arena *arena) {
    entry_head head = {
        .mark = MARK, .trial_id = record->trial->id, .n_arrays = (uint64_t)record->n_arrays};
    for (int i = 0; i < record->n_arrays; i++)
        head.bytes += array_bytes(&record->arrays[i]);
    unsigned char *bytes = ag_alloc(arena, sizeof head + head.bytes, 1); /* zeroed: the gaps */
    if (!bytes) return (ag_log_entry){0};
    unsigned char *at = bytes + sizeof head;
    for (int i = 0; i < record->n_arrays; i++)
        at = write_array(at, &record->arrays[i]);
    head.digest = ag_digest(bytes + sizeof head, head.bytes, head.trial_id);
    memcpy(bytes, &head, sizeof head);
    return (ag_log_entry){bytes, sizeof head + head.bytes};
}

bool ag_log_open(ag_log *log, const char *dir, ag_arena *arena) {
    *log = (ag_log){.dir = dir, .path = ag_path_join(arena, dir, NAME), .fd = -1};
    return log->path != NULL;
}

void ag_log_close(ag_log *log) {
    if (log->fd >= 0) close(log->fd);
    log->fd = -1;
}

/* What was gathered is gone: a file that is there is not ours, or not gathered. */
static ag_status create(ag_log *log, ag_error *err) {
    log->fd = open(log->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (log->fd < 0) return ag_file_trouble("create", log->path, err);
    ag_status status = AG_OK;
    if (!ag_fd_write(log->fd, HEAD, sizeof HEAD)) status = ag_file_trouble("write", log->path, err);
    if (status == AG_OK) status = ag_folder_sync(log->dir, err);
    log->end = sizeof HEAD;
    if (status == AG_OK) return AG_OK;
    unlink(log->path);
    ag_log_close(log);
    return status;
}

ag_status ag_log_append(ag_log *log, const ag_log_entry *const *entries, int n, ag_error *err) {
    if (log->fd < 0) AG_TRY(create(log, err));
    size_t bytes = 0;
    bool good = true;
    for (int i = 0; i < n && good; i++) {
        good = ag_fd_write(log->fd, entries[i]->bytes, entries[i]->n);
        bytes += entries[i]->n;
    }
    if (good && fdatasync(log->fd) == 0) {
        log->end += bytes;
        return AG_OK;
    }
    const ag_status status = ag_file_trouble("write", log->path, err);
    /* Half an entry at the end would hide what a later attempt appends. */
    if (ftruncate(log->fd, (off_t)log->end) != 0) ag_log_close(log);
    return status;
}

ag_status ag_log_check_place(const ag_log *log, ag_error *err) {
    if (log->fd < 0 || ag_fd_is_at(log->fd, log->path)) return AG_OK;
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "'%s' was removed or replaced while the run went on: the rows are kept, but the"
                   " arrays of its trials are lost",
                   log->path);
}

/* --- reading ----------------------------------------------------------------------------- */

static size_t place_of(const uint64_t *ids, size_t n, uint64_t id) {
    size_t low = 0, high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && ids[low] == id ? low : n;
}

/* Pages of a mapped file count as the process's memory. AROUND: whatever is read of an entry
 * brings its neighbours, too (fault_around_bytes of Linux). */
enum { FORGET_BYTES = 2 << 20, AROUND = 64 << 10 };

void ag_leftover_was_read(const ag_leftover *l, size_t bytes, size_t *since) {
    *since += bytes + AROUND;
    if (*since < FORGET_BYTES || !l->is_mapped) return;
    (void)madvise((void *)l->bytes, l->n, MADV_DONTNEED);
    *since = 0;
}

/* Notes all entries up to the first that is not good. */
static void scan(ag_leftover *l, const uint64_t *ids, size_t n) {
    size_t at = sizeof HEAD, since = 0;
    while (l->n - at >= sizeof(entry_head)) {
        entry_head head;
        memcpy(&head, l->bytes + at, sizeof head);
        const size_t left = l->n - at - sizeof head;
        if (head.mark != MARK) {
            l->damaged = head.mark != 0; /* zeros: room that was made and never filled */
            return;
        }
        const size_t place = place_of(ids, n, head.trial_id);
        if (head.bytes > left ||
            ag_digest(l->bytes + at + sizeof head, head.bytes, head.trial_id) != head.digest) {
            /* The last one of a trial without rows was being written when the run died. */
            l->damaged = place < n || head.bytes < left;
            return;
        }
        if (place < n) {
            l->n_entries += !l->entry[place];
            l->entry[place] = l->bytes + at;
        }
        at += sizeof head + head.bytes;
        ag_leftover_was_read(l, head.bytes, &since);
    }
}

/* Where files cannot be mapped (some that come over a network), the whole of it in memory. */
static const void *bytes_of(int fd, ag_leftover *l, ag_arena *arena) {
    void *bytes = mmap(NULL, l->n, PROT_READ, MAP_PRIVATE, fd, 0);
    l->is_mapped = bytes != MAP_FAILED;
    if (l->is_mapped) return bytes;
    if (errno != ENODEV) return NULL;
    errno = ENOMEM;
    unsigned char *copy = AG_NEW_ARRAY(arena, unsigned char, l->n);
    for (size_t at = 0; copy && at < l->n;) {
        const ssize_t n = pread(fd, copy + at, l->n - at, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = EIO; /* shorter than it was an instant ago */
        if (n <= 0) return NULL;
        at += (size_t)n;
    }
    return copy;
}

static ag_status map(const char *path, int fd, ag_leftover *l, ag_arena *arena, ag_error *err) {
    struct stat file;
    if (fstat(fd, &file) != 0) return ag_file_trouble("read", path, err);
    if (!S_ISREG(file.st_mode))
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "'%s' is no file: it is in the way", path);
    l->n = (size_t)file.st_size;
    if (l->n < sizeof HEAD) return AG_OK; /* killed as it was made */
    const void *bytes = bytes_of(fd, l, arena);
    if (!bytes) return ag_file_trouble("read", path, err);
    l->bytes = bytes;
    static const char zeros[sizeof HEAD];
    if (memcmp(bytes, HEAD, sizeof HEAD) != 0 && memcmp(bytes, zeros, sizeof HEAD) != 0)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' does not hold the arrays of trials: move it away", path);
    return AG_OK;
}

ag_status ag_leftover_open(const char *dir, const uint64_t *ids, size_t n, ag_arena *arena,
                           ag_leftover *leftover, ag_error *err) {
    *leftover = (ag_leftover){0};
    const char *path = ag_path_join(arena, dir, NAME);
    leftover->entry = AG_NEW_ARRAY(arena, const unsigned char *, n + 1);
    if (!path || !leftover->entry)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the arrays of %zu trials", n);
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return AG_OK;
    if (fd < 0) return ag_file_trouble("open", path, err);
    const ag_status status = map(path, fd, leftover, arena, err);
    close(fd);
    if (status == AG_OK && leftover->bytes) scan(leftover, ids, n);
    if (status != AG_OK) ag_leftover_close(leftover);
    return status;
}

void ag_leftover_close(ag_leftover *leftover) {
    if (leftover->bytes && leftover->is_mapped) munmap((void *)leftover->bytes, leftover->n);
    leftover->bytes = NULL;
}

void ag_leftover_remove(const char *dir, ag_arena *arena) {
    const char *path = ag_path_join(arena, dir, NAME);
    if (path) unlink(path); /* one that stays is gathered again, to the same bytes */
}

ag_entry_reader ag_entry_open(const unsigned char *entry) {
    entry_head head;
    memcpy(&head, entry, sizeof head);
    const unsigned char *at = entry + sizeof head;
    return (ag_entry_reader){at, at + head.bytes, head.n_arrays};
}

/* The digest says that this was written by us; the lengths are believed no further. */
bool ag_entry_next(ag_entry_reader *reader, ag_array *array, const char **axes) {
    array_head head;
    const size_t there = (size_t)(reader->end - reader->at);
    if (reader->left == 0 || there < sizeof head) return false;
    memcpy(&head, reader->at, sizeof head);
    if (head.rank < 1 || head.rank > AG_ARRAY_RANK_MAX || head.text_bytes < STEP ||
        head.text_bytes > there - sizeof head)
        return false;
    const char *text = (const char *)reader->at + sizeof head, *end = text + head.text_bytes;
    *array = (ag_array){.rank = (int)head.rank};
    const char **field[4] = {&array->name, &array->unit, &array->meaning, axes};
    for (int i = 0; i < 4; i++) {
        const char *zero = text < end ? memchr(text, 0, (size_t)(end - text)) : NULL;
        if (!zero) return false;
        *field[i] = text;
        text = zero + 1;
    }
    const size_t room = (there - sizeof head - head.text_bytes) / sizeof(float);
    size_t count = 1;
    for (int a = 0; a < array->rank; a++) {
        if (head.size[a] > 0 && count > room / head.size[a]) return false;
        count *= head.size[a];
        array->size[a] = head.size[a];
    }
    array->data = (const float *)end;
    reader->at = (const unsigned char *)end + round_up(count * sizeof(float));
    reader->left--;
    return true;
}

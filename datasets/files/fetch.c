#include "datasets/fetch.h"

#include "datasets/files/files.h"
#include "datasets/files/sha256.h"
#include "datasets/files/tar.h"
#include "harness/base/file_draft.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONNECT_SECONDS = 15, STALL_SECONDS = 30, REDIRECTS_MAX = 10, SENTENCE_MAX = 1024 };

/* One file on its way from one mirror. */
typedef struct transfer {
    const ag_data_file *file;
    const ag_fetch_watch *watch;
    int descriptor;
    int64_t got;
    int write_error; /* errno */
    bool at_most;    /* file->bytes is a limit, not a size */
    bool too_long, stopped;
} transfer;

__attribute__((format(printf, 2, 3))) static void say(const ag_fetch_watch *watch,
                                                      const char *format, ...) {
    char sentence[SENTENCE_MAX];
    if (!watch->say) return;
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    watch->say(watch->self, sentence);
}

/* --- one transfer ------------------------------------------------------------ */

static size_t receive(char *bytes, size_t size, size_t count, void *self) {
    transfer *t = self;
    const size_t n = size * count;
    if ((int64_t)n > t->file->bytes - t->got) { /* whatever this is, it is not the file */
        t->too_long = true;
        return 0;
    }
    for (size_t done = 0; done < n;) {
        const ssize_t wrote = write(t->descriptor, bytes + done, n - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) {
            t->write_error = errno;
            return 0;
        }
        done += (size_t)wrote;
    }
    t->got += (int64_t)n;
    return n;
}

static int report(void *self, curl_off_t total, curl_off_t got, curl_off_t up_total,
                  curl_off_t up) {
    transfer *t = self;
    (void)got, (void)up_total, (void)up;
    const ag_fetch_watch *w = t->watch;
    const int64_t all = t->at_most && total > 0 ? (int64_t)total : t->file->bytes;
    if (w->progress && !w->progress(w->self, t->file->name, t->got, all)) t->stopped = true;
    return t->stopped;
}

static void set_options(CURL *curl, const char *url, transfer *t, char *words) {
    curl_easy_setopt(curl, CURLOPT_URL, url);
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "actgrid/" AG_VERSION);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, report);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
}

/* What went wrong, for `sentence`; NULL if all bytes came. */
static const char *trouble(CURLcode code, CURL *curl, const transfer *t, const char *words,
                           char sentence[SENTENCE_MAX]) {
    long http = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http);
    if (t->too_long)
        snprintf(sentence, SENTENCE_MAX, "longer than the published file (%s%lld bytes)",
                 t->at_most ? "below " : "", (long long)t->file->bytes);
    else if (t->write_error)
        snprintf(sentence, SENTENCE_MAX, "cannot write it down: %s", strerror(t->write_error));
    else if (code == CURLE_HTTP_RETURNED_ERROR)
        snprintf(sentence, SENTENCE_MAX, "the server answers %ld%s", http,
                 http == 404 ? " (not found)" : "");
    else if (code == CURLE_PARTIAL_FILE && t->at_most)
        snprintf(sentence, SENTENCE_MAX, "truncated after %lld bytes", (long long)t->got);
    else if (code == CURLE_PARTIAL_FILE ||
             (code == CURLE_OK && t->got < t->file->bytes && !t->at_most))
        snprintf(sentence, SENTENCE_MAX, "truncated after %lld of %lld bytes", (long long)t->got,
                 (long long)t->file->bytes);
    else if (code != CURLE_OK)
        snprintf(sentence, SENTENCE_MAX, "%s", words[0] ? words : curl_easy_strerror(code));
    else
        return NULL;
    return sentence;
}

/* Downloads to the draft's temporary file and checks. AG_IO: try the next mirror. */
static ag_status receive_file(CURL *curl, const char *url, const ag_data_file *file,
                              const ag_fetch_watch *watch, const ag_file_draft *draft,
                              ag_error *err) {
    char words[CURL_ERROR_SIZE] = "", sentence[SENTENCE_MAX], sha256[AG_SHA256_TEXT];
    transfer t = {
        .file = file, .watch = watch, .descriptor = draft->descriptor, .at_most = !file->sha256};
    curl_easy_reset(curl);
    set_options(curl, url, &t, words);
    const CURLcode code = curl_easy_perform(curl);
    if (t.stopped) return AG_FAIL(err, AG_STOPPED, AG_NOWHERE, "interrupted at %s", file->name);
    if (trouble(code, curl, &t, words, sentence))
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "%.180s: %.160s", url, sentence);
    if (!file->sha256) return AG_OK; /* an archive: its files have theirs */
    AG_TRY(ag_sha256_file(draft->temporary, sha256, err));
    if (strcmp(sha256, file->sha256) != 0)
        return AG_FAIL(err, AG_IO, AG_NOWHERE,
                       "%.180s: wrong checksum: its SHA-256 starts with %.12s, must be %.12s...",
                       url, sha256, file->sha256);
    return AG_OK;
}

/* --- mirrors and files ------------------------------------------------------- */

static ag_status fetch_from(CURL *curl, const char *url, const ag_data_file *file,
                            const char *target, const ag_fetch_watch *watch, ag_arena *arena,
                            ag_error *err) {
    ag_file_draft draft;
    AG_TRY(ag_file_draft_open(target, arena, &draft, err));
    const ag_status status = receive_file(curl, url, file, watch, &draft, err);
    if (status == AG_OK) return ag_file_draft_replace(&draft, err);
    ag_file_draft_drop(&draft);
    return status;
}

static bool mirror_is_replaced(void) {
    const char *instead = getenv("ACTGRID_MIRROR");
    return instead && *instead;
}

/* URL of a file at a mirror; NULL: no memory. */
static const char *url_of(const ag_dataset *set, const char *mirror, bool replaced,
                          const char *file, ag_arena *arena) {
    const size_t n = strlen(mirror), size = n + strlen(set->folder) + strlen(file) + 3;
    char *url = AG_NEW_ARRAY(arena, char, size);
    if (!url) return NULL;
    if (replaced)
        snprintf(url, size, "%s%s%s/%s", mirror, n && mirror[n - 1] == '/' ? "" : "/", set->folder,
                 file);
    else
        snprintf(url, size, "%s%s", mirror, file);
    return url;
}

static ag_status fetch_file(CURL *curl, const ag_dataset *set, const ag_data_file *file,
                            const char *target, const ag_fetch_watch *watch, ag_arena *arena,
                            ag_error *err) {
    const bool replaced = mirror_is_replaced();
    const char *const one[] = {getenv("ACTGRID_MIRROR"), NULL};
    int tried = 0;
    ag_status status = AG_OK;
    for (const char *const *mirror = replaced ? one : file->mirrors; mirror && *mirror; mirror++) {
        const char *url = url_of(set, *mirror, replaced, file->name, arena);
        if (!url) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for an address");
        status = fetch_from(curl, url, file, target, watch, arena, err);
        if (status == AG_OK) say(watch, "%s: fetched from %s", file->name, url);
        if (status != AG_IO && status != AG_DATA) return status;
        say(watch, "%s", err->text);
        tried++;
    }
    char last[sizeof err->text] = "there are no mirrors";
    if (tried) snprintf(last, sizeof last, "%s", err->text);
    return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not fetch %s of %s (%d mirror%s tried): %.300s",
                   file->name, set->about.name, tried, tried == 1 ? "" : "s", last);
}

/* --- archives ------------------------------------------------------------------ */

typedef struct keeper {
    const ag_dataset *set;
    const char *folder;
    const ag_fetch_watch *watch;
} keeper;

static bool is_form(const ag_data_file *file, const char *name) {
    bool is = strcmp(file->name, name) == 0;
    for (const ag_data_file *other = file->otherwise; other && other->name && !is; other++)
        is = strcmp(other->name, name) == 0;
    return is;
}

/* Only names of the table are files of the set: none leads out of the folder. */
static int file_named(const ag_dataset *set, const char *name) {
    for (int i = 0; i < set->n_files; i++)
        if (is_form(&set->files[i], name)) return i;
    return -1;
}

static bool is_ours(const void *self, const char *name) {
    const keeper *k = self;
    return file_named(k->set, name) >= 0;
}

static ag_status keep(const void *self, const char *name, const uint8_t *bytes, size_t n,
                      ag_error *err) {
    const keeper *k = self;
    ag_arena scratch = AG_ARENA_EMPTY;
    const char *path = ag_data_path_join(k->folder, name, &scratch);
    ag_status status = path ? ag_file_write(path, bytes, n, &scratch, err)
                            : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a file name");
    if (status == AG_OK) {
        const int file = file_named(k->set, name);
        ag_error why = {0};
        status = ag_dataset_file_check(k->set, file, path, &why);
        if (status != AG_OK) remove(path);
        if (status != AG_OK && k->set->files[file].optional) { /* it can do without */
            say(k->watch, "%s", why.text);
            status = AG_OK;
        }
        if (status != AG_OK) *err = why;
    }
    ag_arena_close(&scratch);
    return status;
}

/* The archive itself is not kept. */
static ag_status fetch_archive(CURL *curl, const ag_dataset *set, const char *folder,
                               const ag_fetch_watch *watch, ag_arena *arena, ag_error *err) {
    const ag_data_file file = {.name = set->archive->name, .bytes = set->archive->bytes_max};
    const keeper k = {.set = set, .folder = folder, .watch = watch};
    const ag_tar_visitor visitor = {.self = &k, .wants = is_ours, .visit = keep};
    const char *target = ag_data_path_join(folder, file.name, arena);
    ag_file_draft draft;
    if (!target) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a file name");
    AG_TRY(ag_file_draft_open(target, arena, &draft, err));
    ag_status status = receive_file(curl, set->archive->url, &file, watch, &draft, err);
    if (status == AG_OK) status = ag_tar_gz_read(draft.temporary, &visitor, err);
    ag_file_draft_drop(&draft);
    if (status == AG_OK) say(watch, "%s: fetched from %s", file.name, set->archive->url);
    return status;
}

/* --- all files -------------------------------------------------------------------- */

/* Of the files that only the archive has. */
static ag_status fetch_packed(CURL *curl, const ag_dataset *set, const char *folder,
                              const ag_fetch_watch *watch, ag_arena *arena, ag_error *err) {
    if (!set->archive)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s cannot be fetched: %s", set->about.name,
                       set->by_hand);
    AG_TRY(fetch_archive(curl, set, folder, watch, arena, err));
    for (int i = 0; i < set->n_files; i++) {
        const char *now = ag_dataset_file_path(set, i, arena);
        if (!now && !set->files[i].optional)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has no %s", set->archive->url,
                           set->files[i].name);
        if (now) AG_TRY(ag_dataset_file_check(set, i, now, err));
    }
    return AG_OK;
}

static ag_status fetch_missing(CURL *curl, const ag_dataset *set, const char *folder,
                               const ag_fetch_watch *watch, ag_arena *arena, ag_error *err) {
    for (int i = 0; i < set->n_files; i++) {
        const ag_data_file *file = &set->files[i];
        const char *there = ag_dataset_file_path(set, i, arena);
        ag_error why = {0};
        if (file->optional && !there) continue;
        if (there && ag_dataset_file_check(set, i, there, &why) == AG_OK) {
            say(watch, "%s: already there and right: %s", file->name, there);
            continue;
        }
        if (there) say(watch, "%s", why.text);
        if (!file->mirrors && !mirror_is_replaced())
            return fetch_packed(curl, set, folder, watch, arena, err);
        const char *target = ag_data_path_join(folder, file->name, arena);
        if (!target) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a file name");
        AG_TRY(fetch_file(curl, set, file, target, watch, arena, err));
        const char *now = ag_dataset_file_path(set, i, arena);
        if (now && strcmp(now, target) != 0)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "%s was fetched, but %s is damaged and found first; remove it", target,
                           now);
    }
    return AG_OK;
}

ag_status ag_dataset_fetch(const ag_dataset *set, const ag_fetch_watch *watch, ag_arena *arena,
                           ag_error *err) {
    if (!set->n_files) {
        say(watch, "%s is generated: there is nothing to fetch", set->about.name);
        return AG_OK;
    }
    const char *folder = ag_dataset_cache_folder(set, arena);
    if (!folder)
        return AG_FAIL(err, AG_IO, AG_NOWHERE,
                       "nowhere to put the files of %s: neither XDG_CACHE_HOME nor HOME is set",
                       set->about.name);
    AG_TRY(ag_data_folder_make(folder, err));
    CURL *curl = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? curl_easy_init() : NULL;
    if (!curl) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "libcurl does not start");
    const ag_status status = fetch_missing(curl, set, folder, watch, arena, err);
    curl_easy_cleanup(curl);
    curl_global_cleanup();
    return status;
}

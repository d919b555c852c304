#include "datasets/fetch.h"

#include "datasets/core/files.h"
#include "datasets/core/sha256.h"

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
    (void)total, (void)got, (void)up_total, (void)up;
    const ag_fetch_watch *w = t->watch;
    if (w->progress && !w->progress(w->self, t->file->name, t->got, t->file->bytes))
        t->stopped = true;
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
        snprintf(sentence, SENTENCE_MAX, "longer than the published file (%lld bytes)",
                 (long long)t->file->bytes);
    else if (t->write_error)
        snprintf(sentence, SENTENCE_MAX, "cannot write it down: %s", strerror(t->write_error));
    else if (code == CURLE_HTTP_RETURNED_ERROR)
        snprintf(sentence, SENTENCE_MAX, "the server answers %ld%s", http,
                 http == 404 ? " (not found)" : "");
    else if (code == CURLE_PARTIAL_FILE || (code == CURLE_OK && t->got < t->file->bytes))
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
                              const ag_fetch_watch *watch, const ag_draft *draft, ag_error *err) {
    char words[CURL_ERROR_SIZE] = "", sentence[SENTENCE_MAX], sha256[AG_SHA256_TEXT];
    transfer t = {.file = file, .watch = watch, .descriptor = draft->descriptor};
    curl_easy_reset(curl);
    set_options(curl, url, &t, words);
    const CURLcode code = curl_easy_perform(curl);
    if (t.stopped) return AG_FAIL(err, AG_STOPPED, AG_NOWHERE, "interrupted at %s", file->name);
    if (trouble(code, curl, &t, words, sentence))
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "%.180s: %.160s", url, sentence);
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
    ag_draft draft;
    AG_TRY(ag_draft_open(target, arena, &draft, err));
    const ag_status status = receive_file(curl, url, file, watch, &draft, err);
    if (status == AG_OK) return ag_draft_replace(&draft, err);
    ag_draft_drop(&draft);
    return status;
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
    const char *instead = getenv("ACTGRID_MIRROR");
    const char *const one[] = {instead, NULL};
    const bool replaced = instead && *instead;
    if (!replaced && !file->mirrors)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s of %s cannot be fetched by itself: %s",
                       file->name, set->about.name, set->by_hand);
    int tried = 0;
    ag_status status = AG_OK;
    for (const char *const *mirror = replaced ? one : file->mirrors; *mirror; mirror++) {
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

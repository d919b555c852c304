/* Downloads from a server of our own on 127.0.0.1: good ones, and all that goes wrong. */
#include "datasets/fetch.h"

#include "check.h"
#include "made_gzip.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- the server: the folder in the address says how it answers --------------------- */

/* Archives, ready before the server starts. */
enum { BLOCK = 512, ROOM = 16 * BLOCK };
static const char *const archive_names[] = {"whole", "lacks", "spoiled", "spare", "evil", "cut"};
static struct {
    size_t n;
    uint8_t bytes[ROOM];
} archives[AG_COUNT(archive_names)];

static void add_member(uint8_t *tar, size_t *n, const char *name, const char *text) {
    uint8_t *header = tar + *n;
    unsigned sum = 8 * ' ';
    memset(header, 0, (size_t)2 * BLOCK);
    snprintf((char *)header, 100, "%s", name);
    snprintf((char *)header + 124, 12, "%011o", (unsigned)strlen(text));
    header[156] = '0';
    for (int i = 0; i < BLOCK; i++)
        sum += header[i];
    snprintf((char *)header + 148, 8, "%06o", sum);
    memcpy(header + BLOCK, text, strlen(text));
    *n += (size_t)2 * BLOCK;
}

static void make_archives(void) {
    for (int i = 0; i < AG_COUNT(archives); i++) {
        const char *name = archive_names[i];
        uint8_t tar[ROOM] = {0};
        size_t n = 0;
        add_member(tar, &n, "readme.html", "not ours");
        if (strcmp(name, "evil") == 0) add_member(tar, &n, "../letters", "abc");
        if (strcmp(name, "lacks") != 0)
            add_member(tar, &n, "sub/letters", strcmp(name, "spoiled") == 0 ? "abd" : "abc");
        add_member(tar, &n, "spare", strcmp(name, "spare") == 0 ? "xyz" : "abc");
        n += (size_t)2 * BLOCK; /* zeros end it */
        archives[i].n = made_gzip(tar, n, archives[i].bytes);
        if (strcmp(name, "cut") == 0) archives[i].n /= 2;
    }
}

/* "/archive/NAME/..." */
static void answer_archive(int connection, const char *name) {
    char head[128];
    for (int i = 0; i < AG_COUNT(archives); i++) {
        if (strncmp(name, archive_names[i], strlen(archive_names[i])) != 0) continue;
        const int n = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
                               archives[i].n);
        ssize_t sent = write(connection, head, (size_t)n);
        sent += write(connection, archives[i].bytes, archives[i].n);
        (void)sent;
    }
}

static void answer(int connection, const char *path) {
    if (strncmp(path, "/archive/", 9) == 0) answer_archive(connection, path + 9);
    static const char good[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
    static const char wrong[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabd";
    static const char cut[] = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nab";
    static const char brief[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab";
    static const char lengthy[] =
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nabcdefghi";
    static const char none[] =
        "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
    static const char broken[] =
        "HTTP/1.1 503 Busy\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
    static const char moved[] =
        "HTTP/1.1 302 Found\r\nLocation: /good/x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    static const char circle[] = "HTTP/1.1 302 Found\r\nLocation: /circle/x\r\nContent-Length: "
                                 "0\r\nConnection: close\r\n\r\n";
    static const char local[] = "HTTP/1.1 302 Found\r\nLocation: file:///etc/hostname\r\n"
                                "Content-Length: 0\r\nConnection: close\r\n\r\n";
    static const struct {
        const char *folder, *text;
    } answers[] = {{"/good/", good},     {"/wrong/", wrong},    {"/cut/", cut},
                   {"/brief/", brief},   {"/long/", lengthy},   {"/none/", none},
                   {"/broken/", broken}, {"/moved/", moved},    {"/circle/", circle},
                   {"/local/", local},   {"/mirror/abc/", good}};
    for (int i = 0; i < AG_COUNT(answers); i++)
        if (strncmp(path, answers[i].folder, strlen(answers[i].folder)) == 0) {
            const ssize_t sent = write(connection, answers[i].text, strlen(answers[i].text));
            (void)sent;
        }
}

static void serve(int listener) {
    for (;;) {
        char request[4096];
        const int connection = accept(listener, NULL, NULL);
        const ssize_t n = read(connection, request, sizeof request - 1);
        if (n > 4) {
            request[n] = 0;
            answer(connection, request + 4); /* behind "GET " */
        }
        close(connection);
    }
}

/* Returns the port; 0 if this machine has no loopback. */
static int start_server(pid_t *server) {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, 16) != 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0)
        return 0;
    *server = fork();
    if (*server == 0) serve(listener);
    close(listener);
    return ntohs(address.sin_port);
}

/* --- what the fetches say ---------------------------------------------------------- */

typedef struct heard {
    char text[4096];
    bool stop;
} heard;

static void say(void *self, const char *sentence) {
    heard *h = self;
    const size_t n = strlen(h->text);
    snprintf(h->text + n, sizeof h->text - n, "%s\n", sentence);
}

static bool progress(void *self, const char *file, int64_t got, int64_t total) {
    const heard *h = self;
    CHECK(strcmp(file, "letters") == 0 && got >= 0 && got <= total && total == 3, "progress");
    return !h->stop;
}

static char root[] = "/tmp/actgrid-test-XXXXXX";

static void cache_file(char path[256]) {
    snprintf(path, 256, "%s/actgrid/datasets/abc/letters", root);
}

static bool cached(void) {
    char path[256], text[8] = "";
    cache_file(path);
    FILE *file = fopen(path, "r");
    if (!file) return false;
    const size_t n = fread(text, 1, sizeof text, file);
    fclose(file);
    return n == 3 && memcmp(text, "abc", 3) == 0;
}

/* Files in the cache folder, the right one and left-over temporary ones. */
static int files_left(void) {
    char path[256];
    int n = 0;
    cache_file(path);
    *strrchr(path, '/') = 0;
    DIR *folder = opendir(path);
    if (!folder) return 0;
    for (const struct dirent *e = readdir(folder); e; e = readdir(folder))
        n += e->d_name[0] != '.';
    closedir(folder);
    return n;
}

static ag_status fetch(const char *const *mirrors, heard *h, ag_error *err) {
    const ag_data_file files[] = {
        {.name = "letters",
         .sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
         .bytes = 3,
         .mirrors = mirrors}};
    const ag_dataset set = {
        .about = {.name = "letters"}, .files = files, .n_files = 1, .folder = "abc"};
    const ag_fetch_watch watch = {.self = h, .say = say, .progress = progress};
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_status status = ag_dataset_fetch(&set, &watch, &arena, err);
    ag_arena_close(&arena);
    return status;
}

static void forget(void) {
    char path[256];
    cache_file(path);
    unlink(path);
}

/* --- tests -------------------------------------------------------------------------- */

static void test_single_mirrors(int port) {
    static const struct {
        const char *folder, *says; /* NULL: it works */
    } cases[] = {{"good", NULL},
                 {"moved", NULL},
                 {"wrong", "wrong checksum"},
                 {"cut", "truncated after 2 of 3 bytes"},
                 {"brief", "truncated after 2 of 3 bytes"},
                 {"long", "longer than the published file (3 bytes)"},
                 {"none", "the server answers 404 (not found)"},
                 {"broken", "the server answers 503"},
                 {"circle", "redirects"},
                 {"local", "rotocol"},
                 {"empty", "mpty reply"}};
    for (int i = 0; i < AG_COUNT(cases); i++) {
        char url[64];
        const char *const mirrors[] = {url, NULL};
        heard h = {0};
        ag_error err = {0};
        snprintf(url, sizeof url, "http://127.0.0.1:%d/%s/", port, cases[i].folder);
        const ag_status status = fetch(mirrors, &h, &err);
        CHECK(status == (cases[i].says ? AG_IO : AG_OK), "%s: %s", cases[i].folder, err.text);
        CHECK(cached() == !cases[i].says, "%s: in the cache", cases[i].folder);
        CHECK(files_left() == !cases[i].says, "%s: %d files left", cases[i].folder, files_left());
        if (cases[i].says) {
            CHECK(strstr(err.text, "letters") && strstr(err.text, url) &&
                      strstr(err.text, cases[i].says),
                  "%s: %s", cases[i].folder, err.text);
            CHECK(ag_status_exit_code(status) == 3, "%s", cases[i].folder);
        }
        forget();
    }
}

/* Bad ones first: each is named, the next is tried. */
static void test_mirrors_in_order(int port) {
    char url[4][64];
    static const char *const folders[] = {"none", "wrong", "good", "cut"};
    const char *const mirrors[] = {url[0], url[1], url[2], url[3], NULL};
    heard h = {0};
    ag_error err = {0};
    for (int i = 0; i < 4; i++)
        snprintf(url[i], sizeof url[i], "http://127.0.0.1:%d/%s/", port, folders[i]);
    CHECK(fetch(mirrors, &h, &err) == AG_OK && cached(), "%s", err.text);
    const char *first = strstr(h.text, "/none/letters: the server answers 404");
    const char *second = strstr(h.text, "/wrong/letters: wrong checksum");
    const char *third = strstr(h.text, "fetched from");
    CHECK(first && second && third && first < second && second < third, "%s", h.text);
    CHECK(!strstr(h.text, "/cut/"), "stops at the good one: %s", h.text);

    heard again = {0};
    CHECK(fetch(mirrors, &again, &err) == AG_OK, "%s", err.text);
    CHECK(strstr(again.text, "already there") && !strstr(again.text, "http"), "%s", again.text);
    char path[256];
    cache_file(path);
    FILE *file = fopen(path, "w"); /* damaged: said, and replaced */
    if (file) {
        fputs("xyz", file);
        fclose(file);
    }
    heard repaired = {0};
    CHECK(fetch(mirrors, &repaired, &err) == AG_OK && cached(), "%s", err.text);
    CHECK(strstr(repaired.text, "damaged"), "%s", repaired.text);
    forget();
}

static void test_replaced_mirror(int port) {
    char url[64];
    static const char *const mirrors[] = {"http://127.0.0.1:1/", NULL};
    heard h = {0};
    ag_error err = {0};
    snprintf(url, sizeof url, "http://127.0.0.1:%d/mirror", port);
    setenv("ACTGRID_MIRROR", url, 1);
    CHECK(fetch(mirrors, &h, &err) == AG_OK && cached(), "%s", err.text);
    CHECK(strstr(h.text, "/mirror/abc/letters"), "%s", h.text);
    forget();
    setenv("ACTGRID_MIRROR", "file:///etc", 1);
    CHECK(fetch(mirrors, &h, &err) == AG_IO && strstr(err.text, "rotocol"), "%s", err.text);
    unsetenv("ACTGRID_MIRROR");
}

/* --- archives ----------------------------------------------------------------------- */

static ag_status fetch_from_archive(const char *url, int64_t bytes_max, heard *h, ag_error *err) {
    static const char sum[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const ag_data_file other[] = {{.name = "sub/letters", .sha256 = sum, .bytes = 3}, {0}};
    const ag_data_file files[] = {
        {.name = "letters", .sha256 = sum, .bytes = 3, .otherwise = other},
        {.name = "spare", .sha256 = sum, .bytes = 3, .optional = true},
    };
    const ag_data_archive archive = {.url = url, .name = "letters.tar.gz", .bytes_max = bytes_max};
    const ag_dataset set = {.about = {.name = "letters"},
                            .files = files,
                            .n_files = 2,
                            .folder = "abc",
                            .archive = &archive};
    const ag_fetch_watch watch = {.self = h, .say = say};
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_status status = ag_dataset_fetch(&set, &watch, &arena, err);
    ag_arena_close(&arena);
    return status;
}

/* Removes a file of the cache folder; whether it was there. */
static bool take_away(const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/actgrid/datasets/abc/%s", root, name);
    return remove(path) == 0;
}

static void test_archives(int port) {
    static const struct {
        const char *name;
        int64_t bytes_max;
        bool letters, spare; /* in the cache afterwards */
        const char *says;
    } cases[] = {
        {"whole", ROOM, true, true, NULL},
        {"evil", ROOM, true, true, NULL},
        {"spare", ROOM, true, false, NULL},
        {"lacks", ROOM, false, true, "has no letters"},
        {"spoiled", ROOM, false, false, "sub/letters is damaged or not the published file"},
        {"cut", ROOM, false, false, "truncated or damaged: its gzip stream cannot be unpacked"},
        {"whole", 100, false, false, "longer than the published file (below 100 bytes)"},
        {"none", ROOM, false, false, "mpty reply"},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        char url[96];
        heard h = {0};
        ag_error err = {0};
        snprintf(url, sizeof url, "http://127.0.0.1:%d/archive/%s/letters.tar.gz", port,
                 cases[i].name);
        const ag_status status = fetch_from_archive(url, cases[i].bytes_max, &h, &err);
        CHECK((status == AG_OK) == !cases[i].says, "%s: %s", cases[i].name, err.text);
        CHECK(!cases[i].says || strstr(err.text, cases[i].says), "%s: %s", cases[i].name, err.text);
        CHECK(cases[i].says || strstr(h.text, "letters.tar.gz: fetched from"), "%s", h.text);
        CHECK((strstr(h.text, "spare is damaged") != NULL) == (strcmp(cases[i].name, "spare") == 0),
              "%s: %s", cases[i].name, h.text);
        if (status == AG_OK) {
            heard again = {0};
            CHECK(fetch_from_archive(url, 1, &again, &err) == AG_OK, "%s", err.text);
            CHECK(strstr(again.text, "already there") && !strstr(again.text, "http"), "%s",
                  again.text);
        }
        CHECK(take_away("sub/letters") == cases[i].letters, "%s: letters", cases[i].name);
        CHECK(take_away("spare") == cases[i].spare, "%s: spare", cases[i].name);
        take_away("sub");
        CHECK(files_left() == 0, "%s: %d files left", cases[i].name, files_left());
        CHECK(!take_away("../letters"), "%s: a file outside", cases[i].name);
    }
}

static void test_no_server(void) {
    static const char *const mirrors[] = {"http://127.0.0.1:1/", "http://no-such-host.invalid/",
                                          NULL};
    heard h = {0};
    ag_error err = {0};
    CHECK(fetch(mirrors, &h, &err) == AG_IO, "connection refused");
    CHECK(strstr(h.text, "127.0.0.1") && strstr(h.text, "no-such-host"), "%s", h.text);
    CHECK(strstr(err.text, "letters") && strstr(err.text, "2 mirrors"), "%s", err.text);
    CHECK(files_left() == 0, "%d files left", files_left());
}

static void test_stopped(int port) {
    char url[64];
    const char *const mirrors[] = {url, NULL};
    heard h = {.stop = true};
    ag_error err = {0};
    snprintf(url, sizeof url, "http://127.0.0.1:%d/good/", port);
    CHECK(fetch(mirrors, &h, &err) == AG_STOPPED, "%s", err.text);
    CHECK(files_left() == 0, "%d files left", files_left());
}

static void test_no_folder(void) {
    static const char *const mirrors[] = {"http://127.0.0.1:1/", NULL};
    heard h = {0};
    ag_error err = {0};
    setenv("XDG_CACHE_HOME", "/proc/nowhere", 1);
    CHECK(fetch(mirrors, &h, &err) == AG_IO && strstr(err.text, "/proc/nowhere"), "%s", err.text);
    setenv("XDG_CACHE_HOME", root, 1);
}

int main(void) {
    CHECK(mkdtemp(root), "a temporary folder");
    unsetenv("ACTGRID_DATA");
    unsetenv("ACTGRID_MIRROR");
    setenv("XDG_CACHE_HOME", root, 1);
    setenv("no_proxy", "*", 1); /* a proxy would answer in our server's place */
    signal(SIGPIPE, SIG_IGN);
    pid_t server = -1;
    make_archives();
    const int port = start_server(&server);
    if (port) {
        test_single_mirrors(port);
        test_mirrors_in_order(port);
        test_replaced_mirror(port);
        test_stopped(port);
        test_archives(port);
        kill(server, SIGKILL);
        waitpid(server, NULL, 0);
    } else
        printf("skipped: downloads, because there is no loopback network here\n");
    test_no_server();
    test_no_folder();
    static const char *const left[] = {"actgrid/datasets/abc", "actgrid/datasets", "actgrid", ""};
    for (int i = 0; i < AG_COUNT(left); i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", root, left[i]);
        rmdir(path);
    }
    return check_report();
}

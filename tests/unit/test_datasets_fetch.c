/* Downloads from a server of our own on 127.0.0.1: good ones, and all that goes wrong. */
#include "datasets/fetch.h"

#include "check.h"

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

static void answer(int connection, const char *path) {
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
    const int port = start_server(&server);
    if (port) {
        test_single_mirrors(port);
        test_mirrors_in_order(port);
        test_replaced_mirror(port);
        test_stopped(port);
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

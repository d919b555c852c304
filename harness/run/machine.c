#include "harness/run/machine.h"

#include "harness/base/digest.h"
#include "harness/base/float_mode.h"
#include "harness/base/isa.h"
#include "harness/base/text.h"
#include "harness/num/real.h"

#include "build.h" /* written by scripts/cmake/machine.cmake */
#include "revision.h"

#include <gnu/libc-version.h>
#include <omp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { FACTS_MAX = 32, VALUE_MAX = 256 };

/* A list being written. */
typedef struct list {
    ag_arena *arena;
    ag_fact *facts; /* [FACTS_MAX] */
    int n;
    bool failed;
} list;

static list list_open(ag_arena *arena) {
    list l = {.arena = arena, .facts = AG_NEW_ARRAY(arena, ag_fact, FACTS_MAX)};
    l.failed = !l.facts;
    return l;
}

static int list_close(const list *l, const ag_fact **facts) {
    if (l->failed) return -1;
    *facts = l->facts;
    return l->n;
}

__attribute__((format(printf, 3, 4))) static void add(list *l, const char *key, const char *format,
                                                      ...) {
    if (l->failed || l->n == FACTS_MAX) return;
    char text[VALUE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    char *value = AG_NEW_ARRAY(l->arena, char, strlen(text) + 1);
    l->failed = !value;
    if (!value) return;
    memcpy(value, text, strlen(text) + 1);
    l->facts[l->n++] = (ag_fact){key, value};
}

/* Sets text to what follows `key` and a colon in the first such line of a file of
 * /proc; with key "" to the first line. False if there is none. */
static bool read_line(const char *path, const char *key, char text[VALUE_MAX]) {
    FILE *file = fopen(path, "r");
    if (!file) return false;
    bool found = false;
    while (!found && fgets(text, VALUE_MAX, file)) {
        if (strncmp(text, key, strlen(key)) != 0) continue;
        const char *value = *key ? strchr(text, ':') : text;
        if (!value) continue;
        value += *key ? 1 : 0;
        value += strspn(value, " \t");
        memmove(text, value, strlen(value) + 1);
        text[strcspn(text, "\n")] = 0;
        found = true;
    }
    fclose(file);
    return found;
}

static void add_bytes(list *l, const char *key, double bytes) {
    char text[AG_HUMAN_MAX];
    ag_format_count(text, bytes);
    add(l, key, "%s%sB", text, strchr(text, ' ') ? "" : " ");
}

/* A line "16384 kB" of /proc/meminfo. */
static void add_meminfo(list *l, const char *key, const char *name) {
    char text[VALUE_MAX];
    if (read_line("/proc/meminfo", name, text)) add_bytes(l, key, 1024.0 * strtod(text, NULL));
}

static void add_build(list *l) {
    add(l, "version", "%s", AG_VERSION);
    add(l, "git_revision", "%s", ag_machine_revision());
    add(l, "compiler", "%s", AG_BUILD_COMPILER);
    add(l, "flags", "%s", AG_BUILD_FLAGS);
    add(l, "build_type", "%s", AG_BUILD_TYPE);
}

static void add_libraries(list *l) {
#define X(key, version) add(l, key, "%s", version);
    AG_BUILD_LIBRARIES(X)
#undef X
}

static void add_machine(list *l) {
    char text[VALUE_MAX];
    const bool named = read_line("/proc/cpuinfo", "model name", text);
    add(l, "cpu", "%s", named ? text : "unknown");
    add(l, "isa", "%s", ag_isa_name(ag_isa()));
    add(l, "cores", "%d", omp_get_num_procs());
    add(l, "threads", "%d", omp_get_max_threads());
    add_meminfo(l, "memory", "MemTotal");
    struct utsname name;
    if (uname(&name) < 0) return;
    add(l, "system", "%s %s %s", name.sysname, name.release, name.machine);
    add(l, "host", "%s", name.nodename);
}

int ag_machine_facts(ag_arena *arena, const ag_fact **facts) {
    list l = list_open(arena);
    add_build(&l);
    add_libraries(&l);
    add_machine(&l);
    return list_close(&l, facts);
}

/* --- origin --------------------------------------------------------------- */

/* false: its file cannot be read. */
static bool digest_of_program(uint64_t *digest) {
    enum { PIECE = 1 << 16 };
    unsigned char piece[PIECE];
    *digest = 0;
    FILE *file = fopen("/proc/self/exe", "rb");
    if (!file) return false;
    for (size_t n; (n = fread(piece, 1, PIECE, file)) > 0;)
        *digest = ag_digest(piece, n, *digest);
    const bool whole = !ferror(file);
    fclose(file);
    return whole;
}

uint64_t ag_machine_origin(char words[AG_ORIGIN_MAX]) {
    char cpu[VALUE_MAX], program[AG_ID_TEXT], text[2 * VALUE_MAX];
    if (!read_line("/proc/cpuinfo", "model name", cpu)) strcpy(cpu, "unknown processor");
    uint64_t digest;
    const bool known = digest_of_program(&digest);
    ag_id_text(program, digest);
    snprintf(words, AG_ORIGIN_MAX, "actgrid %s (%s, program %s, %s on %.64s)", AG_VERSION,
             ag_machine_revision(), program, ag_isa_name(ag_isa()), cpu);
    const int n = snprintf(text, sizeof text, "%s, %zu bytes, C library %s", words, sizeof(ag_real),
                           gnu_get_libc_version());
    return known ? ag_digest(text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1, 0) : 0;
}

/* --- limits --------------------------------------------------------------- */

static void add_ulimit(list *l, const char *key, int resource, bool bytes) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) < 0) return;
    if (limit.rlim_cur == RLIM_INFINITY)
        add(l, key, "unlimited");
    else if (bytes)
        add_bytes(l, key, (double)limit.rlim_cur);
    else
        add(l, key, "%.0f", (double)limit.rlim_cur);
}

/* Limits of a container (control groups, version 2, then 1). */
static void add_container(list *l) {
    char text[VALUE_MAX];
    double bytes = 0.0;
    if ((read_line("/sys/fs/cgroup/memory.max", "", text) ||
         read_line("/sys/fs/cgroup/memory/memory.limit_in_bytes", "", text)) &&
        ag_parse_number(text, &bytes) && bytes < 1e18)
        add_bytes(l, "memory_limit", bytes);
    else
        add(l, "memory_limit", "none");
    long quota = 0, period = 0; /* microseconds of processor time per period */
    if (read_line("/sys/fs/cgroup/cpu.max", "", text) &&
        sscanf(text, "%ld %ld", &quota, &period) == 2 && period > 0) /* NOLINT(cert-err34-c) */
        add(l, "cpu_limit", "%.3g cores", (double)quota / (double)period);
    else
        add(l, "cpu_limit", "none");
}

/* The highest instruction-set level that could be used, and why a lower one is. */
static void add_levels(list *l) {
    const char *asked = ag_isa_asked();
    add(l, "isa_processor", "%s", ag_isa_name(ag_isa_processor()));
    add(l, "isa_built", "%s", ag_isa_name(AG_ISA_MAX));
    add(l, "isa_forced", "%s%s", asked ? "ACTGRID_ISA=" : "no", asked ? asked : "");
}

int ag_machine_limits(ag_arena *arena, const ag_fact **facts) {
    list l = list_open(arena);
    add_meminfo(&l, "memory_available", "MemAvailable");
    add_container(&l);
    add_levels(&l);
    add_ulimit(&l, "address_space", RLIMIT_AS, true);
    add_ulimit(&l, "open_files", RLIMIT_NOFILE, false);
    struct statvfs disk;
    if (statvfs(".", &disk) == 0)
        add_bytes(&l, "disk_free", (double)disk.f_bavail * (double)disk.f_frsize);
    add(&l, "denormals", "%s", ag_machine_denormals() ? "alive" : "flushed to zero");
    return list_close(&l, facts);
}

const char *ag_machine_revision(void) { return AG_REVISION; }

bool ag_machine_denormals(void) { return ag_float_mode_is_set(); }

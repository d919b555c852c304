/* Arrays with nothing in front of them or nothing behind: whoever reads or writes one number
 * too many there is stopped, by masked instructions, too, which no sanitizer sees. */
#ifndef AG_TEST_GUARDED_H
#define AG_TEST_GUARDED_H

#include "harness/num/real.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct guarded {
    ag_real *at; /* [n]; its end is the end of the memory, or at_start: its start is the start */
    char *map;
    size_t bytes; /* of the map */
} guarded;

static guarded guarded_open(size_t n, bool at_start) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t room = (n * sizeof(ag_real) + page - 1) / page * page;
    guarded g = {.bytes = room + 2 * page};
    g.map = mmap(NULL, g.bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (g.map == MAP_FAILED || mprotect(g.map + page, room, PROT_READ | PROT_WRITE)) abort();
    g.at = (ag_real *)(void *)(g.map + page + (at_start ? 0 : room - n * sizeof(ag_real)));
    return g;
}

static void guarded_close(const guarded *g) { munmap(g->map, g->bytes); }

#endif

/* Where numbers come from: the program, how it was built, and the machine it runs
 * on. `run` stores the facts with its results, `doctor` prints them. */
#ifndef AG_MACHINE_H
#define AG_MACHINE_H

#include "harness/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct ag_fact {
    const char *key, *value;
} ag_fact;

/* What stays the same while the program runs: version, git_revision, compiler,
 * flags, build_type, the libraries it was built with (hdf5, sqlite, libyaml, zlib,
 * libcurl, libzip, liblzma, openssl, xxhash, gsl), cpu, isa (the level chosen,
 * harness/base/isa.h), cores, threads, memory, system, host. Writes the
 * list to *facts and returns its length, -1 when memory is out. */
int ag_machine_facts(ag_arena *arena, const ag_fact **facts);

/* What may differ a minute later: memory_available, memory_limit, cpu_limit,
 * open_files, address_space, disk_free (of the current folder), denormals; and for
 * the eye beside them isa_processor, isa_built, isa_forced. As above. */
int ag_machine_limits(ag_arena *arena, const ag_fact **facts);

enum { AG_ORIGIN_MAX = 160 };

/* A digest of what the bits of a trial depend on besides its settings and data: this program's
 * file, the size of its numbers, the C library, the processor and the level chosen. 0: not known,
 * as /proc/self/exe cannot be read, and then equal to no other. Writes the
 * same for people: "actgrid 0.3.0 (a1b2c3d4e5f6, program 0123456789abcdef, x86-64-v3 on ...)". */
uint64_t ag_machine_origin(char words[AG_ORIGIN_MAX]);

/* "a1b2c3d4e5f6", "a1b2c3d4e5f6 with changes", or "unknown" outside git. */
const char *ag_machine_revision(void);

/* FLT_MIN / 2 is not 0. One flag in a library can flush such numbers, and
 * vanishing gradients are what we measure. Of the calling thread. */
bool ag_machine_denormals(void);

#endif

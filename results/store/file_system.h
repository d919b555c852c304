/* What a folder lies on. On a file system that several machines may see, processes of two of them
 * share no memory, which SQLite's log (WAL) needs; and locks may mean something on one machine
 * only. */
#ifndef AG_FILE_SYSTEM_H
#define AG_FILE_SYSTEM_H

#include <stdbool.h>

typedef struct ag_file_system {
    char name[48];    /* "ext4", "NFS", "FUSE (fuse.sshfs)" */
    bool is_remote;   /* other machines may see it, or it cannot be told */
    bool locks_reach; /* flock keeps out processes of other machines, too */
} ag_file_system;

/* Of `folder` or, if there is none yet, of the first above it that is there. */
void ag_file_system_of(const char *folder, ag_file_system *fs);

/* What is done otherwise on `fs`, in words; "" if nothing is. */
enum { AG_FILE_SYSTEM_WORDS = 256 };
const char *ag_file_system_words(const ag_file_system *fs, char words[AG_FILE_SYSTEM_WORDS]);

#endif

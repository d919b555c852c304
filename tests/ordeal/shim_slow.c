/* A slow disk, for LD_PRELOAD: fsync and fdatasync take AG_SLOW milliseconds longer. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int sync_later(const char *name, int file) {
    int (*sync)(int);
    const char *word = getenv("AG_SLOW");
    const long ms = word ? strtol(word, NULL, 10) : 0;
    const struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&pause, NULL);
    *(void **)&sync = dlsym(RTLD_NEXT, name);
    return sync(file);
}

int fsync(int file) { return sync_later("fsync", file); }
int fdatasync(int file) { return sync_later("fdatasync", file); }

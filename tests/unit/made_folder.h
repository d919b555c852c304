/* A temporary folder for files that a test makes. */
#ifndef AG_MADE_FOLDER_H
#define AG_MADE_FOLDER_H

#include "check.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char made_folder[] = "/tmp/actgrid-test-XXXXXX";

static inline void made_folder_open(void) { CHECK(mkdtemp(made_folder), "a temporary folder"); }

static inline const char *made_path(char path[256], const char *name) {
    snprintf(path, 256, "%s/%s", made_folder, name);
    return path;
}

static inline void made_write(const char *name, const uint8_t *bytes, size_t n) {
    char path[256];
    FILE *file = fopen(made_path(path, name), "wb");
    CHECK(file && fwrite(bytes, 1, n, file) == n, "write %s", path);
    if (file) fclose(file);
}

static inline void made_folder_close(void) {
    DIR *folder = opendir(made_folder);
    for (const struct dirent *e; folder && (e = readdir(folder));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", made_folder, e->d_name);
        if (e->d_name[0] != '.') unlink(path);
    }
    if (folder) closedir(folder);
    rmdir(made_folder);
}

#endif

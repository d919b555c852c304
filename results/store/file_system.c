#define _DEFAULT_SOURCE /* major, minor */
#include "results/store/file_system.h"

#include "harness/base/catalogue.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

/* What flock means there; WITH and WITHOUT: if the file system is mounted with, without, one of
 * these options. */
typedef enum reach { HERE, EVERYWHERE, WITHOUT, WITH } reach;

typedef struct kind {
    unsigned long magic; /* f_type, of linux/magic.h and of the file systems' own sources */
    const char *name;
    reach locks;
    const char *options[3];
} kind;

/* Those that several machines may see. FUSE is anything from sshfs to a local disk of another
 * system: nothing is known, so nothing is relied on. */
static const kind remote[] = {
    {0x6969, "NFS", WITHOUT, {"nolock", "local_lock=all", "local_lock=flock"}},
    {0xff534d42, "SMB", WITHOUT, {"nobrl"}},
    {0xfe534d42, "SMB", WITHOUT, {"nobrl"}},
    {0x517b, "SMB", WITHOUT, {"nobrl"}},
    {0x65735546, "FUSE", HERE, {0}},
    {0x01021997, "9p", HERE, {0}},
    {0x0bd00bd0, "Lustre", WITH, {"flock"}},
    {0x47504653, "GPFS", EVERYWHERE, {0}},
    {0x5346414f, "AFS", EVERYWHERE, {0}},
    {0x6b414653, "AFS", EVERYWHERE, {0}},
    {0x00c36400, "CephFS", EVERYWHERE, {0}},
    {0x01161970, "GFS2", EVERYWHERE, {0}},
    {0x7461636f, "OCFS2", EVERYWHERE, {0}},
    {0xaad7aaea, "PanFS", EVERYWHERE, {0}},
    {0x19830326, "BeeGFS", HERE, {0}},
    {0x20030528, "OrangeFS", HERE, {0}},
    {0x73757245, "Coda", HERE, {0}},
    {0x564c, "NCP", HERE, {0}},
    {0x786f4256, "VirtualBox's shared folders", HERE, {0}},
    {0xbacbacbc, "VMware's shared folders", HERE, {0}},
};

static const kind *find(unsigned long magic) {
    for (int i = 0; i < AG_COUNT(remote); i++)
        if (remote[i].magic == (magic & 0xffffffff)) return &remote[i];
    return NULL;
}

/* --- how it is mounted ---------------------------------------------------------------- */

typedef struct mounting {
    char type[32], options[1024];
} mounting;

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue" */
static bool read_mounting(const char *folder, mounting *m) {
    struct stat at;
    char line[4096], device[32];
    FILE *file = stat(folder, &at) == 0 ? fopen("/proc/self/mountinfo", "r") : NULL;
    if (!file) return false;
    snprintf(device, sizeof device, " %u:%u ", major(at.st_dev), minor(at.st_dev));
    bool found = false;
    while (!found && fgets(line, sizeof line, file)) {
        const char *here = strstr(line, device), *behind = strstr(line, " - ");
        found = here && behind && here < behind &&
                sscanf(behind, " - %31s %*s %1023s", m->type, m->options) == 2;
    }
    fclose(file);
    return found;
}

/* Whether `word` stands between two commas. */
static bool has_option(const char *options, const char *word) {
    const size_t n = strlen(word);
    for (const char *at = options; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, word, n) == 0 && (at[n] == ',' || at[n] == '\0')) return true;
    }
    return false;
}

static bool locks_reach(const kind *k, const mounting *m) {
    bool has = false;
    for (int i = 0; i < AG_COUNT(k->options) && k->options[i]; i++)
        has = has || has_option(m->options, k->options[i]);
    switch (k->locks) {
    case EVERYWHERE: return true;
    case WITHOUT: return m->type[0] && !has;
    case WITH: return has;
    case HERE: break;
    }
    return false;
}

/* --- the whole ------------------------------------------------------------------------- */

/* The folder itself, or what stands above it; "." at the end. */
static bool ask(const char *folder, char there[PATH_MAX], struct statfs *s) {
    if ((size_t)snprintf(there, PATH_MAX, "%s", folder) >= PATH_MAX) return false;
    while (statfs(there, s) != 0) {
        char *slash = strrchr(there, '/');
        if (strcmp(there, ".") == 0 || strcmp(there, "/") == 0) return false;
        if (!slash)
            strcpy(there, ".");
        else
            slash[slash == there] = '\0';
    }
    return true;
}

void ag_file_system_of(const char *folder, ag_file_system *fs) {
    char there[PATH_MAX];
    struct statfs s;
    mounting m = {{0}, {0}};
    *fs = (ag_file_system){.name = "unknown", .locks_reach = true};
    if (!ask(folder, there, &s)) return;
    const kind *k = find((unsigned long)s.f_type);
    const bool known = read_mounting(there, &m);
    if (known) snprintf(fs->name, sizeof fs->name, "%s", m.type);
    if (!k) return;
    fs->is_remote = true;
    fs->locks_reach = locks_reach(k, &m);
    if (strncmp(m.type, "fuse.", 5) == 0 || strcmp(m.type, "virtiofs") == 0)
        snprintf(fs->name, sizeof fs->name, "%s (%s)", k->name, m.type);
    else
        snprintf(fs->name, sizeof fs->name, "%s", k->name);
}

const char *ag_file_system_words(const ag_file_system *fs, char words[AG_FILE_SYSTEM_WORDS]) {
    words[0] = '\0';
    if (fs->is_remote)
        snprintf(words, AG_FILE_SYSTEM_WORDS,
                 "other machines may see it, so results.sqlite is written without shared memory"
                 " (journal_mode DELETE, slower)%s",
                 fs->locks_reach ? ""
                                 : ", and locks do not reach them: let one machine at a time run "
                                   "on a store");
    return words;
}

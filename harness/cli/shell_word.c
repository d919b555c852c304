#include "harness/cli/shell_word.h"

#include <stdbool.h>
#include <string.h>

static const char SAFE[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=@%+,-";

const char *ag_shell_word(const char *text, ag_arena *arena) {
    const bool option = text[0] == '-', safe = text[0] && text[strspn(text, SAFE)] == '\0';
    if (safe && !option) return text;
    char *word = AG_NEW_ARRAY(arena, char, 4 * strlen(text) + 5), *to = word;
    if (!word) return NULL;
    if (!safe) *to++ = '\'';
    if (option) to = strcpy(to, "./") + 2;
    for (const char *from = text; *from; from++) {
        if (*from == '\'')
            to = strcpy(to, "'\\''") + 4;
        else
            *to++ = *from;
    }
    if (!safe) *to++ = '\'';
    *to = '\0';
    return word;
}

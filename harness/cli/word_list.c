#include "harness/cli/word_list.h"

#include <string.h>

/* Each in its own piece of memory, to be cut further. NULL: too many, or no memory. */
static char **split(const ag_call *call, const char *text, int *n) {
    char **words = AG_NEW_ARRAY(call->arena, char *, AG_WORD_LIST_MAX);
    *n = 0;
    while (words && *text) {
        const size_t length = strcspn(text, ",");
        char *word = AG_NEW_ARRAY(call->arena, char, length + 1);
        if (!word || *n == AG_WORD_LIST_MAX) return NULL;
        memcpy(word, text, length);
        words[(*n)++] = word;
        text += length + (text[length] == ',');
    }
    return words;
}

int ag_word_list(const ag_call *call, const char *option, const char *text,
                 const char *const **words, int *n) {
    *words = (const char *const *)split(call, text, n);
    if (!*words)
        return ag_call_usage(call, "--%s has more than %d words", option, AG_WORD_LIST_MAX);
    return 0;
}

int ag_word_conditions(const ag_call *call, const ag_condition **at, int *n) {
    const char *text = ag_call_value(call, "at");
    *at = NULL;
    *n = 0;
    if (!text) return 0;
    char **words = split(call, text, n);
    ag_condition *list = AG_NEW_ARRAY(call->arena, ag_condition, AG_WORD_LIST_MAX);
    if (!words || !list)
        return ag_call_usage(call, "--at has more than %d conditions", AG_WORD_LIST_MAX);
    for (int i = 0; i < *n; i++) {
        char *equals = strchr(words[i], '=');
        if (!equals || equals == words[i])
            return ag_call_usage(call, "--at is '%s', must be key=value, as model.depth=8",
                                 words[i]);
        *equals = '\0';
        list[i] = (ag_condition){.key = words[i], .value = equals + 1};
    }
    *at = list;
    return 0;
}

#include "harness/base/nearest.h"

#include "harness/base/text.h"

#include <stdio.h>
#include <string.h>

enum { FAR = 4, PREFIX_MIN = 3 };

ag_nearest ag_nearest_begin(const char *word) {
    return (ag_nearest){.word = word, .distance = FAR};
}

/* FAR or more: not near. */
static int distance(const char *word, const char *candidate) {
    const size_t n = strlen(word), m = strlen(candidate);
    const int d = ag_word_distance(word, candidate);
    if (d < FAR && 2 * (size_t)d <= (n > m ? n : m)) return d;
    return n >= PREFIX_MIN && strncmp(word, candidate, n) == 0 ? FAR - 1 : FAR;
}

void ag_nearest_offer(ag_nearest *nearest, const char *candidate) {
    if (strcmp(nearest->word, candidate) == 0 || strlen(candidate) >= AG_NEAREST_MAX) return;
    const int d = distance(nearest->word, candidate);
    if (d >= nearest->distance) return;
    nearest->distance = d;
    strcpy(nearest->best, candidate);
}

const char *ag_nearest_hint(char text[AG_HINT_MAX], const ag_nearest *nearest,
                            const char *otherwise) {
    if (nearest->best[0])
        snprintf(text, AG_HINT_MAX, "; did you mean '%s'?", nearest->best);
    else
        snprintf(text, AG_HINT_MAX, "%s", otherwise);
    return text;
}

#include "harness/config/nearest.h"

#include "harness/base/text.h"

#include <stdio.h>
#include <string.h>

ag_nearest ag_nearest_begin(const char *word) { return (ag_nearest){.word = word, .distance = 4}; }

void ag_nearest_offer(ag_nearest *nearest, const char *candidate) {
    const int d = ag_word_distance(nearest->word, candidate);
    const size_t n = strlen(nearest->word), m = strlen(candidate);
    if (d >= nearest->distance || 2 * (size_t)d > (n > m ? n : m)) return;
    nearest->distance = d;
    nearest->best = candidate;
}

const char *ag_nearest_hint(char text[AG_HINT_MAX], const ag_nearest *nearest,
                            const char *otherwise) {
    if (nearest->best)
        snprintf(text, AG_HINT_MAX, "; did you mean '%s'?", nearest->best);
    else
        snprintf(text, AG_HINT_MAX, "%s", otherwise);
    return text;
}

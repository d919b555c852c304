/* The nearest right word, for error messages. */
#ifndef AG_NEAREST_H
#define AG_NEAREST_H

enum { AG_HINT_MAX = 128, AG_NEAREST_MAX = 64 };

/* Offer words one by one; `best` is a copy of the nearest so far, "" if all are far:
 * more than 3 edits, or more than half of the longer word. A candidate that goes on
 * where a word of 3 letters or more ends (val_loss, val_loss_mean) is near, too, but
 * behind those that need fewer edits. The word itself is never an answer. */
typedef struct ag_nearest {
    const char *word;
    char best[AG_NEAREST_MAX];
    int distance;
} ag_nearest;

ag_nearest ag_nearest_begin(const char *word);
void ag_nearest_offer(ag_nearest *nearest, const char *candidate);

/* "; did you mean 'relu'?", or `otherwise` if nothing was near. Returns text. */
const char *ag_nearest_hint(char text[AG_HINT_MAX], const ag_nearest *nearest,
                            const char *otherwise);

#endif

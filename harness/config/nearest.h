/* The nearest right word, for error messages. */
#ifndef AG_NEAREST_H
#define AG_NEAREST_H

/* Offer words one by one; `best` is the nearest so far, NULL if all are far: more
 * than 3 edits, or more than half of the longer word. */
typedef struct ag_nearest {
    const char *word, *best;
    int distance;
} ag_nearest;

ag_nearest ag_nearest_begin(const char *word);
void ag_nearest_offer(ag_nearest *nearest, const char *candidate);

enum { AG_HINT_MAX = 128 };

/* "; did you mean 'relu'?", or `otherwise` if nothing was near. Returns text. */
const char *ag_nearest_hint(char text[AG_HINT_MAX], const ag_nearest *nearest,
                            const char *otherwise);

#endif

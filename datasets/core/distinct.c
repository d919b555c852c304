#include "datasets/core/distinct.h"

#include "harness/base/digest.h"

#include <string.h>

enum { ROOM_FIRST = 8 };

/* Slot of a text, or the free one where it belongs. */
static size_t slot_of(const ag_distinct *d, const char *text) {
    const size_t mask = 2 * d->room - 1;
    size_t i = (size_t)ag_digest(text, strlen(text), 0) & mask;
    while (d->slot[i] && strcmp(d->text[d->slot[i] - 1], text) != 0)
        i = (i + 1) & mask;
    return i;
}

static bool grow(ag_distinct *d, ag_arena *arena) {
    const size_t room = d->room ? 2 * d->room : ROOM_FIRST;
    ag_distinct larger = {.n = d->n,
                          .room = room,
                          .text = AG_NEW_ARRAY(arena, const char *, room),
                          .count = AG_NEW_ARRAY(arena, size_t, room),
                          .slot = AG_NEW_ARRAY(arena, uint32_t, 2 * room)};
    if (!larger.text || !larger.count || !larger.slot) return false;
    for (size_t i = 0; i < d->n; i++) {
        larger.text[i] = d->text[i];
        larger.count[i] = d->count[i];
        larger.slot[slot_of(&larger, d->text[i])] = (uint32_t)i + 1;
    }
    *d = larger;
    return true;
}

bool ag_distinct_add(ag_distinct *d, const char *text, ag_arena *arena) {
    if (d->n == d->room && !grow(d, arena)) return false;
    const size_t slot = slot_of(d, text);
    if (d->slot[slot]) {
        d->count[d->slot[slot] - 1]++;
        return true;
    }
    const size_t size = strlen(text) + 1;
    char *copy = AG_NEW_ARRAY(arena, char, size);
    if (!copy) return false;
    d->text[d->n] = memcpy(copy, text, size);
    d->count[d->n] = 1;
    d->slot[slot] = (uint32_t)++d->n;
    return true;
}

long ag_distinct_find(const ag_distinct *d, const char *text) {
    return d->n ? (long)d->slot[slot_of(d, text)] - 1 : -1;
}

/* Which values a dropout layer leaves out of a pass.
 *
 * Drawn from (seed, step, number of the dropout layer in the net, place of the value in
 * the mini-batch), so trials of one seed leave out the same places whatever else differs
 * between them. Places are counted channels first, whatever the order they are kept in:
 * the same on every machine. */
#ifndef AG_MASK_H
#define AG_MASK_H

#include "models/net.h"

typedef struct ag_mask {
    double rate;         /* share of values left out, 0 <= rate < 1 */
    int number;          /* of the dropout layer in its net, from 0 */
    bool on;             /* this pass leaves values out; if not, `kept` is not filled */
    unsigned char *kept; /* [rows][in]: 1, or 0 where the value is left out */
    uint32_t *place;     /* [in] of value i, channels first; NULL: they lie so */
} ag_mask;

/* A layer of this kind, whose `own` begins with an ag_mask. */
void ag_mask_add(ag_net *net, const ag_layer_kind *kind, double rate);

/* For ag_layer_kind.open and .bytes. */
ag_status ag_mask_open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err);
size_t ag_mask_bytes(const ag_layer *self, int rows_max);

/* Draws the mask of this pass; false where nothing is left out. */
bool ag_mask_draw(ag_layer *self, int rows);

#endif

#include "harness/num/gemm.h"

/* Operations of a chunk at least: some 4 us at full speed, against half a microsecond to hand
 * one over. As every number of c is a chain of its own, a cut changes no bits and may depend on
 * how many there are to share it: a few chunks for each, as they do not all begin at once. */
enum { CHUNK = 1 << 20, CHUNKS_EACH = 4, COLUMNS = 16, ROWS = 14 };

/* ... and at most, so that one can leave: the largest products take minutes. With chunks of 2e9 the
 * gradient of 8192 x 8192 weights took 1.7 times as long: each reads all of one factor. */
static const double CHUNK_MOST = 1e10;

typedef struct cut {
    const ag_product *whole;
    const atomic_int *stop;
    bool by_columns;
    int step; /* columns or rows of a chunk */
} cut;

static void multiply(void *context, int chunk, int member) {
    const cut *c = context;
    ag_product part = *c->whole;
    (void)member;
    if (ag_is_stopped(c->stop)) return;
    const int first = chunk * c->step;
    if (c->by_columns) {
        part.n = part.n - first < c->step ? part.n - first : c->step;
        part.b += part.b_transposed ? first * part.b_row : first;
        if (part.bias) part.bias += first;
        part.c += first;
    } else {
        part.m = part.m - first < c->step ? part.m - first : c->step;
        part.a += part.a_transposed ? first : first * part.a_row;
        part.c += first * part.c_row;
    }
    ag_gemm(&part);
}

static int parts(int n, int size) { return (n + size - 1) / size; }

void ag_gemm_shared(ag_team *team, const atomic_int *stop, const ag_product *p) {
    const double operations = 2.0 * p->m * p->n * p->k;
    const int members = ag_team_members(team);
    if ((members == 1 && operations < 2 * CHUNK_MOST) || operations < 2 * CHUNK) {
        ag_gemm(p);
        return;
    }
    cut c = {.whole = p, .stop = stop, .by_columns = p->b_transposed || p->n >= p->m};
    const int length = c.by_columns ? p->n : p->m, unit = c.by_columns ? COLUMNS : ROWS;
    const double most = operations / CHUNK, least = operations / CHUNK_MOST;
    const double each = members * CHUNKS_EACH > least ? members * CHUNKS_EACH : least;
    int chunks = (int)(most < each ? most : each);
    if (chunks > members) chunks -= chunks % members;
    c.step = parts(parts(length, chunks), unit) * unit;
    ag_team_for(team, parts(length, c.step), multiply, &c);
}

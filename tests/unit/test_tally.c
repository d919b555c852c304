/* Tally: counts and moments of channels in every order in which they can lie, whole or
 * piece by piece, against a plain loop. */
#include "check.h"
#include "harness/base/random.h"
#include "harness/probes/tally.h"

#include <math.h>

enum { CHANNELS = 96, ROWS = 7, PLACES = 6, N = CHANNELS * PLACES };
static const ag_shape shape = {CHANNELS, 2, 3};

static ag_real z[ROWS * N], a[ROWS * N], slope[ROWS * N];

/* Channel c: mean about c, every 7th dead, every 5th with zeros. */
static void fill(int block) {
    ag_stream random = ag_stream_open(3, AG_RANDOM_TEST, 0);
    for (int e = 0; e < ROWS; e++)
        for (int c = 0; c < CHANNELS; c++)
            for (size_t place = 0; place < PLACES; place++) {
                const size_t i = (size_t)e * N + ag_shape_index(shape, block, c, place);
                z[i] = (ag_real)(c + ag_random_normal(&random));
                a[i] = c % 5 == 0 && (e + (int)place) % 2 ? 0 : (ag_real)(1e4 + (double)z[i]);
                slope[i] = c % 7 == 0 ? (ag_real)-9e-7 : (e == 2 ? (ag_real)0.009 : 1);
            }
}

static ag_tally by_hand(int block, int c) {
    ag_tally t = {.n = ROWS * PLACES};
    for (int pass = 0; pass < 2; pass++)
        for (int e = 0; e < ROWS; e++)
            for (size_t place = 0; place < PLACES; place++) {
                const size_t i = (size_t)e * N + ag_shape_index(shape, block, c, place);
                if (pass == 0) {
                    t.z_mean += (double)z[i] / t.n;
                    t.a_mean += (double)a[i] / t.n;
                    t.zero += a[i] == 0;
                    t.saturated += fabs((double)slope[i]) < AG_SATURATED;
                    t.live += !(fabs((double)slope[i]) < AG_DEAD);
                } else {
                    t.z_spread += ((double)z[i] - t.z_mean) * ((double)z[i] - t.z_mean);
                    t.a_spread += ((double)a[i] - t.a_mean) * ((double)a[i] - t.a_mean);
                }
            }
    return t;
}

static void compare(const ag_tally *t, const ag_tally *want, int block, int c) {
    CHECK(t->n == want->n && t->zero == want->zero && t->saturated == want->saturated &&
              t->live == want->live,
          "block %d, channel %d: counts", block, c);
    CHECK(fabs(t->z_mean - want->z_mean) < 1e-12 * (1 + c) &&
              fabs(t->a_mean - want->a_mean) < 1e-8 &&
              fabs(t->z_spread - want->z_spread) < 1e-10 * want->z_spread &&
              fabs(t->a_spread - want->a_spread) < 1e-9 * want->a_spread,
          "block %d, channel %d: moments", block, c);
}

static void test_every_order(void) {
    static const int blocks[] = {1, 8, 16, 96};
    for (int b = 0; b < 4; b++) {
        const int block = blocks[b];
        fill(block);
        const ag_layer before = {.out = shape, .out_block = block, .y = z};
        const ag_layer act = {.out = shape, .out_block = block, .y = a, .dydz = slope};
        const ag_stage stage = {.weights = &before, .preactivation = &before, .activation = &act};
        ag_tally whole[CHANNELS] = {{0}};
        ag_tally_add(&stage, ROWS, whole);
        ag_tally pieces[CHANNELS] = {{0}}; /* 3 rows, then 4 */
        ag_tally_add(&stage, 3, pieces);
        const ag_layer before_2 = {.out = shape, .out_block = block, .y = z + 3 * N};
        const ag_layer act_2 = {
            .out = shape, .out_block = block, .y = a + 3 * N, .dydz = slope + 3 * N};
        const ag_stage rest = {.preactivation = &before_2, .activation = &act_2};
        ag_tally_add(&rest, ROWS - 3, pieces);
        for (int c = 0; c < CHANNELS; c++) {
            const ag_tally want = by_hand(block, c);
            compare(&whole[c], &want, block, c);
            compare(&pieces[c], &want, block, c);
        }
    }
}

/* A number that is none stays none, and is not called dead. */
static void test_nan(void) {
    fill(1);
    z[0] = a[0] = slope[0] = (ag_real)NAN; /* channel 0 */
    const ag_layer before = {.out = shape, .out_block = 1, .y = z};
    const ag_layer act = {.out = shape, .out_block = 1, .y = a, .dydz = slope};
    const ag_stage stage = {.preactivation = &before, .activation = &act};
    ag_tally tally[CHANNELS] = {{0}};
    ag_tally_add(&stage, ROWS, tally);
    CHECK(isnan(tally[0].z_mean) && isnan(tally[0].a_spread), "NaN is kept");
    CHECK(tally[0].live == 1, "and alive");
    CHECK(isfinite(tally[1].a_mean), "other channels have their numbers");
}

int main(void) {
    test_every_order();
    test_nan();
    return check_report();
}

/* Live channels: in every order in which channels can lie, piece by piece, against a plain
 * loop; values at the limit, and NaN. */
#include "check.h"
#include "harness/base/random.h"
#include "harness/probes/core/sums.h"

#include <math.h>
#include <string.h>

enum { CHANNELS_MAX = 100, ROWS = 40, PLACES_MAX = 6 };

static ag_real slope[ROWS * CHANNELS_MAX * PLACES_MAX];
static const ag_real limit = (ag_real)AG_DEAD;

/* Of each channel at most one value is not below the limit. */
static void fill(ag_shape shape, int block, bool by_hand[CHANNELS_MAX]) {
    const size_t places = ag_shape_area(shape), each = ag_shape_size(shape);
    const ag_real lively[] = {1, -1, limit * 2, (ag_real)NAN, (ag_real)-INFINITY};
    ag_stream random = ag_stream_open(5, AG_RANDOM_TEST, 0);
    for (size_t i = 0; i < ROWS * each; i++)
        slope[i] = (ag_real)((i % 2 ? 0.99e-6 : -0.99e-6) * ag_random_uniform(&random));
    for (int c = 0; c < shape.channels; c++) {
        by_hand[c] = ag_random_uniform(&random) < 0.7;
        if (!by_hand[c]) continue;
        const size_t e = (size_t)(ag_random_uniform(&random) * ROWS);
        const size_t place = (size_t)(ag_random_uniform(&random) * (double)places);
        slope[e * each + ag_shape_index(shape, block, c, place)] = lively[c % AG_COUNT(lively)];
    }
}

static void check_order(ag_shape shape, int block, int piece) {
    bool by_hand[CHANNELS_MAX];
    int live[CHANNELS_MAX + 1] = {0}, n = 0;
    fill(shape, block, by_hand);
    const ag_layer act = {.out = shape, .out_block = block, .dydz = slope};
    const ag_stage stage = {.preactivation = &act, .activation = &act};
    bool every = false;
    for (int first = 0; first < ROWS; first += piece)
        every = ag_mark_live(&stage, first, ROWS - first < piece ? ROWS - first : piece, live);
    for (int c = 0; c < shape.channels; c++) {
        CHECK(live[c] == by_hand[c], "%d channels in %d, pieces of %d: channel %d is %d",
              shape.channels, block, piece, c, live[c]);
        n += by_hand[c];
    }
    CHECK(live[shape.channels] == 0 && every == (n == shape.channels), "%d channels in %d",
          shape.channels, block);
}

int main(void) {
    static const int channels[] = {1, 7, 15, 16, 17, 31, 32, 40, 64, 96, 100};
    for (int i = 0; i < AG_COUNT(channels); i++)
        for (int piece = 1; piece <= ROWS; piece += 13)
            for (int whole = 0; whole < 2; whole++) {
                const int block = whole ? channels[i] : 1;
                check_order((ag_shape){channels[i], 2, 3}, block, piece);
                check_order((ag_shape){channels[i], 1, 1}, block, piece);
            }
    check_order((ag_shape){96, 1, 1}, 16, 9);
    check_order((ag_shape){96, 2, 3}, 32, 9);
    check_order((ag_shape){96, 2, 3}, 48, 40);
    return check_report();
}

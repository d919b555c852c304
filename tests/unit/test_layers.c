/* Layers, beyond what differences of whole nets show (tests/numeric): sums over many
 * units and examples, whatever the blocks they are made in. */
#include "check.h"
#include "harness/num/channels.h"
#include "harness/num/norms.h"
#include "models/layers.h"

#include <string.h>

static void test_learned(ag_learned how, int units, int rows) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_choice prelu = ag_choice_standard(ag_catalogue_find(&ag_activations, "prelu"));
    prelu.number[ag_element_param(prelu.element, "learned")] = how;
    ag_net net;
    CHECK(ag_net_begin(&net, (ag_shape){1, 1, 1}, 2, &arena, &err) == AG_OK, "%s", err.text);
    ag_net_add_dense(&net, units, true, "hidden1");
    ag_net_add_activation(&net, &prelu);
    CHECK(ag_net_measure(&net, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_open(&net, rows, &arena, &err) == AG_OK, "%s", err.text);
    ag_layer *last = ag_net_last(&net), *first = &net.layers[0];
    const int n_learned = (int)last->slice[AG_ROLE_LEARNED].n, all = rows * units;
    CHECK(n_learned == (how == AG_LEARNED_PER_CHANNEL ? units : 1), "%d learned", n_learned);
    for (int u = 0; u < units; u++)
        first->parameter[AG_ROLE_WEIGHT][u] = (ag_real)(u % 2 ? -1.0 : 1.0);
    for (int c = 0; c < n_learned; c++)
        last->parameter[AG_ROLE_LEARNED][c] = (ag_real)(0.25 + 0.01 * c);
    ag_real *x = AG_NEW_ARRAY(&arena, ag_real, (size_t)rows);
    for (int e = 0; e < rows; e++)
        x[e] = (ag_real)(e % 3 - 1.25);
    const ag_real *y = ag_net_forward(&net, rows, x);
    for (int i = 0; i < all; i++) {
        const double z = (double)first->y[i],
                     slope = 0.25 + (n_learned > 1 ? 0.01 * (i % units) : 0);
        CHECK(close_to((double)y[i], z > 0 ? z : slope * z, 1e-6, 0), "y[%d] is %g", i,
              (double)y[i]);
        last->dy[i] = (ag_real)(0.1 * (i % 7) - 0.25);
    }
    ag_net_backward(&net, rows);
    for (int c = 0; c < n_learned; c++) {
        double sum = 0;
        for (int i = 0; i < all; i++)
            if ((n_learned == 1 || i % units == c) && first->y[i] < 0)
                sum += (double)(ag_real)(0.1 * (i % 7) - 0.25) * (double)first->y[i];
        const double got = (double)last->gradient[AG_ROLE_LEARNED][c];
        CHECK(close_to(got, sum, 1e-6, 1e-6), "%d units, %d examples: d/dp[%d] = %g, not %g", units,
              rows, c, got, sum);
    }
    ag_arena_close(&arena);
}

static ag_net rrelu_net(ag_shape in, int rows, ag_arena *arena, ag_error *err) {
    const ag_choice rrelu = ag_choice_standard(ag_catalogue_find(&ag_activations, "rrelu"));
    ag_net net;
    CHECK(ag_net_begin(&net, in, 2, arena, err) == AG_OK, "%s", err->text);
    ag_net_add_activation(&net, &rrelu);
    ag_net_add_activation(&net, &rrelu);
    CHECK(ag_net_measure(&net, err) == AG_OK, "%s", err->text);
    CHECK(ag_net_open(&net, rows, arena, err) == AG_OK, "%s", err->text);
    return net;
}

/* Random slopes in training: within their bounds, of their mean, others in every step, layer
 * and place, the same again for the same step, and the derivative's; their mean in evaluation. */
static void test_drawn(void) {
    enum { ROWS = 50, N = 6 * 7 * 5, ALL = ROWS * N };
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_net net = rrelu_net((ag_shape){6, 7, 5}, ROWS, &arena, &err);
    ag_real *x = AG_NEW_ARRAY(&arena, ag_real, ALL), *before = AG_NEW_ARRAY(&arena, ag_real, ALL);
    for (int i = 0; i < ALL; i++)
        x[i] = -1;
    ag_net_forward(&net, ROWS, x);
    for (int i = 0; i < ALL; i++)
        CHECK(close_to((double)net.layers[0].y[i], -11.0 / 48, 1e-6, 0), "%g",
              (double)net.layers[0].y[i]);
    *net.mode = (ag_mode){.training = true, .seed = 3, .step = 1};
    ag_net_forward(&net, ROWS, x);
    const ag_layer *first = &net.layers[0], *second = &net.layers[1];
    double mean = 0;
    int same_layer = 0, same_step = 0, same_place = 0, again = 0;
    for (int i = 0; i < ALL; i++) {
        const double slope = -(double)first->y[i];
        CHECK(slope >= 0.125 && slope < 1.0 / 3 + 1e-7, "slope %g", slope);
        CHECK(first->dydz[i] == -first->y[i], "derivative %g", (double)first->dydz[i]);
        mean += slope / ALL;
        same_layer += second->dydz[i] == first->dydz[i];
        same_place += i > 0 && first->y[i] == first->y[i - 1];
        before[i] = first->y[i];
    }
    CHECK(close_to(mean, 11.0 / 48, 0, 0.003), "mean slope %g", mean);
    net.mode->step = 2;
    ag_net_forward(&net, ROWS, x);
    for (int i = 0; i < ALL; i++)
        same_step += first->y[i] == before[i];
    net.mode->step = 1;
    ag_net_forward(&net, ROWS, x);
    for (int i = 0; i < ALL; i++)
        again += first->y[i] == before[i];
    CHECK(same_layer < 20 && same_step < 20 && same_place < 20 && again == ALL,
          "%d in both layers, %d in both steps, %d beside each other, %d of %d again", same_layer,
          same_step, same_place, again, ALL);
    ag_arena_close(&arena);
}

static void test_sums(void) {
    ag_real x[100], y[100];
    for (int i = 0; i < 100; i++) {
        x[i] = (ag_real)(i % 11 - 4);
        y[i] = (ag_real)(i % 7 - 3);
    }
    for (size_t n = 0; n <= 100; n++) { /* whole numbers: exact in any order */
        double products = 0, squares = 0, differences = 0;
        for (size_t i = 0; i < n; i++) {
            products += (double)x[i] * (double)y[i];
            squares += (double)x[i] * (double)x[i];
            differences += ((double)x[i] - (double)y[i]) * ((double)x[i] - (double)y[i]);
        }
        CHECK(ag_sum_products(n, x, y) == products, "%zu products", n);
        CHECK(ag_sum_squares(n, x) == squares, "%zu squares", n);
        CHECK(ag_sum_squared_difference(n, x, y) == differences, "%zu differences", n);
    }
    for (size_t i = 0; i < 100; i++) { /* wherever it stands */
        const ag_real kept = x[i];
        x[i] = (ag_real)(i % 2 ? NAN : -HUGE_VALF);
        CHECK(!ag_all_finite(100, x) && ag_all_finite(i, x), "not finite at %zu", i);
        CHECK(!isfinite(ag_sum_squares(100, x)) && isfinite(ag_sum_squares(i, x)),
              "squares: not finite at %zu", i);
        x[i] = kept;
    }
}

/* Squares that no float holds, at both ends, alone and beside others. */
static void test_sums_of_extremes(void) {
    enum { N = 5000 };
    static const float sizes[] = {3e38f, 2e19f, 1e-19f, 3e-23f, 1e-40f, 1e-45f};
    static ag_real x[N];
    for (int k = 0; k < (int)(sizeof sizes / sizeof *sizes); k++)
        for (int every = 1; every <= 1000; every *= 10) {
            double want = 0;
            for (int i = 0; i < N; i++) {
                x[i] = i % every ? (ag_real)1e-20 : (ag_real)sizes[k];
                want += (double)x[i] * (double)x[i];
            }
            const double got = ag_sum_squares(N, x);
            CHECK(fabs(got - want) <= 3e-6 * want, "squares of %g, one in %d: %.9g, not %.9g",
                  (double)sizes[k], every, got, want);
        }
}

/* Sums and maps over channels, for every order and around the lengths of lanes and blocks:
 * whole numbers, so exact in any order of summing. */
static void check_channels(ag_shape shape, int block, int rows) {
    enum { ALL = 4096, MOST = 128 };
    static ag_real a[ALL], b[ALL], y[ALL];
    static double sum[MOST], away[MOST], squares[MOST], products[MOST], center[MOST];
    static double got[MOST], second[MOST];
    const size_t n = ag_shape_size(shape), area = ag_shape_area(shape);
    const ag_channels at = {rows, shape, block};
    ag_real coefficient[4][MOST];
    for (int c = 0; c < shape.channels; c++) {
        sum[c] = away[c] = squares[c] = products[c] = 0;
        center[c] = c % 5 - 2;
        coefficient[0][c] = (ag_real)(c % 3);
        coefficient[1][c] = (ag_real)(c % 7 - 3);
        coefficient[2][c] = (ag_real)(c % 11);
        coefficient[3][c] = (ag_real)(c % 4 - 1);
    }
    for (size_t i = 0; i < (size_t)rows * n; i++) {
        a[i] = (ag_real)((double)(i * i % 23) - 11);
        b[i] = (ag_real)((double)(i * 7 % 19) - 9);
    }
    const ag_channel_plane plane = {coefficient[0], coefficient[1], coefficient[2], coefficient[3]};
    for (int pass = 0; pass < 3; pass++) { /* a line, then a plane, then one in place */
        if (pass == 2) memcpy(y, b, sizeof y);
        ag_channel_map(at, &plane, a, pass == 0 ? NULL : pass == 1 ? b : y, y);
        for (size_t e = 0; e < (size_t)rows; e++)
            for (size_t i = 0; i < n; i++) {
                const int c = (int)(i / area);
                const size_t place = e * n + ag_shape_index(shape, block, c, i % area);
                const double x = (double)a[place], other = (double)b[place];
                const double line =
                    (x - c % 3) * (c % 7 - 3) + c % 11 + (pass ? other * (c % 4 - 1) : 0);
                CHECK((double)y[place] == line, "%d by %d: y = %g, not %g", shape.channels, block,
                      (double)y[place], line);
                if (pass) continue;
                sum[c] += x;
                away[c] += x - center[c];
                squares[c] += (x - center[c]) * (x - center[c]);
                products[c] += x * (other - center[c]);
            }
    }
    ag_channel_sums(at, a, got);
    CHECK(memcmp(got, sum, (size_t)shape.channels * sizeof *got) == 0, "sums, %d by %d",
          shape.channels, block);
    ag_channel_products(at, a, b, center, got);
    CHECK(memcmp(got, products, (size_t)shape.channels * sizeof *got) == 0, "products, %d by %d",
          shape.channels, block);
    for (int c = 0; c < shape.channels; c++)
        got[c] = second[c] = c, away[c] += c, squares[c] += c;
    ag_channel_add_moments(at, a, center, got, second);
    CHECK(memcmp(got, away, (size_t)shape.channels * sizeof *got) == 0 &&
              memcmp(second, squares, (size_t)shape.channels * sizeof *got) == 0,
          "moments, %d by %d", shape.channels, block);
    for (int c = 0; c < shape.channels; c++)
        got[c] = second[c] = c, sum[c] += c, products[c] += c;
    ag_channel_add_slopes(at, a, b, center, got, second);
    CHECK(memcmp(got, sum, (size_t)shape.channels * sizeof *got) == 0 &&
              memcmp(second, products, (size_t)shape.channels * sizeof *got) == 0,
          "slopes, %d by %d", shape.channels, block);
}

static void test_channels(void) {
    for (int columns = 1; columns <= 40; columns += columns < 18 ? 1 : 11)
        for (int rows = 1; rows <= 3; rows++) {
            static const int channels[] = {1, 2, 6, 8, 16, 32};
            for (int k = 0; k < AG_COUNT(channels); k++)
                for (int block = 1; block <= channels[k]; block++)
                    if (channels[k] % block == 0)
                        check_channels((ag_shape){channels[k], 1, columns}, block, rows);
        }
    for (int units = 1; units <= 128; units += units % 16 > 1 ? 7 : 1)
        check_channels((ag_shape){units, 1, 1}, units, 30);
}

int main(void) {
    test_drawn();
    test_channels();
    for (int how = AG_LEARNED_PER_LAYER; how <= AG_LEARNED_PER_CHANNEL; how++) {
        test_learned((ag_learned)how, 1, 1);
        test_learned((ag_learned)how, 63, 5);
        test_learned((ag_learned)how, 64, 2);
        test_learned((ag_learned)how, 150, 37);
    }
    test_sums();
    test_sums_of_extremes();
    return check_report();
}

/* Layers, beyond what differences of whole nets show (tests/numeric): sums over many
 * units and examples, whatever the blocks they are made in. */
#include "check.h"
#include "harness/num/norms.h"
#include "models/layers.h"

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
                sum += (double)last->dy[i] * (double)first->y[i];
        const double got = (double)last->gradient[AG_ROLE_LEARNED][c];
        CHECK(close_to(got, sum, 1e-6, 1e-6), "%d units, %d examples: d/dp[%d] = %g, not %g", units,
              rows, c, got, sum);
    }
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
        x[i] = kept;
    }
}

int main(void) {
    for (int how = AG_LEARNED_PER_LAYER; how <= AG_LEARNED_PER_CHANNEL; how++) {
        test_learned((ag_learned)how, 1, 1);
        test_learned((ag_learned)how, 63, 5);
        test_learned((ag_learned)how, 64, 2);
        test_learned((ag_learned)how, 150, 37);
    }
    test_sums();
    return check_report();
}

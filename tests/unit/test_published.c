/* The example that articles on activations print, x = [[-1, 0, 1], [-2, 2, 3]] through five of
 * them, to the four digits they give. One article has elu(-2) = -1.2642, which is
 * 2 (e^-1 - 1): the right value is e^-2 - 1 = -0.8647. */
#include "activations/activation.h"
#include "check.h"

enum { N = 6 };

static const double x[N] = {-1, 0, 1, -2, 2, 3};

static const struct {
    const char *name;
    double y[N];
} published[] = {
    {"sigmoid", {0.2689, 0.5, 0.7311, 0.1192, 0.8808, 0.9526}},
    {"tanh", {-0.7616, 0, 0.7616, -0.9640, 0.9640, 0.9951}},
    {"relu", {0, 0, 1, 0, 2, 3}},
    {"leaky_relu", {-0.01, 0, 1, -0.02, 2, 3}},
    {"elu", {-0.6321, 0, 1, -0.8647, 2, 3}},
};

int main(void) {
    for (int a = 0; a < AG_COUNT(published); a++) {
        const ag_element *element = ag_catalogue_find(&ag_activations, published[a].name);
        CHECK(element != NULL, "%s", published[a].name);
        const ag_choice choice = ag_choice_standard(element);
        ag_real z[N], y[N], dydz[N];
        for (int i = 0; i < N; i++)
            z[i] = (ag_real)x[i];
        ag_act_evaluate(&choice, N, z, y, dydz);
        for (int i = 0; i < N; i++) {
            const double value = ag_act_value(&choice, x[i]), want = published[a].y[i];
            CHECK(close_to(value, want, 0, 5e-5) && close_to((double)y[i], want, 0, 5e-5),
                  "%s(%g) is %.6f by definition, %.6f in training, published %.4f",
                  published[a].name, x[i], value, (double)y[i], want);
        }
    }
    return check_report();
}

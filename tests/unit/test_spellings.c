/* Names of activations and of their parameters as PyTorch and Keras write them. */
#include "activations/activation.h"

#include "check.h"
#include "harness/config/choice.h"
#include "harness/config/document.h"

#include <string.h>

static void test_names(void) {
    static const struct {
        const char *typed, *name; /* NULL: there is none, or more than one */
    } names[] = {
        {"relu", "relu"},
        {"ReLU", "relu"},
        {"nn.ReLU", "relu"},
        {"nn.LeakyReLU", "leaky_relu"},
        {"leaky-relu", "leaky_relu"},
        {"LEAKYRELU", "leaky_relu"},
        {"ReLU6", "relu6"},
        {"SiLU", "swish"},
        {"nn.SiLU", "swish"},
        {"GELU", "gelu"},
        {"gelu_pytorch_tanh", "gelu_tanh"},
        {"Identity", "linear"},
        {"Hardswish", "hardswish"},
        {"hard_swish", "hardswish"},
        {"hard_silu", "hardswish"},
        {"HardSiLU", "hardswish"},
        {"Hardtanh", "hardtanh"},
        {"hard_tanh", "hardtanh"},
        {"hard_shrink", "hardshrink"},
        {"Softshrink", "softshrink"},
        {"soft_shrink", "softshrink"},
        {"nn.PReLU", "prelu"},
        {"nn.RReLU", "rrelu"},
        {"nn.CELU", "celu"},
        {"ThresholdedReLU", "threshold"},
        {"Softsign", "softsign"},
        {"sparse_plus", "sparse_plus"},
        {"sparseplus", "sparse_plus"},
        {"squared-ReLU", "relu_squared"},
        {"Hardsigmoid", "hardsigmoid"}, /* PyTorch's own spelling */
        {"nn.Hardsigmoid", "hardsigmoid"},
        {"hard_sigmoid", NULL}, /* Keras 2 and 3 mean different functions by it */
        {"hard-sigmoid", NULL},
        {"nn.", NULL},
        {"", NULL},
        {"_", NULL},
        {"nn", NULL},
        {"reluu", NULL},
        {"nn.nn.ReLU", NULL},
        {"torch.ReLU", NULL},
    };
    for (int i = 0; i < AG_COUNT(names); i++) {
        const ag_element *e = ag_catalogue_find(&ag_activations, names[i].typed);
        CHECK(names[i].name ? e && strcmp(e->name, names[i].name) == 0 : !e, "%s is %s",
              names[i].typed, e ? e->name : "nothing");
    }
    const ag_element *found[2];
    CHECK(ag_catalogue_match(&ag_activations, "hard_sigmoid", found) == 2 &&
              strcmp(found[0]->name, "hardsigmoid") == 0 &&
              strcmp(found[1]->name, "hardsigmoid_keras") == 0,
          "hard_sigmoid is two");
}

/* All that work on single values in torch.nn of PyTorch 2 and in keras.activations of Keras 3. */
static void test_all_known(void) {
    static const char *const theirs[] = {"nn.ELU",         "nn.Hardshrink", "nn.Hardsigmoid",
                                         "nn.Hardtanh",    "nn.Hardswish",  "nn.LeakyReLU",
                                         "nn.LogSigmoid",  "nn.PReLU",      "nn.ReLU",
                                         "nn.ReLU6",       "nn.RReLU",      "nn.SELU",
                                         "nn.CELU",        "nn.GELU",       "nn.Sigmoid",
                                         "nn.SiLU",        "nn.Mish",       "nn.Softplus",
                                         "nn.Softshrink",  "nn.Softsign",   "nn.Tanh",
                                         "nn.Tanhshrink",  "nn.Threshold",  "nn.Identity",
                                         "celu",           "elu",           "exponential",
                                         "gelu",           "hard_shrink",   "hard_silu",
                                         "hard_swish",     "hard_tanh",     "leaky_relu",
                                         "linear",         "log_sigmoid",   "mish",
                                         "relu",           "relu6",         "selu",
                                         "sigmoid",        "silu",          "soft_shrink",
                                         "softplus",       "softsign",      "sparse_plus",
                                         "sparse_sigmoid", "squareplus",    "swish",
                                         "tanh",           "tanh_shrink",   "threshold",
                                         "ThresholdedReLU"};
    for (int i = 0; i < AG_COUNT(theirs); i++)
        CHECK(ag_catalogue_find(&ag_activations, theirs[i]), "%s", theirs[i]);
}

/* No name or alias is another's, however it is spelled, but for the one above. */
static void test_apart(void) {
    for (int i = 0; i < ag_activations.n_items; i++) {
        const ag_element *e = ag_activations.items[i], *found[2];
        char spelled[80];
        snprintf(spelled, sizeof spelled, "nn.%s", e->name);
        for (char *c = spelled + 3; *c; c++)
            *c = *c == '_' ? '-' : *c;
        const int n = ag_catalogue_match(&ag_activations, spelled, found);
        CHECK(n == 1 && found[0] == e, "%s is %d elements", spelled, n);
    }
}

static ag_status read_choice(ag_arena *arena, const char *text, ag_choice *choice, ag_error *err) {
    const ag_node *root = NULL;
    AG_TRY(ag_document_parse(arena, "x.yaml", text, strlen(text), &root, err));
    return ag_choice_read(arena, ag_node_get(root, "activation"), &ag_activations, "name",
                          "activation", choice, err);
}

static void expect(const char *text, const char *name, const char *param, double want) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_choice choice;
    CHECK(read_choice(&arena, text, &choice, &err) == AG_OK, "%s: %s", text, err.text);
    CHECK(strcmp(choice.element->name, name) == 0, "%s: %s", text, choice.element->name);
    CHECK(ag_choice_number(&choice, param, 99) == want, "%s: %s is %g", text, param,
          ag_choice_number(&choice, param, 99));
    ag_arena_close(&arena);
}

static void refuse(const char *text, const char *where, const char *why) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_choice choice;
    CHECK(read_choice(&arena, text, &choice, &err) == AG_CONFIG, "%s", text);
    CHECK(strcmp(err.where, where) == 0 && strcmp(err.text, why) == 0, "%s: %s: %s", text,
          err.where, err.text);
    ag_arena_close(&arena);
}

int main(void) {
    test_names();
    test_all_known();
    test_apart();
    expect("activation: {name: nn.LeakyReLU, negative_slope: 0.2}\n", "leaky_relu", "slope", 0.2);
    expect("activation: {name: LeakyReLU, alpha: 0.3}\n", "leaky_relu", "slope", 0.3);
    expect("activation: {name: nn.PReLU, init: 0.5}\n", "prelu", "slope", 0.5);
    expect("activation: {name: Softshrink, lambd: 0.7}\n", "softshrink", "lambda", 0.7);
    expect("activation: {name: Hardtanh, min_val: -2, max_val: 3}\n", "hardtanh", "min", -2);
    expect("activation: {name: Hardtanh, min_val: -2, max_val: 3}\n", "hardtanh", "max", 3);
    expect("activation: {name: ThresholdedReLU, theta: 2}\n", "threshold", "threshold", 2);
    expect("activation: {name: threshold, default_value: 3}\n", "threshold", "value", 3);
    expect("activation: {name: nn.Softplus, beta: 2, threshold: 20}\n", "softplus", "beta", 2);
    expect("activation: {name: nn.Softplus, beta: 2, threshold: 20}\n", "softplus", "threshold",
           20);
    expect("activation: softplus\n", "softplus", "threshold", AG_WORD(0));
    expect("activation: {name: Softplus, threshold: none}\n", "softplus", "threshold", AG_WORD(0));
    expect("activation: {name: StarReLU, scale_value: 2}\n", "star_relu", "scale", 2);
    refuse("activation: {name: leaky_relu, slope: 0.2, alpha: 0.3}\n", "x.yaml:1:44",
           "leaky_relu: 'alpha' is another name of 'slope', which is given already");
    refuse("activation: hard_sigmoid\n", "x.yaml:1:13",
           "'hard_sigmoid' is the name of more than one activation: must be 'hardsigmoid' or"
           " 'hardsigmoid_keras'");
    refuse("activation: {name: elu, alpha: -1}\n", "x.yaml:1:32", "alpha is -1, must be 0 to 100");
    refuse("activation: {name: leaky_relu, negative_slop: 1}\n", "x.yaml:1:32",
           "leaky_relu has no parameter 'negative_slop'; did you mean 'negative_slope'?");
    return check_report();
}

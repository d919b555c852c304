/* Families: as many parameters as the papers say, depth and width as the store has them,
 * and what is said where a net cannot be built. */
#include "check.h"
#include "models/family.h"

#include <string.h>

static const ag_shape mnist = {1, 28, 28}, cifar = {3, 32, 32}, signal = {1, 1, 40};
static const ag_shape low = {3, 2, 16}, narrow = {3, 16, 2}; /* one row, column is left */

static const ag_choice *relu(void) {
    static ag_choice choice;
    choice = ag_choice_standard(ag_catalogue_find(&ag_activations, "relu"));
    return &choice;
}

static ag_choice family(const char *name) {
    return ag_choice_standard(ag_catalogue_find(&ag_models, name));
}

static void set(ag_choice *choice, const char *name, double value) {
    choice->number[ag_element_param(choice->element, name)] = value;
}

static ag_status build_with(const ag_choice *activation, const ag_choice *model, ag_shape in,
                            ag_arena *arena, ag_net *net, ag_error *err) {
    const ag_activation_list list = {activation, 1};
    return ag_family_of(model)->build(model, &list, in, 10, arena, net, err);
}

static ag_status build(const ag_choice *model, ag_shape in, ag_arena *arena, ag_net *net,
                       ag_error *err) {
    return build_with(relu(), model, in, arena, net, err);
}

/* Sizes that the papers or their frameworks give. */
static void test_parameters(void) {
    static const struct {
        const char *name;
        const ag_shape *in;
        size_t parameters;
    } nets[] = {
        {"lenet5", &mnist, 61706},      {"lenet5", &cifar, 62006},
        {"mnist1d_cnn", &signal, 5210}, {"all_cnn", &cifar, 1369738},
        {"vgg_small", &cifar, 1408234}, {"resnet8", &cifar, 75290},
        {"resnet20", &cifar, 269722},   {"resnet8", &low, 75290},
        {"resnet8", &narrow, 75290},
    };
    for (int i = 0; i < AG_COUNT(nets); i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_error err = {0};
        ag_net net;
        const ag_choice model = family(nets[i].name);
        CHECK(build(&model, *nets[i].in, &arena, &net, &err) == AG_OK, "%s", err.text);
        CHECK(net.n_parameters == nets[i].parameters, "%s: %zu parameters, not %zu", nets[i].name,
              net.n_parameters, nets[i].parameters);
        ag_arena_close(&arena);
    }
}

/* depth and width are what the net has: stages but the output, and the widest of them. */
static void check_size_with(const ag_choice *activation, const ag_choice *model, ag_shape in) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_net net;
    int depth, width, widest = 0;
    ag_family_of(model)->size(model, &depth, &width);
    const ag_status status = build_with(activation, model, in, &arena, &net, &err);
    CHECK(status == AG_OK, "%s: %s", model->element->name, err.text);
    if (status == AG_OK) {
        for (int s = 0; s < depth; s++)
            if (net.stages[s].units > widest) widest = net.stages[s].units;
        CHECK(net.n_stages == depth + 1, "%s: depth %d, but %d stages", model->element->name, depth,
              net.n_stages);
        CHECK(width == widest, "%s: width %d, but %d units", model->element->name, width, widest);
        CHECK(net.n_layers <= net.n_layers_max, "%s", model->element->name);
        CHECK(ag_shape_size(ag_net_last(&net)->out) == 10, "%s", model->element->name);
    }
    ag_arena_close(&arena);
}

/* Also of units of several inputs: width is what they give, not what they are given. */
static void check_size(const ag_choice *model, ag_shape in) {
    const ag_choice swiglu = ag_choice_standard(ag_catalogue_find(&ag_activations, "swiglu"));
    ag_choice maxout = ag_choice_standard(ag_catalogue_find(&ag_activations, "maxout"));
    set(&maxout, "pieces", 3);
    check_size_with(relu(), model, in);
    check_size_with(&swiglu, model, in);
    check_size_with(&maxout, model, in);
}

static void test_sizes(void) {
    for (int i = 0; i < ag_models.n_items; i++) {
        ag_choice model = ag_choice_standard(ag_models.items[i]);
        check_size(&model, cifar);
        check_size(&model, (ag_shape){1, 1, 64});
        set(&model, "dropout", 0.1);
        for (int normalization = 1; normalization <= 2; normalization++) {
            set(&model, "normalization", normalization);
            check_size(&model, cifar);
        }
    }
    /* all that can stand behind a layer's weights, behind each of them */
    ag_choice mlp = family("mlp");
    set(&mlp, "normalization", 1);
    set(&mlp, "dropout", 0.1);
    set(&mlp, "residual", 1);
    set(&mlp, "skip_place", 0);
    for (int depth = 2; depth < 14; depth++) {
        set(&mlp, "depth", depth);
        check_size(&mlp, signal);
    }
    ag_choice short_form = family("cnn");
    for (int depth = 0; depth < 14; depth++) {
        set(&short_form, "depth", depth);
        if (depth) set(&short_form, "width", 7);
        check_size(&short_form, mnist);
        check_size(&short_form, (ag_shape){2, 1, 5});
    }
}

/* A `cnn` of one block whose numbers are those of `block`, in the order of its
 * parameters, and of a head. */
typedef struct one_block {
    ag_value value[16], units[2];
    ag_list blocks, head;
    ag_choice model;
} one_block;

static void one_block_of(one_block *b, const char *const *names, const double *numbers, int n) {
    *b = (one_block){.model = family("cnn")};
    const ag_element *cnn = b->model.element;
    const int blocks = ag_element_param(cnn, "blocks"), head = ag_element_param(cnn, "head");
    const ag_param *p = &cnn->params[blocks];
    for (int i = 0; i < p->n_items; i++)
        b->value[i] = ag_param_standard(&p->items[i]);
    for (int i = 0; i < n; i++)
        b->value[ag_param_find(p->items, p->n_items, names[i])].number = numbers[i];
    b->units[0].number = 12;
    b->units[1].number = 11;
    b->blocks = (ag_list){1, p->n_items, b->value};
    b->head = (ag_list){2, 1, b->units};
    b->model.list[blocks] = &b->blocks;
    b->model.list[head] = &b->head;
}

static void test_blocks(void) {
    static const char *const names[] = {"channels", "convs", "kernel", "pool", "dropout"};
    one_block b;
    one_block_of(&b, names, (const double[]){6, 3, 5, 1, 0.2}, 5);
    check_size(&b.model, mnist);
    check_size(&b.model, signal);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_net net;
    set(&b.model, "end", 1);
    CHECK(build(&b.model, mnist, &arena, &net, &err) == AG_OK, "%s", err.text);
    /* 3 convolutions on 28 x 28, pooled to 14 x 14 */
    const size_t want = (25 + 1) * 6 + 2 * (6 * 25 + 1) * 6 + (6 * 196 + 1) * 12 + 13 * 11 + 120;
    CHECK(net.n_parameters == want, "%zu parameters, not %zu", net.n_parameters, want);
    ag_arena_close(&arena);
}

static void check_refused(const ag_choice *model, ag_shape in, const char *want) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_net net;
    CHECK(build(model, in, &arena, &net, &err) == AG_CONFIG, "built");
    CHECK(strcmp(err.text, want) == 0, "\n    expected %s\n    got      %s", want, err.text);
    ag_arena_close(&arena);
}

static void test_refused(void) {
    static const char *const names[] = {"channels", "kernel", "padding", "pool", "pool_size"};
    one_block b;
    one_block_of(&b, names, (const double[]){6, 9, 1, 0, 2}, 5);
    check_refused(&b.model, (ag_shape){3, 6, 8},
                  "cnn, block 1 of 1: a kernel of 9 does not fit into 6 x 8 places with 1 zero "
                  "around: a kernel of 8 or less does, or padding: same");
    one_block_of(&b, names, (const double[]){6, 3, 0, 1, 4}, 5);
    check_refused(&b.model, (ag_shape){3, 1, 5},
                  "cnn, block 1 of 1: a pool of 4 does not fit into 3 places: a pool of 3 or less "
                  "does, or pool: none");
    set(&b.model, "depth", 3);
    check_refused(&b.model, mnist,
                  "cnn has both 'blocks' and 'depth' or 'width': these two are the short form of "
                  "blocks");
    const ag_choice lenet = family("lenet5");
    check_refused(&lenet, (ag_shape){1, 8, 8},
                  "lenet5: a kernel of 5 does not fit into 4 x 4 places: larger pictures do");
    check_refused(&lenet, (ag_shape){30, 1, 1},
                  "lenet5 needs pictures or signals, but an example of these data is a row of 30 "
                  "numbers; 'mlp' takes them");
}

/* In front of a gated unit all is twice as wide; weights behind it see its width. */
static void test_units(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_net net;
    const ag_choice glu = ag_choice_standard(ag_catalogue_find(&ag_activations, "glu"));
    ag_choice maxout = ag_choice_standard(ag_catalogue_find(&ag_activations, "maxout"));
    ag_choice mlp = family("mlp"), autoencoder = family("autoencoder");
    set(&maxout, "pieces", 5);
    set(&mlp, "depth", 2);
    set(&mlp, "width", 30);
    CHECK(build_with(&glu, &mlp, signal, &arena, &net, &err) == AG_OK, "%s", err.text);
    CHECK(net.n_parameters == 41 * 60 + 31 * 60 + 31 * 10, "%zu", net.n_parameters);
    CHECK(build_with(&maxout, &mlp, signal, &arena, &net, &err) == AG_OK, "%s", err.text);
    CHECK(net.n_parameters == 41 * 150 + 31 * 150 + 31 * 10, "%zu", net.n_parameters);
    const ag_choice lenet = family("lenet5");
    CHECK(build_with(&glu, &lenet, mnist, &arena, &net, &err) == AG_OK, "%s", err.text);
    const size_t want = 26 * 12 + (25 * 6 + 1) * 32 + 401 * 240 + 121 * 168 + 85 * 10;
    CHECK(net.n_parameters == want, "%zu, not %zu", net.n_parameters, want);
    set(&autoencoder, "tied", 1);
    CHECK(build_with(&glu, &autoencoder, signal, &arena, &net, &err) == AG_CONFIG &&
              strstr(err.text, "glu makes one number of 2"),
          "%s", err.text);
    const ag_choice both[] = {glu, *relu(), maxout, *relu(), *relu()};
    const ag_activation_list list = {both, 5};
    set(&mlp, "depth", 5);
    CHECK(ag_family_of(&mlp)->build(&mlp, &list, signal, 10, &arena, &net, &err) == AG_OK, "%s",
          err.text);
    CHECK(net.n_parameters == 41 * 60 + 31 * 30 + 31 * 150 + 31 * 30 * 2 + 31 * 10, "%zu",
          net.n_parameters);
    ag_arena_close(&arena);
}

int main(void) {
    test_parameters();
    test_units();
    test_sizes();
    test_blocks();
    test_refused();
    return check_report();
}

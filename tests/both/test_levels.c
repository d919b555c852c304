/* Whatever is vectorised and is no product of matrices gives the same bits on every
 * instruction-set level: all elements of the catalogues, and each kind of layer. */
#include "activations/formula/formula.h"
#include "check.h"
#include "harness/base/digest.h"
#include "harness/base/isa.h"
#include "harness/base/random.h"
#include "harness/num/channels.h"
#include "harness/num/norms.h"
#include "harness/num/vector.h"
#include "harness/num/vector_erf.h"
#include "harness/num/vector_log.h"
#include "harness/num/vector_power.h"
#include "harness/num/vector_trig.h"
#include "harness/probes/core/sums.h"
#include "harness/train/noise.h"
#include "models/initializer.h"
#include "models/layers.h"
#include "models/loss.h"
#include "models/optimizer.h"

#include <assert.h>
#include <string.h>

enum { PIECE = 4096 + 7 /* vectors, and what is left over */, N_MAX = 8192 };

/* What one level computes, in one number; a NaN is a NaN, whatever its bits. */
typedef struct result {
    uint64_t digest;
} result;

static void take(result *r, size_t n, const ag_real *x) {
    static ag_real same[N_MAX];
    assert(n <= N_MAX);
    for (size_t i = 0; i < n; i++)
        same[i] = isnan(x[i]) ? (ag_real)NAN : x[i];
    r->digest = ag_digest(same, n * sizeof *same, r->digest);
}

static void take_doubles(result *r, size_t n, const double *x) {
    r->digest = ag_digest(x, n * sizeof *x, r->digest);
}

/* n numbers of about 1, the same at every call. */
static void fill(size_t n, ag_real *x) {
    ag_stream random = ag_stream_open(n, AG_RANDOM_TEST, 0);
    for (size_t i = 0; i < n; i++)
        x[i] = (ag_real)ag_random_normal(&random);
}

/* --- elements -------------------------------------------------------------- */

/* Over all floats by a stride, with denormals, infinities and NaN. */
static void one_activation(result *r, const ag_choice *choice, uint64_t stride) {
    static ag_real z[PIECE], y[PIECE], dydz[PIECE];
    static ag_real p[AG_PARAMS_MAX][PIECE], dydp[AG_PARAMS_MAX][PIECE];
    const ag_real *p_at[AG_PARAMS_MAX];
    ag_real *dydp_at[AG_PARAMS_MAX];
    for (int k = 0; k < AG_PARAMS_MAX; k++) {
        p_at[k] = p[k];
        dydp_at[k] = dydp[k];
    }
    const int n_learned = ag_activation_of(choice)->n_learned;
    for (uint64_t bits = 0; bits <= UINT32_MAX;) {
        size_t n = 0;
        for (; n < PIECE && bits <= UINT32_MAX; n++, bits += stride) {
            z[n] = (ag_real)ag_bits_to_float((uint32_t)bits);
            for (int k = 0; k < n_learned; k++)
                p[k][n] = (ag_real)(0.3 + 0.001 * (double)((n + (size_t)k) % 1000));
        }
        ag_act_evaluate(choice, n, z, y, dydz);
        take(r, n, y);
        take(r, n, dydz);
        if (!n_learned) continue;
        ag_act_evaluate_learned(choice, n, z, p_at, y, dydz, dydp_at);
        take(r, n, y);
        take(r, n, dydz);
        for (int k = 0; k < n_learned; k++)
            take(r, n, dydp[k]);
    }
}

static void one_unit(result *r, const ag_choice *choice, uint64_t stride) {
    static ag_real z[AG_UNIT_INPUTS_MAX][PIECE], d[AG_UNIT_INPUTS_MAX][PIECE], y[PIECE];
    const ag_real *z_at[AG_UNIT_INPUTS_MAX];
    ag_real *d_at[AG_UNIT_INPUTS_MAX];
    const int inputs = ag_act_inputs(choice);
    for (int k = 0; k < inputs; k++) {
        z_at[k] = z[k];
        d_at[k] = d[k];
    }
    for (uint64_t bits = 0; bits <= UINT32_MAX;) {
        size_t n = 0;
        for (; n < PIECE && bits <= UINT32_MAX; n++, bits += stride)
            for (uint32_t k = 0; k < (uint32_t)inputs; k++)
                z[k][n] = (ag_real)ag_bits_to_float((uint32_t)bits * (2654435761u * k + 1));
        ag_unit_evaluate(choice, n, z_at, y, d_at);
        take(r, n, y);
        for (int k = 0; k < inputs; k++)
            take(r, n, d[k]);
    }
}

static void activations(result *r) {
    for (int a = 0; a < ag_activations.n_items; a++) {
        const ag_choice choice = ag_choice_standard(ag_activations.items[a]);
        if (ag_act_inputs(&choice) > 1)
            one_unit(r, &choice, 4099);
        else
            one_activation(r, &choice, 4099);
    }
}

/* Every instruction of the machine that runs them. */
static void formulas(result *r) {
    static const char *const texts[] = {
        "b*x*tanh(softplus(a*x))",
        "a*log1p(exp(b*x))-expm1(-abs(x))*exp(-x^2)",
        "a+b*erf(x)*(1+erf(-x))+sin(x)*cos(x)+atan(x)",
        "where(x>=a,where(x==b,1,x),where(x!=2,a*x,b))+(x<a)",
        "min(a,max(b*x,x))*sign(x)+clip(x,-a,3)+relu(x)*sigmoid(x)",
        "abs(x)^a/(b+sqrt(abs(x)))+log(1+abs(x))-2^(a-x)",
        "a*cos(3*x)-b/(1+x^2)+tanh(a-x)^2",
        "where(x>=a,2,b)+where(0.5<x,x,1)*b+where(x<=1,a,x)+where(a<=x,x,x^2)+where(x<b*x,1,2)",
        "where(x>=2,2,3)+where(0.5<x,x,x^2)+where(x<=1,0.1,x)+where(1<=x,x,1)+a*b*where(x<x^3,x,2)",
        "where(x<=x^3,1,2)*a+where(x<=x^3,x,2)*b+where(x<x^3,2,x)+where(1<x,1,2)+where(x<1,x,2)",
        "a*x*(1+erf(x/sqrt(2)))*b+x*tanh(exp(9*x))/sqrt(1+x^2*exp(a*x))",
    };
    static const ag_formula_param params[] = {{.name = "a", .init = 0.75, .min = -9, .max = 9},
                                              {.name = "b", .init = 1.5, .min = -9, .max = 9}};
    ag_arena arena = AG_ARENA_EMPTY;
    for (int i = 0; i < AG_COUNT(texts); i++) {
        const ag_formula_spec spec = {.text = texts[i],
                                      .n_params = 2,
                                      .n_learned = 2,
                                      .params = params,
                                      .learned = AG_LEARNED_PER_CHANNEL};
        ag_choice choice;
        ag_error err = {0};
        CHECK(ag_formula_choice(&arena, &spec, &choice, &err) == AG_OK, "%s", err.text);
        if (!err.status) one_activation(r, &choice, 40009);
    }
    ag_arena_close(&arena);
}

/* Every optimizer as it is, with momentum, and looking ahead. */
static void optimizers(result *r) {
    enum { N = 203, STEPS = 3, WAYS = 3 };
    static const char *const settings[WAYS] = {NULL, "momentum", "nesterov"};
    static ag_real state[AG_OPTIMIZER_STATE_MAX][N], w[N], gradient[N];
    for (int o = 0; o < ag_optimizers.n_items; o++) {
        ag_choice choice = ag_choice_standard(ag_optimizers.items[o]);
        for (int way = 0; way < WAYS; way++) {
            const int set = way ? ag_element_param(choice.element, settings[way]) : -1;
            if (way && set < 0) continue;
            if (way) choice.number[set] = way == 1 ? 0.9 : 1;
            memset(state, 0, sizeof state);
            fill(N, w);
            for (long t = 1; t <= STEPS; t++) {
                fill(N, gradient);
                const ag_update update = {.param = choice.number,
                                          .learning_rate = 0.01,
                                          .weight_decay = 1e-4,
                                          .t = t,
                                          .n = N,
                                          .gradient = gradient,
                                          .state = {state[0], state[1], state[2], state[3]},
                                          .w = w};
                const ag_update_squares squares = ag_optimizer_of(&choice)->step(&update);
                const ag_real sums[] = {(ag_real)squares.weights, (ag_real)squares.change};
                take(r, AG_COUNT(sums), sums);
            }
            take(r, N, w);
        }
    }
}

static void losses(result *r) {
    enum { ROWS = 5, UNITS = 19, N = ROWS * UNITS };
    static ag_real z[N], dz[N];
    int32_t label[ROWS];
    fill(N, z);
    for (int l = 0; l < ag_losses.n_items; l++) {
        const ag_choice choice = ag_choice_standard(ag_losses.items[l]);
        const ag_loss *loss = ag_loss_of(&choice);
        const bool classes = loss->units(AG_TASK_CLASSES, UNITS, 0) == UNITS;
        const int units = classes ? UNITS : 1;
        for (int e = 0; e < ROWS; e++)
            label[e] = classes ? 3 * e : e % 2;
        const ag_loss_batch batch = {
            .rows = ROWS, .units = units, .z = z, .label = label, .scale = 1.0 / ROWS, .dz = dz};
        long correct = 0;
        const double sum = loss->evaluate(choice.number, &batch, &correct);
        take_doubles(r, 1, &sum);
        take(r, (size_t)(ROWS * units), dz);
    }
}

static void initializers(result *r) {
    enum { IN = 31, UNITS = 45 };
    static ag_real w[IN * UNITS];
    const ag_choice relu = ag_choice_standard(ag_catalogue_find(&ag_activations, "relu"));
    for (int i = 0; i < ag_initializers.n_items; i++) {
        const ag_choice choice = ag_choice_standard(ag_initializers.items[i]);
        const ag_weights_request request = {
            .fan_in = IN, .fan_out = UNITS, .units = UNITS, .param = choice.number, .input = &relu};
        ag_stream random = ag_stream_open(4, AG_RANDOM_WEIGHTS, 1);
        ag_initializer_of(&choice)->fill(&request, &random, w, NULL);
        take(r, IN * UNITS, w);
    }
}

/* --- numbers ---------------------------------------------------------------- */

static void norms(result *r) {
    static ag_real x[PIECE], y[PIECE];
    fill(PIECE, x);
    fill(PIECE - 1, y);
    for (size_t n = 1; n < PIECE; n += n < 70 ? 1 : 997) {
        double sums[] = {ag_sum_squares(n, x),
                         ag_sum_squared_difference(n, x, y),
                         ag_sum_products(n, x, y),
                         ag_all_finite(n, x),
                         0,
                         0};
        ag_moments(n, x, &sums[4], &sums[5]);
        take_doubles(r, AG_COUNT(sums), sums);
    }
    ag_scale(PIECE, (ag_real)1.1, x);
    ag_clamp(PIECE, (ag_real)0.9, x);
    take(r, PIECE, x);
}

enum { VECTOR_FUNCTIONS = 14 };

AG_VECTORIZED(static, vector_functions_of, (size_t n, const float *x, float *y), (n, x, y)) {
    for (size_t i = 0; i < n; i++) {
        const ag_trig trig = ag_vector_sincos(x[i]), near = ag_vector_sincos_near(x[i] * 0x1p-120f),
                      wide = ag_vector_sincos_wide((double)x[i] * 0x1p-109);
        const ag_dual erf = ag_vector_erf(x[i]);
        y[i] = ag_vector_log(x[i]);
        y[n + i] = ag_vector_log1p(x[i]);
        y[2 * n + i] = trig.sine;
        y[3 * n + i] = trig.cosine;
        y[4 * n + i] = near.sine;
        y[5 * n + i] = near.cosine;
        y[6 * n + i] = wide.sine;
        y[7 * n + i] = wide.cosine;
        y[8 * n + i] = ag_vector_atan(x[i]);
        y[9 * n + i] = erf.value;
        y[10 * n + i] = erf.derivative;
        y[11 * n + i] = ag_vector_erfc(x[i]);
        y[12 * n + i] = ag_vector_exp2(x[i]);
        y[13 * n + i] = ag_vector_pow(x[i], x[n - 1 - i]);
    }
}

/* Over all floats by a stride, with denormals, infinities and NaN. */
static void vector_functions(result *r) {
    static float x[PIECE], y[VECTOR_FUNCTIONS * PIECE];
    for (uint64_t bits = 0; bits <= UINT32_MAX;) {
        for (size_t i = 0; i < PIECE; i++, bits += 4099)
            x[i] = ag_bits_to_float((uint32_t)bits);
        vector_functions_of(PIECE, x, y);
        for (size_t i = 0; i < VECTOR_FUNCTIONS * PIECE; i++)
            y[i] = isnan(y[i]) ? (float)NAN : y[i];
        r->digest = ag_digest(y, sizeof y, r->digest);
    }
}

static void random_words(result *r) {
    static uint32_t words[1000];
    static ag_real x[1000];
    const ag_stream stream = ag_stream_open(7, AG_RANDOM_NOISE, 1);
    ag_random_words(&stream, 1, 3, 1000, words);
    r->digest = ag_digest(words, sizeof words, r->digest);
    for (int uniform = 0; uniform < 2; uniform++) {
        memset(x, 0, sizeof x);
        ag_noise noise = {.stream = stream, .uniform = uniform, .level = 0.3};
        ag_noise_add(&noise, 1000, x);
        take(r, 1000, x);
    }
}

/* --- layers ------------------------------------------------------------------ */

/* The outputs of all layers and all gradients of one step of training. */
static void step(result *r, ag_net *net, ag_arena *arena) {
    enum { ROWS = 6 };
    ag_error err;
    CHECK(ag_net_measure(net, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_open(net, ROWS, arena, &err) == AG_OK, "%s", err.text);
    const ag_choice zeros = ag_choice_standard(ag_catalogue_find(&ag_initializers, "zeros"));
    ag_net_initialize(net, &zeros, 0);
    *net->mode = (ag_mode){.training = true, .remembers = true, .seed = 3, .step = 1};
    static ag_real x[N_MAX];
    fill(ROWS * ag_shape_size(net->in), x);
    ag_net_forward(net, ROWS, x);
    ag_layer *last = ag_net_last(net);
    fill(ROWS * ag_shape_size(last->out), last->dy);
    ag_net_backward(net, ROWS);
    for (int l = 0; l < net->n_layers; l++)
        take(r, ROWS * ag_shape_size(net->layers[l].out), net->layers[l].y);
    take(r, net->n_parameters, net->gradients);
    take(r, net->n_statistics, net->statistics);
}

static void nets(result *r) {
    const ag_choice gelu = ag_choice_standard(ag_catalogue_find(&ag_activations, "gelu"));
    ag_choice prelu = ag_choice_standard(ag_catalogue_find(&ag_activations, "prelu"));
    prelu.number[ag_element_param(prelu.element, "learned")] = AG_LEARNED_PER_CHANNEL;
    const ag_choice swiglu = ag_choice_standard(ag_catalogue_find(&ag_activations, "swiglu"));
    const ag_choice maxout = ag_choice_standard(ag_catalogue_find(&ag_activations, "maxout"));
    const ag_shape picture = {6, 12, 8};
    const ag_window window = ag_window_for(picture, 2, 2, 0);
    for (int kind = 0; kind < 2; kind++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_error err;
        ag_net net;
        const ag_shape in = kind ? picture : (ag_shape){78, 1, 1};
        CHECK(ag_net_begin(&net, in, 13, &arena, &err) == AG_OK, "%s", err.text);
        ag_net_add_batch_norm(&net);
        ag_net_add_activation(&net, &prelu);
        ag_net_add_dropout(&net, 0.2);
        ag_net_add_activation(&net, kind ? &maxout : &swiglu);
        if (kind) ag_net_add_max_pool(&net, &window);
        ag_net_add_layer_norm(&net);
        const int here = ag_net_here(&net);
        ag_net_add_alpha_dropout(&net, 0.1);
        ag_net_add_activation(&net, &gelu);
        ag_net_add_skip(&net, here);
        if (kind) ag_net_add_average_pool(&net, &window);
        if (kind) ag_net_add_global_average_pool(&net);
        ag_net_add_softmax(&net);
        step(r, &net, &arena);
        ag_arena_close(&arena);
    }
}

/* Channels in every order in which they lie, as probes and normalizations see them. */
static void channels(result *r) {
    enum { CHANNELS = 48, ROWS = 5, PLACES = 15, N = CHANNELS * PLACES * ROWS };
    static const int blocks[] = {1, 8, 16, CHANNELS};
    static ag_real x[N], y[N];
    const ag_shape shape = {CHANNELS, 3, 5};
    fill(N, x);
    fill(N - 1, y);
    for (int b = 0; b < AG_COUNT(blocks); b++) {
        const ag_channels at = {ROWS, shape, blocks[b]};
        double sum[4][CHANNELS] = {{0}};
        ag_channel_sums(at, x, sum[0]);
        ag_channel_products(at, x, y, sum[0], sum[1]);
        take_doubles(r, 2 * (size_t)CHANNELS, sum[0]);
        ag_channel_add_moments(at, x, sum[1], sum[2], sum[3]);
        ag_channel_add_slopes(at, x, y, sum[1], sum[2], sum[3]);
        take_doubles(r, 2 * (size_t)CHANNELS, sum[2]);
        const ag_layer z = {.out = shape, .out_block = blocks[b], .y = x};
        const ag_layer a = {.out = shape, .out_block = blocks[b], .y = y, .dydz = x};
        const ag_stage stage = {.weights = &z, .preactivation = &z, .activation = &a};
        ag_tally tally[CHANNELS] = {{0}};
        ag_tally_add(&stage, ROWS, tally);
        r->digest = ag_digest(tally, sizeof tally, r->digest);
    }
}

/* All values as one, in two pieces, with and without a last vector that is not full. */
static void sums_of_all(result *r) {
    enum { CHANNELS = 7, ROWS = 300 };
    static ag_real x[CHANNELS * ROWS], y[CHANNELS * ROWS];
    const ag_shape shape = {CHANNELS, 1, 1};
    fill(CHANNELS * ROWS, x);
    for (int i = 0; i < CHANNELS * ROWS; i++)
        y[i] = x[i] > 0 ? x[i] : 0;
    const ag_layer z = {.out = shape, .out_block = CHANNELS, .y = x};
    const ag_layer a = {.out = shape, .out_block = CHANNELS, .y = y, .dydz = x};
    const ag_stage stage = {.weights = &z, .preactivation = &z, .activation = &a};
    for (int rows = 2; rows <= ROWS; rows += 13) {
        ag_sums sums;
        ag_tally all = {0};
        ag_sums_add(&stage, 0, rows / 2, &sums);
        ag_sums_add(&stage, rows / 2, rows - rows / 2, &sums);
        ag_sums_close(&stage, rows, &sums, &all);
        const double numbers[] = {all.z_mean,   all.z_spread, all.a_mean,
                                  all.a_spread, all.zero,     all.saturated};
        take_doubles(r, AG_COUNT(numbers), numbers);
    }
}

static const struct subject {
    const char *name;
    void (*compute)(result *r);
} subjects[] = {
    {"activations", activations},
    {"formulas", formulas},
    {"optimizers", optimizers},
    {"losses", losses},
    {"initializers", initializers},
    {"norms", norms},
    {"vector functions", vector_functions},
    {"random words", random_words},
    {"nets", nets},
    {"channels", channels},
    {"sums of all", sums_of_all},
};

int main(void) {
    static const ag_isa_level levels[] = {AG_ISA_V2, AG_ISA_V3, AG_ISA_V4};
    if (ag_isa_highest() <= AG_ISA_V2) printf("skipped: there is one level here\n");
    for (int s = 0; s < AG_COUNT(subjects); s++) {
        result first = {0};
        for (int l = 0; l < AG_COUNT(levels); l++) {
            if (!ag_isa_set(levels[l])) continue;
            result r = {0};
            subjects[s].compute(&r);
            if (l == 0) first = r;
            CHECK(r.digest == first.digest, "%s: %s is not as %s", subjects[s].name,
                  ag_isa_name(levels[l]), ag_isa_name(levels[0]));
        }
    }
    return check_report();
}

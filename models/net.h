/* A net: layers and the way numbers take through them, all parameters in one block,
 * all gradients in another, so that an optimizer step is one loop and a checkpoint a
 * few writes.
 *
 *     x  input of a layer      z  before the activation     a  after it
 *     dy dx dz  derivative of the loss with respect to y, x, z
 *
 * Two words are kept apart. A *layer* is one step of the computation: dense,
 * convolution, activation, pooling, normalization, dropout. A *stage* is what users
 * count as a layer (depth, the table `layer`): a layer with weights and what
 * follows it up to the next one. Stages count from 1 at the input; what stands in
 * front of the first layer with weights belongs to stage 1.
 *
 * Layers lie in the order of the computation. Each reads the one before it unless it
 * is told to read another (`from`); a layer that adds reads a second one (`skip`).
 */
#ifndef AG_NET_H
#define AG_NET_H

#include "activations/activation.h"
#include "harness/base/arena.h"
#include "harness/base/status.h"
#include "harness/base/team.h"
#include "harness/num/shape.h"

#include <stdatomic.h>
#include <stdint.h>

/* What part of the parameters plays: decides about its start, weight decay and probes. */
typedef enum ag_role {
    AG_ROLE_WEIGHT,
    AG_ROLE_BIAS,    /* of a layer with weights, and the shift of a normalization; starts at 0 */
    AG_ROLE_SCALE,   /* of a normalization; starts at 1 */
    AG_ROLE_LEARNED, /* of an activation: decayed as it says, and it says by 0 */
    AG_ROLE_COUNT
} ag_role;

/* n parameters from `offset` on in the net's blocks. */
typedef struct ag_slice {
    size_t offset, n;
} ag_slice;

typedef struct ag_layer ag_layer;

/* Who looks at each layer right after its way forward and its way back, while what it made
 * is in the cache: its y of `rows` examples from `first` on; then its dy of them. */
typedef struct ag_observer {
    void (*forward)(void *self, const ag_layer *layer, int first, int rows);
    void (*backward)(void *self, const ag_layer *layer, int first, int rows);
    void *self;
} ag_observer;

/* What a pass through the net is for. All zero: evaluation. */
typedef struct ag_mode {
    bool training;          /* dropout drops, batch normalization uses this batch's statistics */
    bool remembers;         /* training: running statistics take this batch in */
    uint64_t seed;          /* with `step`: keys what is random in this pass */
    long step;              /* number of the mini-batch, from 1 */
    ag_team *team;          /* who shares the work: the numbers are the same; NULL: nobody */
    const atomic_int *stop; /* once set, the pass is left, its numbers are not to be used; NULL:
                               never */
    const ag_observer *observer; /* who looks, NULL: nobody; the numbers are the same */
    double hidden_noise;         /* see models/core/hidden_noise.h; 0: none */
    double hidden_l1;            /* of each value, see models/core/hidden_penalty.h; 0: none */
} ag_mode;

/* What a kind of layer can do. One file each in models/layers/. */
typedef struct ag_layer_kind {
    const char *name;
    bool borrows;  /* its weights are another layer's: that one starts them */
    bool in_place; /* `backward` can write dx over dy: they are one array, dy is gone */
    bool by_piece; /* takes a mini-batch piece by piece (ag_layer.piece): no example needs
                      another, but for sums over them that end with the last piece */
    bool waits;    /* all examples have gone through the layer before it when the first comes, and
                      back through the one behind it: by_piece, but not in one run with them */
    bool hands_on; /* its y is its x: one array, but for a layer that reads the data */
    /* Sets the n of self->slice[] and self->statistic from self->in, self->out and its
     * own settings. No memory is taken yet. NULL: it has none. */
    void (*measure)(ag_layer *self);
    /* Takes what it needs besides y, dy and parameters; rows_max examples at most.
     * NULL: nothing. */
    ag_status (*open)(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err);
    /* Bytes that `open` takes, about. NULL: none. */
    size_t (*bytes)(const ag_layer *self, int rows_max);
    /* Fills self->statistic as it is before the first step. NULL: zeros. */
    void (*begin)(ag_layer *self);
    /* Least examples of a mini-batch that it can be trained on. NULL: 1. */
    int (*rows_min)(const ag_layer *self);
    /* y from x (and x2). */
    void (*forward)(ag_layer *self, int rows);
    /* Gradients of its own parameters, and dx (and dx2) from dy where they are not
     * NULL: nothing in front of it learns. */
    void (*backward)(ag_layer *self, int rows);
    /* Multiplications and additions of one example, forward. NULL: not counted. */
    double (*flops)(const ag_layer *self);
} ag_layer_kind;

enum { AG_FROM_DATA = -1, AG_FROM_NOTHING = -2 };

struct ag_layer {
    const ag_layer_kind *kind;
    const ag_mode *mode;
    int stage;      /* from 1 */
    int from, skip; /* whose y are x and x2: a layer's number, AG_FROM_DATA, AG_FROM_NOTHING */
    ag_shape in, out;
    int in_block, out_block; /* how x and y lie, see shape.h */
    ag_slice slice[AG_ROLE_COUNT];
    ag_real *parameter[AG_ROLE_COUNT]; /* into the net's block; NULL if n = 0 */
    ag_real *gradient[AG_ROLE_COUNT];
    double gradient_squares[AG_ROLE_COUNT]; /* their sums, once the way back has come by */
    ag_slice statistic_slice; /* what it remembers and no gradient moves: running means */
    ag_real *statistic;
    int kernel_area; /* places of x that one place of y sees; 1 if all weights see all of x */
    bool shared;     /* a layer behind it has its weights, or learned parameters, too, and begins
                        their gradient */
    bool learns;     /* it or something in front of it has parameters: dy is needed */
    int run;         /* number of the first layer that takes the same pieces; its own: it alone, or
                        the first */
    struct ag_piece {
        int first;    /* example of the mini-batch that x, y, dx, dy, dydz begin with */
        bool goes_on; /* there are more pieces to come */
    } piece;          /* of a layer that takes pieces; all zero: the whole mini-batch */
    bool adds, adds2; /* another layer writes the dy of `from`, of `skip`: dx, dx2 is its own, and
                         added to it */

    const ag_real *x, *x2; /* [rows][in] */
    ag_real *dx, *dx2;     /* [rows][in], or NULL */
    ag_real *y, *dy;       /* [rows][out] */

    void *own; /* settings and buffers that only its kind knows */

    ag_choice activation; /* activation layers: which one */
    bool hidden;          /* ... of hidden units, not of the output */
    ag_real *dydz;        /* activation layers: [rows][out] f'(z); of a unit of several z the
                             largest |dy/dz_k| */
    double dx_squares;    /* ... if somebody looks: sum of squares of the dx that it made last */
    ag_real *dydp;        /* ... with K learned parameters: df/dp [K][rows_max][out] */
    ag_real *p;           /* ... and each of them for every number of one example [K][out] */
    int n_drawn_before;   /* ... that are random in training: how many such layers are in front */
    int rows_max;
    const ag_layer *lender; /* ... that are another layer's, in front of it; NULL: its own */
};

enum { AG_STAGE_NAME = 20 };

/* A row of the table `layer`. */
typedef struct ag_stage {
    char name[AG_STAGE_NAME];      /* "hidden1", "output" */
    const ag_layer *weights;       /* the layer with weights */
    const ag_layer *preactivation; /* whose y is z, dy is dLoss/dz: what the activation reads,
                                      behind normalization and skip; without one, `weights` */
    const ag_layer *activation;    /* NULL for the output, whose activation is part of the loss */
    int units;                     /* behind the activation; channels, for a convolution */
    size_t n_parameters;
} ag_stage;

typedef struct ag_net {
    ag_shape in;
    ag_mode *mode; /* of the passes to come; set by who calls them */
    int n_layers, n_stages;
    ag_layer *layers; /* [n_layers] */
    ag_stage *stages; /* [n_stages]; stage s is stages[s - 1] */
    size_t n_parameters;
    ag_real *parameters, *gradients; /* [n_parameters], role after role */
    ag_slice role[AG_ROLE_COUNT];    /* where each role lies in the block */
    size_t n_statistics;
    ag_real *statistics; /* [n_statistics]: with the parameters, all that evaluation depends on */
    int rows_max;

    ag_arena *arena; /* while it is being built */
    int n_layers_max, next_from;
    bool failed; /* out of memory while being built: ag_net_measure says it */
} ag_net;

/* --- building: what families call; models/layers.h has the layers ---------- */

/* The arena keeps all that the net points to: a copy of *net is the same net. */
ag_status ag_net_begin(ag_net *net, ag_shape in, int n_layers_max, ag_arena *arena, ag_error *err);

/* A layer of this kind behind the last one, out = in; own_bytes of zeros in layer->own.
 * For the ag_net_add_... of models/layers. NULL: out of memory, which ag_net_measure
 * will say. */
ag_layer *ag_net_add(ag_net *net, const ag_layer_kind *kind, size_t own_bytes);

/* The layer just added has weights and begins a stage. */
void ag_net_begin_stage(ag_net *net, int units, const char *name);

/* Number of the layer added last, for `from` and `skip`; AG_FROM_DATA before the first. */
static inline int ag_net_here(const ag_net *net) { return net->n_layers - 1; }

/* The layer that is added next reads layer `from` and not the one before it. */
static inline void ag_net_continue_from(ag_net *net, int from) { net->next_from = from; }

/* Shape and order of what the layer that is added next will read. */
ag_shape ag_net_shape(const ag_net *net);
int ag_net_block(const ag_net *net);

/* Counts parameters; afterwards n_parameters and the stages are known. AG_NOMEM. */
ag_status ag_net_measure(ag_net *net, ag_error *err);

/* --- using ------------------------------------------------------------------ */

/* Takes memory for parameters, gradients and rows_max examples. AG_STOPPED: by mode->stop. */
ag_status ag_net_open(ag_net *net, int rows_max, ag_arena *arena, ag_error *err);
/* Bytes that ag_net_open takes. */
size_t ag_net_bytes(const ag_net *net, int rows_max);

/* Fills all parameters and statistics: weights from streams keyed by (seed, stage). */
void ag_net_initialize(ag_net *net, const ag_choice *initializer, uint64_t seed);

/* Outputs [rows][units] of the last layer for x [rows][features], in a pass as
 * *net->mode says. */
const ag_real *ag_net_forward(ag_net *net, int rows, const ag_real *x);
/* All gradients, from the dy of the last layer, which the loss has filled. Whether all of
 * them are finite: the sums of their squares are taken on the way. */
bool ag_net_backward(ag_net *net, int rows);

/* Sums of squares anew, where gradients were made of several. */
void ag_net_square_gradients(ag_net *net);
/* Of all gradients together: finite if and only if all of them are. */
double ag_net_gradient_squares(const ag_net *net);

static inline ag_layer *ag_net_last(const ag_net *net) { return &net->layers[net->n_layers - 1]; }

/* Number of the layer whose weights a layer with weights has: its own, or the one it is tied to. */
int ag_net_owner(const ag_net *net, const ag_layer *weights);

/* Least examples of a mini-batch that the net can be trained on: batch normalization
 * of single numbers needs two. */
int ag_net_rows_min(const ag_net *net);

/* Floating-point operations for one example of training: forward and backward. */
double ag_net_flops(const ag_net *net);

#endif

/* A net: layers in a row, all their parameters in one block, all gradients in
 * another, so that an optimizer step is one loop and a checkpoint one write.
 *
 *     x  input of a layer      z  before the activation     a  after it
 *     dy dx dz  derivative of the loss with respect to y, x, z
 *
 * Two words are kept apart. A *layer* is one step of the computation: dense,
 * activation, later convolution, pooling, normalization. A *stage* is what users
 * count as a layer (depth, the table `layer`): a layer with weights and what
 * follows it up to the next one. Stages count from 1 at the input.
 */
#ifndef AG_NET_H
#define AG_NET_H

#include "activations/activation.h"
#include "harness/base/arena.h"
#include "harness/base/status.h"
#include "harness/num/shape.h"

#include <stdint.h>

/* What part of the parameters plays: decides about weight decay and probes. */
typedef enum ag_role {
    AG_ROLE_WEIGHT,
    AG_ROLE_BIAS,
    AG_ROLE_LEARNED, /* of an activation: never decayed */
    AG_ROLE_COUNT
} ag_role;

/* n parameters from `offset` on in the net's blocks. */
typedef struct ag_slice {
    size_t offset, n;
} ag_slice;

typedef struct ag_layer ag_layer;

/* What a kind of layer can do. One file each in models/layers/. */
typedef struct ag_layer_kind {
    const char *name;
    /* Sets self->out and the n of self->slice[] from self->in and its own
     * settings. No memory is taken yet. */
    void (*measure)(ag_layer *self);
    /* Takes what it needs besides y, dy and parameters; rows_max examples at most.
     * NULL: nothing. */
    ag_status (*open)(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err);
    /* y from x. */
    void (*forward)(ag_layer *self, int rows);
    /* Gradients of its own parameters, and dx from dy unless dx is NULL (first layer). */
    void (*backward)(ag_layer *self, int rows);
    /* Multiplications and additions of one example, forward. NULL: not counted. */
    double (*flops)(const ag_layer *self);
} ag_layer_kind;

struct ag_layer {
    const ag_layer_kind *kind;
    int stage; /* from 1 */
    ag_shape in, out;
    ag_slice slice[AG_ROLE_COUNT];
    ag_real *parameter[AG_ROLE_COUNT]; /* into the net's block; NULL if n = 0 */
    ag_real *gradient[AG_ROLE_COUNT];

    const ag_real *x; /* [rows][in]: the y of the layer before, or the data */
    ag_real *dx;      /* [rows][in]: the dy of the layer before, or NULL */
    ag_real *y, *dy;  /* [rows][out] */

    ag_choice activation; /* activation layers: which one */
    ag_real *dydz;        /* activation layers: [rows][out] f'(z) */
    ag_real *dydp, *p;    /* ... with a learned parameter: df/dp [rows][out]; p for each channel */
};

enum { AG_STAGE_NAME = 20 };

/* A row of the table `layer`. */
typedef struct ag_stage {
    char name[AG_STAGE_NAME]; /* "hidden1", "output" */
    ag_layer *weights;        /* the layer with weights */
    ag_layer *activation;     /* NULL for the output, whose activation is part of the loss */
    int units;
    size_t n_parameters;
} ag_stage;

typedef struct ag_net {
    ag_shape in;
    int n_layers, n_stages;
    ag_layer *layers; /* [n_layers] */
    ag_stage *stages; /* [n_stages]; stage s is stages[s - 1] */
    size_t n_parameters;
    ag_real *parameters, *gradients; /* [n_parameters], weights first, then biases, then learned */
    ag_slice role[AG_ROLE_COUNT];    /* where each role lies in the block */
    int rows_max;
} ag_net;

/* Building, used by the families. The arena keeps the net. */
ag_status ag_net_begin(ag_net *net, ag_shape in, int n_layers_max, ag_arena *arena, ag_error *err);
void ag_net_add_dense(ag_net *net, int units, const char *stage_name);
void ag_net_add_activation(ag_net *net, const ag_choice *activation);
/* Counts parameters and shapes; afterwards n_parameters and the stages are known. */
void ag_net_measure(ag_net *net);

/* Takes memory for parameters, gradients and rows_max examples. */
ag_status ag_net_open(ag_net *net, int rows_max, ag_arena *arena, ag_error *err);
/* Bytes that ag_net_open takes. */
size_t ag_net_bytes(const ag_net *net, int rows_max);

/* Fills all parameters: weights from streams keyed by (seed, stage). */
void ag_net_initialize(ag_net *net, const ag_choice *initializer, uint64_t seed);

/* Outputs [rows][units] of the last layer for x [rows][features]. */
const ag_real *ag_net_forward(ag_net *net, int rows, const ag_real *x);
/* All gradients, from the dy of the last layer, which the loss has filled. */
void ag_net_backward(ag_net *net, int rows);

static inline ag_layer *ag_net_last(const ag_net *net) { return &net->layers[net->n_layers - 1]; }

/* Floating-point operations for one example of training: forward and backward. */
double ag_net_flops(const ag_net *net);

#endif

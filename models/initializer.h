/* An initializer: how a layer's weights start. One file each in
 * models/initializers/; the build finds it by its name. */
#ifndef AG_INITIALIZER_H
#define AG_INITIALIZER_H

#include "harness/base/catalogue.h"
#include "harness/base/random.h"
#include "harness/base/stop.h"
#include "harness/num/real.h"

/* The layer that asks. Weights are a matrix w[fan_in][units], row-major: column
 * u holds the incoming weights of unit u. fan_out is `units` for a dense layer
 * and units x kernel area for a convolution. */
typedef struct ag_weights_request {
    int fan_in, fan_out, units;
    const double *param;    /* of the initializer, in the order of about.params */
    const ag_choice *input; /* the activation that makes this layer's input; NULL for the data */
    const atomic_int *stop; /* once set, the weights are not to be used; NULL: never */
} ag_weights_request;

typedef struct ag_initializer {
    ag_element about;
    /* Promised variance of one weight; NULL where weights are not alike. */
    double (*variance)(const ag_weights_request *r);
    /* Fills w[fan_in][units] and b[units], which is 0 before, or NULL for a layer
     * without biases. Draws its normal or
     * uniform numbers in row-major order of w, so that initializers of one kind
     * differ by scale only and are paired. */
    void (*fill)(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b);
} ag_initializer;

extern const ag_catalogue ag_initializers;

static inline const ag_initializer *ag_initializer_of(const ag_choice *choice) {
    return (const ag_initializer *)(const void *)choice->element;
}

/* 1 / sqrt(E f(z)^2) for z ~ N(0, 1): weights of variance gain^2 / fan_in keep the
 * variance of what passes through f at 1. Quadrature of the double definition, to
 * 1e-12; NULL (the data) gives 1, and so does a function for which no gain can do
 * it: f = 0, or not finite on [-12, 12]. ReLU 1.4142, SELU 1.0000, GELU 1.5335. */
double ag_activation_gain(const ag_choice *activation);

#endif

/* The residual nets for small pictures, of 6 n + 2 layers: resnet8, resnet20.
 *
 * A convolution of `width` channels; three groups of n blocks of two convolutions, with
 * width, 2 width and 4 width channels, each group but the first beginning with a stride
 * of 2; the mean of each channel; the output. Each block has a way around it: the
 * identity, or a shortcut without parameters (option A of the paper).
 */
#ifndef AG_RESIDUAL_H
#define AG_RESIDUAL_H

#include "models/core/convolutional.h"

#define AG_RESIDUAL_PARAMS                                                                         \
    {.name = "width",                                                                              \
     .kind = AG_PARAM_INT,                                                                         \
     .standard = 16,                                                                               \
     .min = 1,                                                                                     \
     .max = 1024,                                                                                  \
     .meaning =                                                                                    \
         "channels of the first group; the second has twice, the third four times as many"},       \
        AG_HIDDEN_PARAMS_WITH(AG_NORMALIZATION_BATCH), AG_OUTPUT_PARAM

#define AG_RESIDUAL_FORMULA                                                                        \
    "conv(width), 3 x [n x [conv, normalization, activation, conv, normalization, + x, "           \
    "activation]], average, dense(outputs)"

#define AG_RESIDUAL_PAPER "K. He, X. Zhang, S. Ren, J. Sun, 2015, arXiv:1512.03385, section 4.2"

/* What a family gives: n blocks in each group. */
void ag_residual_size(const ag_choice *model, int n, int *depth, int *width);
ag_status ag_residual_build(ag_convolutional *c, int n, ag_shape in, int outputs, ag_arena *arena,
                            ag_error *err);

#endif

/* The layers there are, and how a family adds them to a net. Each stands in a file of
 * its own in models/layers/.
 *
 * A family is a list of such calls. What cannot be built (a kernel larger than the
 * picture) is found by the family before it calls; running out of memory is said by
 * ag_net_measure.
 */
#ifndef AG_LAYERS_H
#define AG_LAYERS_H

#include "models/core/window.h"
#include "models/net.h"

/* Begins a stage. `bias` false where a normalization behind it takes every shift out. A
 * picture in front of it is flattened, channels first. */
void ag_net_add_dense(ag_net *net, int units, bool bias, const char *stage_name);

/* Begins a stage. Weights are those of the dense layer `of`, transposed: as many units as
 * that one has inputs. Only one layer can be tied to it. Its own biases begin at 0. */
void ag_net_add_tied(ag_net *net, int of, bool bias, const char *stage_name);

/* An activation of n pre-activations (ag_act_inputs) makes of n x width channels `width`. */
void ag_net_add_activation(ag_net *net, const ag_choice *activation);

/* A picture as a row of numbers, channels first. Nothing for what lies so already. */
void ag_net_add_flatten(ag_net *net);

/* y = x + the y of layer `from`, which has the shape and the order of x. */
void ag_net_add_skip(ag_net *net, int from);

/* Begins a stage. The window must fit: ag_window_out gives no 0. */
void ag_net_add_conv(ag_net *net, int channels, const ag_window *window, bool bias,
                     const char *stage_name);

/* Windows without padding, and not larger than AG_POOL_KERNEL_MAX. */
void ag_net_add_max_pool(ag_net *net, const ag_window *window);
void ag_net_add_average_pool(ag_net *net, const ag_window *window);

/* A row of numbers: the mean of each channel. */
void ag_net_add_global_average_pool(ag_net *net);

/* Every stride-th place, and channels of zeros behind those there are. */
void ag_net_add_shortcut(ag_net *net, int channels, int stride);

/* Normalizations: a gain and a shift for each channel. */
void ag_net_add_batch_norm(ag_net *net);
void ag_net_add_layer_norm(ag_net *net);

/* Training leaves out a share `rate` of the values, 0 <= rate < 1. */
void ag_net_add_dropout(ag_net *net, double rate);
void ag_net_add_alpha_dropout(ag_net *net, double rate);

/* Probabilities, or their logarithms, over all values of an example. */
void ag_net_add_softmax(ag_net *net);
void ag_net_add_log_softmax(ag_net *net);

/* For who looks at a net. */
extern const ag_layer_kind ag_layer_dense, ag_layer_tied, ag_layer_activation, ag_layer_unit,
    ag_layer_batch_norm, ag_layer_layer_norm, ag_layer_dropout, ag_layer_alpha_dropout;

/* Of ag_net_add_activation: what takes several pre-activations for each unit. NULL: no memory. */
ag_layer *ag_net_add_unit(ag_net *net, const ag_choice *activation);

#endif

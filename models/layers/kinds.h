/* The kinds of layers there are. */
#ifndef AG_KINDS_H
#define AG_KINDS_H

#include "models/net.h"

extern const ag_layer_kind ag_layer_dense;
extern const ag_layer_kind ag_layer_activation;

#endif

#include "datasets/uci/uci_sets.h"

#include <stddef.h>

#define NONE(name, features, classes)                                                              \
    {name, features, classes, AG_UCI_ALIKE, {0, 0, NULL}, {0, 0, NULL}},
#define ONE(name, features, classes, n, bytes, sum)                                                \
    {name, features, classes, AG_UCI_ALIKE, {n, bytes, sum}, {0, 0, NULL}},
#define TWO(name, features, classes, match, n, bytes, sum, n2, bytes2, sum2)                       \
    {name, features, classes, AG_UCI_##match, {n, bytes, sum}, {n2, bytes2, sum2}},
const ag_uci_set ag_uci_sets[] = {
#include "datasets/uci/uci_sets.inc"
};
#undef NONE
#undef ONE
#undef TWO

const int ag_n_uci_sets = sizeof ag_uci_sets / sizeof *ag_uci_sets;

#define NONE(name, ...) name,
#define ONE(name, ...) name,
#define TWO(name, ...) name,
const char *const ag_uci_names[] = {
#include "datasets/uci/uci_sets.inc"
    NULL,
};

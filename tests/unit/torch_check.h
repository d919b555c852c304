/* Blocks of parameters against PyTorch's, for the tests of training. */
#ifndef AG_TORCH_CHECK_H
#define AG_TORCH_CHECK_H

#include "check.h"
#include "harness/base/catalogue.h"
#include "harness/num/real.h"

static const bool in_double = sizeof(ag_real) == sizeof(double);

/* Distance of ours from theirs, as a share of their norm. */
static inline double torch_distance(int n, const ag_real *ours, const double *theirs) {
    double sum = 0, squares = 0;
    for (int i = 0; i < n; i++) {
        sum += ((double)ours[i] - theirs[i]) * ((double)ours[i] - theirs[i]);
        squares += theirs[i] * theirs[i];
    }
    return sqrt(sum) / sqrt(squares);
}

static inline ag_choice choose(const ag_catalogue *catalogue, const char *name) {
    return ag_choice_standard(ag_catalogue_find(catalogue, name));
}

static inline void set(ag_choice *choice, const char *name, double value) {
    const int i = ag_element_param(choice->element, name);
    CHECK(i >= 0, "%s has no parameter %s", choice->element->name, name);
    if (i >= 0) choice->number[i] = value;
}

#endif

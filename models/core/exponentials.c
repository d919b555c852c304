#include "models/core/exponentials.h"

#include "harness/num/vector.h"

ag_real ag_largest(size_t n, const ag_real *x) {
    ag_real m = x[0];
    for (size_t i = 1; i < n; i++)
        m = x[i] > m ? x[i] : m;
    return m;
}

AG_VECTORIZED(extern, ag_exponentials, (size_t n, ag_real *x), (n, x)) {
    for (size_t i = 0; i < n; i++)
#ifdef AG_DOUBLE
        x[i] = exp(x[i]);
#else
        x[i] = ag_vector_exp(x[i]);
#endif
}

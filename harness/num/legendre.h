/* Gauss-Legendre quadrature with 10 points: exact for polynomials of degree 19. */
#ifndef AG_LEGENDRE_H
#define AG_LEGENDRE_H

enum { AG_LEGENDRE_PAIRS = 5 };

/* On [-1, 1] a pair of points at +-node[i], each of weight[i]: M. Abramowitz, I. Stegun 1964,
 * table 25.4. */
extern const double ag_legendre_node[AG_LEGENDRE_PAIRS], ag_legendre_weight[AG_LEGENDRE_PAIRS];

#endif

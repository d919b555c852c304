/* ag_real: what weights, activations and gradients are made of.
 *
 * float in the program; double in the second build of the same sources, which
 * the numeric tests use, where a difference quotient is worth 1e-7 and not 1e-2.
 */
#ifndef AG_REAL_H
#define AG_REAL_H

#ifdef AG_DOUBLE
typedef double ag_real;
#else
typedef float ag_real;
#endif

/* Several copies of a function, one per instruction set, chosen when the
 * program starts. -ffp-contract=off and no reassociation: every copy gives the
 * same bits. Not under sanitizers, whose runtime is not ready that early, and
 * not with clang 14, which does not know these names. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(AG_CLONES)
#define AG_VECTORIZED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define AG_VECTORIZED
#endif

#endif

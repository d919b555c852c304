/* Functions whose loops become vector code. */
#ifndef AG_VECTORIZED_H
#define AG_VECTORIZED_H

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

/* Functions whose loops become vector code, once per instruction-set level.
 *
 *     AG_VECTORIZED(static, scale, (size_t n, float factor, float *x), (n, factor, x)) {
 *         for (size_t i = 0; i < n; i++)
 *             x[i] *= factor;
 *     }
 *
 * defines `static void scale(size_t n, float factor, float *x)`: storage (static or
 * extern), name, parameters, and the same parameters as the arguments of a call.
 * AG_VECTORIZED_VALUE takes the type of a value after the storage.
 *
 * The body is written into one copy per level; what it calls is so only if it is
 * AG_INLINE. -ffp-contract=off and no reassociation: every copy gives the same bits.
 * Not gcc's target_clones: no variable steers those, clang 14 does not know them, and
 * sanitizers are not ready when they are chosen. Which copy runs costs 1 ns a call.
 */
#ifndef AG_VECTORIZED_H
#define AG_VECTORIZED_H

#include "harness/base/isa.h"

#define AG_INLINE static inline __attribute__((always_inline))

#define AG_VECTORIZED(storage, name, params, args)                                                 \
    AG_LEVELS(storage, void, name, params, args, params, args, /* nothing to give back */)
#define AG_VECTORIZED_VALUE(storage, value, name, params, args)                                    \
    AG_LEVELS(storage, value, name, params, args, params, args, return )

/* The same for a body that has other parameters than the function: in body_args the constant
 * ag_floats is how many a vector of the level holds. */
#define AG_VECTORIZED_WIDTH(storage, name, params, args, body_params, body_args)                   \
    AG_LEVELS(storage, void, name, params, args, body_params, body_args, /* nothing */)

/* Before a loop none of whose turns reads what another writes: where its arrays are too many for
 * gcc to compare their places first. */
#if defined(__GNUC__) && !defined(__clang__)
#define AG_INDEPENDENT _Pragma("GCC ivdep")
#else
#define AG_INDEPENDENT
#endif

/* One copy, with the level's name in profiles. Not inlined: it could not be, into a
 * function of another level, and the choice stays a compare and a jump. */
#define AG_COPY(level, floats, value, name, params, body_args, give)                               \
    __attribute__((noinline, target("arch=x86-64-" #level))) static value name##_##level params {  \
        enum { ag_floats = floats };                                                               \
        give name##_body body_args;                                                                \
    }

#if AG_ISA_MAX >= 4
#define AG_LEVELS(storage, value, name, params, args, body_params, body_args, give)                \
    AG_INLINE value name##_body body_params;                                                       \
    AG_COPY(v4, 16, value, name, params, body_args, give)                                          \
    AG_COPY(v3, 8, value, name, params, body_args, give)                                           \
    AG_COPY(v2, 4, value, name, params, body_args, give)                                           \
    storage value name params {                                                                    \
        if (ag_isa() >= AG_ISA_V4)                                                                 \
            give name##_v4 args;                                                                   \
        else if (ag_isa() == AG_ISA_V3)                                                            \
            give name##_v3 args;                                                                   \
        else                                                                                       \
            give name##_v2 args;                                                                   \
    }                                                                                              \
    AG_INLINE value name##_body body_params
#elif AG_ISA_MAX == 3
#define AG_LEVELS(storage, value, name, params, args, body_params, body_args, give)                \
    AG_INLINE value name##_body body_params;                                                       \
    AG_COPY(v3, 8, value, name, params, body_args, give)                                           \
    AG_COPY(v2, 4, value, name, params, body_args, give)                                           \
    storage value name params {                                                                    \
        if (ag_isa() >= AG_ISA_V3)                                                                 \
            give name##_v3 args;                                                                   \
        else                                                                                       \
            give name##_v2 args;                                                                   \
    }                                                                                              \
    AG_INLINE value name##_body body_params
#else /* one level: what the compiler builds for */
#define AG_LEVELS(storage, value, name, params, args, body_params, body_args, give)                \
    AG_INLINE value name##_body body_params;                                                       \
    storage value name params {                                                                    \
        enum { ag_floats = 4 };                                                                    \
        give name##_body body_args;                                                                \
    }                                                                                              \
    AG_INLINE value name##_body body_params
#endif

#endif

/* How the processor rounds, in this thread.
 *
 * A new thread inherits the mode of the one that starts it, and a library may change it when it is
 * loaded: what is linked with -ffast-math flushes small numbers to zero from then on. So whoever
 * starts a thread that computes sets the mode there, and a trial is held to it from its beginning
 * to its end.
 */
#ifndef AG_FLOAT_MODE_H
#define AG_FLOAT_MODE_H

#include <stdbool.h>

/* To the nearest, denormals alive, no trap. */
void ag_float_mode_set(void);

/* Whether it is that. 20 ns. */
bool ag_float_mode_is_set(void);

#endif

/* What this process holds of the machine's memory, in bytes; 0 where the system does not say. */
#ifndef AG_MEMORY_H
#define AG_MEMORY_H

#include <stddef.h>

size_t ag_memory_now(void);  /* at this moment */
size_t ag_memory_peak(void); /* the most since it began */

#endif

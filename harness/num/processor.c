#include "harness/num/processor.h"

#include <float.h>

bool ag_num_denormals_alive(void) {
    volatile float smallest = FLT_MIN;
    volatile float half = smallest / 2.0f;
    return half > 0.0f && half * 2.0f == smallest;
}

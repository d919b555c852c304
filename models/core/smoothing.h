/* Label smoothing: the target is the label's class with 1 - s and all K classes,
 * the label's too, with s / K. */
#ifndef AG_SMOOTHING_H
#define AG_SMOOTHING_H

/* The first parameter of losses that have it; ag_loss_reported finds it by name. */
enum { AG_SMOOTHING };

#define AG_SMOOTHING_NAME "label_smoothing"
#define AG_SMOOTHING_PARAM                                                                         \
    {                                                                                              \
        .name = AG_SMOOTHING_NAME, .kind = AG_PARAM_REAL, .standard = 0, .min = 0, .max = 1,       \
        .meaning = "share of the target that all classes get alike; changes what is minimised, "   \
                   "not what is reported"                                                          \
    }

#endif

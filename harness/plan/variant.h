/* One part of the settings: from a node of the file to a checked variant, and
 * single settings out of one. Private to harness/plan. */
#ifndef AG_VARIANT_H
#define AG_VARIANT_H

#include "harness/config/writer.h"
#include "harness/plan/path.h"
#include "harness/plan/plan.h"

/* Reads and checks a part into v->is. `node` NULL or empty: standard values where
 * the part has them. Lists are taken from `arena`. *n_layers receives
 * the length of {layers: [...]}, 0 for everything else. A list of equal activations
 * is held as one activation: same settings, same id. */
ag_status ag_variant_read(ag_arena *arena, ag_part part, const ag_node *node, ag_variant *v,
                          int *n_layers, ag_error *err);

/* Every probe there is, one bit each. */
uint64_t ag_which_all(void);

/* The part `training`. */
ag_status ag_training_read(ag_arena *arena, const ag_node *node, ag_training *training,
                           ag_error *err);

/* The canonical JSON of v->is, and the short label. */
void ag_variant_write_json(ag_writer *w, ag_part part, const ag_variant *v);
void ag_variant_write_label(ag_writer *w, ag_part part, const ag_variant *v);

/* One setting of a variant: what stands at a dotted path. */
typedef enum ag_setting_kind {
    AG_SETTING_NONE, /* this variant has no such setting */
    AG_SETTING_NUMBER,
    AG_SETTING_FLAG,   /* number is 0 or 1 */
    AG_SETTING_WORD,   /* text */
    AG_SETTING_CHOICE, /* choice */
    AG_SETTING_LIST,   /* param and value */
    AG_SETTING_NAMES,  /* names: a bit for each probe of the catalogue */
    AG_SETTING_LAYERS, /* list */
    AG_SETTING_PART    /* all of training or probes */
} ag_setting_kind;

typedef struct ag_setting {
    ag_setting_kind kind;
    double number;
    const char *text;
    ag_choice choice;
    const ag_activation_list *list;
    const char *number_means; /* CHOICE: the element that a bare number stands for, or NULL */
    uint64_t names;
    const ag_param *param;
    ag_value value;
} ag_setting;

/* One value of a parameter as a setting. */
ag_setting ag_setting_of(const ag_param *param, ag_value value);

/* path[0] is the part, path[1] the key below it, ... */
ag_setting ag_variant_setting(ag_part part, const ag_variant *v, int n_path,
                              const char *const *path);

/* For people: 0.05, true, elu(alpha=0.5). */
void ag_write_setting(ag_writer *w, const ag_setting *setting);

#endif

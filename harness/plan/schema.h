/* The keys of an experiment file: one row each, read by the parser, by the error
 * messages and by `actgrid help experiment`. Private to harness/plan. */
#ifndef AG_SCHEMA_H
#define AG_SCHEMA_H

#include "harness/config/fields.h"
#include "harness/plan/plan.h"

/* The top level of the file. */
typedef struct ag_root_form {
    const char *name, *description;
    const ag_node *part[AG_PARTS];
    const ag_node *seeds, *seed, *phase, *grid, *zip, *exclude, *tuning, *claims;
} ag_root_form;

typedef struct ag_probes_form {
    const ag_node *every, *which;
    int examples;
    bool histograms, channels;
} ag_probes_form;

/* How a part is read: as a choice from a catalogue, or as fields. */
typedef struct ag_part_schema {
    const ag_catalogue *catalogue; /* NULL: fields */
    const char *name_key;          /* "name", or "type" for the model */
    const ag_field *fields;
    int n_fields;
    const char *list_key; /* a key that takes a list and is no parameter: layers, which; or NULL */
} ag_part_schema;

extern const ag_part_schema ag_part_schemas[AG_PARTS];
extern const ag_field ag_root_fields[];
extern const int ag_n_root_fields;

typedef struct ag_tuning_form {
    const ag_node *over, *seeds, *final_seeds;
    int metric;
    ag_choice search, halving;
} ag_tuning_form;
extern const ag_field ag_tuning_fields[];
extern const int ag_n_tuning_fields;
extern const char *const ag_tuning_metrics[];       /* ends in NULL */
extern const ag_catalogue ag_searches, ag_halvings; /* see tuning_choices.c */

/* What `training` chooses from, see training_choices.c. */
extern const ag_catalogue ag_clips, ag_stops, ag_noises, ag_augmentations, ag_robustnesses;

enum { AG_SEED_COUNT_MAX = AG_TRIALS_MAX };
extern const double AG_SEED_MAX; /* 2^53 - 1: exact in JSON and SQL too */

/* -1 if there is no such part. */
int ag_part_find(const char *name);

#endif

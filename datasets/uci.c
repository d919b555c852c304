/* The 121 classification sets that M. Fernandez-Delgado and others prepared from the UCI
 * repository: each a table of numbers, most of them standardized, texts made numbers.
 *
 * 19 sets come as a training and a test file. In 11 of these only one of the two was
 * standardized: they do not match, and only the training file is used. In the other 8 each
 * was standardized by itself, so that test values are slightly off.
 */
#include "datasets/table/csv_examples.h"
#include "datasets/uci/uci_sets.h"

enum { TEST_AUTO, TEST_OFFICIAL, TEST_HELD_OUT };
static const char *const test_words[] = {"auto", "official", "held_out", NULL};

static const ag_uci_set *set_of(const ag_choice *choice) {
    return &ag_uci_sets[(int)ag_choice_number(choice, "set", 0)];
}

/* --- what is used ----------------------------------------------------------------- */

static ag_status refuse(const ag_uci_set *set, const char *why, ag_error *err) {
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "set is %s, %s", set->name, why);
}

static ag_status choose_test(const ag_choice *choice, bool *official, ag_error *err) {
    const ag_uci_set *set = set_of(choice);
    const int wish = (int)ag_choice_number(choice, "test_part", TEST_AUTO);
    const bool fits = set->second.n && set->match == AG_UCI_ALIKE;
    *official = wish == TEST_OFFICIAL || (wish == TEST_AUTO && fits);
    if (!*official || fits) return AG_OK;
    if (!set->second.n) return refuse(set, "which has no official test part", err);
    return refuse(set,
                  set->match == AG_UCI_TEST_RAW
                      ? "whose test file was not standardized as its training file: 'test_part: "
                        "held_out' uses the training file only"
                      : "whose training file was not standardized as its test file: 'test_part: "
                        "held_out' uses the training file only",
                  err);
}

static const char *note_of(const ag_uci_set *set, bool official) {
    if (!set->second.n) return NULL;
    if (official)
        return "tested on the official test file, which its authors standardized by itself, not "
               "as the training file";
    if (set->match == AG_UCI_ALIKE)
        return "tested on held-out rows of the training file; the official test file is not used";
    return "tested on held-out rows of the training file: the official test file does not match, "
           "as only one of the two was standardized";
}

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    (void)arena;
    const ag_uci_set *set = set_of(choice);
    bool official;
    if (!set->first.n)
        return refuse(set, "whose data are not in the collection: its files were too large", err);
    AG_TRY(choose_test(choice, &official, err));
    source->shape = (ag_shape){set->features, 1, 1};
    source->regression = false;
    source->n_classes = set->classes;
    source->n_targets = 0;
    source->train.n = set->first.n;
    source->test.n = official ? set->second.n : 0;
    source->note = note_of(set, official);
    return AG_OK;
}

/* --- reading ------------------------------------------------------------------------ */

/* A line "f1 f2 ... clase", then rows: number of the row, features, class from 0; tabs. */
static const ag_csv_format format = {
    .header = AG_CSV_HEADER_FALSE, .separator = '\t', .skip_first = true};
static const ag_csv_wishes wishes = {.target = "-1",
                                     .ignore = "1",
                                     .categorical = "",
                                     .task = AG_CSV_TASK_CLASSIFICATION,
                                     .categories_max = 1};

static ag_status load_part(const ag_choice *choice, const char *archive, bool second,
                           ag_csv_coding *coding, ag_arena *arena, struct ag_source_part *part,
                           ag_error *err) {
    const char *path = NULL;
    AG_TRY(ag_uci_find(set_of(choice), second, ag_dataset_of(choice), archive, arena, &path, err));
    return ag_csv_read(path, &format, &wishes, arena, coding, part, err);
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    const ag_uci_set *set = set_of(choice);
    const bool official = source->test.n > 0;
    ag_csv_coding coding = {0};
    AG_TRY(load_part(choice, paths[0], false, &coding, arena, &source->train, err));
    if (coding.n_features != (size_t)set->features || coding.n_classes != (size_t)set->classes ||
        source->train.n != set->first.n)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s has %zu rows, %zu features, %zu classes, must have %lu, %d, %d",
                       set->name, source->train.n, coding.n_features, coding.n_classes,
                       (unsigned long)set->first.n, set->features, set->classes);
    return official ? load_part(choice, paths[0], true, &coding, arena, &source->test, err) : AG_OK;
}

static const ag_data_file files[] = {
    {.name = "uci121-delgado2014.tar.xz",
     .sha256 = "8cc39bd5c0f7a2f534537bd82df7295ee80ba8e317f78341e5f5af682b3a5b3b",
     .bytes = 27239988,
     .optional = true},
};

static const ag_param params[] = {
    {.name = "set",
     .kind = AG_PARAM_WORD,
     .words = ag_uci_names,
     .required = true,
     .meaning = "which of the collection, as its authors named them"},
    {.name = "test_part",
     .kind = AG_PARAM_WORD,
     .words = test_words,
     .meaning = "auto: the official test file where it matches the training file, else held-out "
                "rows; the two were standardized each by itself, in 11 sets only one of them"},
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_PARAMS(0.2, 2),
};

const ag_dataset ag_data_uci = {
    .about = {.name = "uci",
              .formula = "a set of the UCI repository: {name: uci, set: iris}",
              .paper = "M. Fernandez-Delgado, E. Cernadas, S. Barro, D. Amorim, 2014, JMLR 15:3133",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "CC BY 4.0 for most sets of the UCI repository; each set's .names file says",
    .own_files = true,
    .files = files,
    .n_files = AG_COUNT(files),
    .folder = "uci121",
    .by_hand =
        "unpack http://persoal.citius.usc.es/manuel.fernandez.delgado/papers/jmlr/"
        "data.tar.gz into uci121/uci121-delgado2014/ below a folder of ACTGRID_DATA, so that "
        "uci121/uci121-delgado2014/iris/iris_R.dat is there",
    .describe = describe,
    .load = load,
};

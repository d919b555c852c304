/* Papers: reading their files, and their numbers beside those of stores made by hand. */
#include "results/report/paper_compare.h"
#include "store_fixture.h"

/* --- reading ---------------------------------------------------------------------------------- */

#define HEAD "title: T\nauthors: A\nyear: 2015\nid: none\nwhat: it\nscales: {reduced: {}}\n"
#define NUMBER(rest)                                                                               \
    HEAD "numbers:\n  - {what: w, metric: val_accuracy, source: table 1, " rest "}\n"
#define SURE "certainty: verified"

static ag_status read_paper(const char *text, ag_arena *arena, ag_paper *paper, ag_error *err) {
    return ag_paper_read(arena, "p.paper.yaml", text, strlen(text), paper, err);
}

static void test_refused(void) {
    static const struct {
        const char *text, *where, *says;
    } cases[] = {
        {"title: T\n", "p.paper.yaml:1:1", "'authors' is missing"},
        {HEAD "numers: []\n", "p.paper.yaml:7:1", "did you mean 'numbers'?"},
        {HEAD "deviations: none\n", "p.paper.yaml:7:13", "a list of texts"},
        {HEAD "numbers: {}\n", "p.paper.yaml:7:10", "a list of maps"},
        {"title: T\nauthors: A\nyear: 2015\nid: x\nwhat: it\nscales: {}\n", "p.paper.yaml:6:9",
         "scales must be"},
        {"title: T\nauthors: A\nyear: 2015\nid: x\nwhat: it\nscales: {full: {override: [a=1]}}\n",
         "p.paper.yaml:6:17", "did you mean 'overrides'?"},
        {NUMBER("at: {activation: relu}, paper: 1, tolerance: 0.1, certainty: unverified"),
         "p.paper.yaml:8:115", "nobody has checked"},
        {NUMBER("at: {activation: relu}, paper: 1, tolerance: 0.1, certainty: verifed"),
         "p.paper.yaml:8:115", "did you mean 'verified'?"},
        {NUMBER("at: {activation: relu}, paper: 1, tolerance: 0.1"), "p.paper.yaml:8:5",
         "'certainty' is missing"},
        {NUMBER("at: {activation: relu}, tolerance: 0.1, " SURE), "p.paper.yaml:8:5",
         "'paper' is missing"},
        {NUMBER("at: {model.depth: 2}, paper: 1, tolerance: 0.1, " SURE), "p.paper.yaml:8:58",
         "no activation"},
        {NUMBER("at: {activation: [relu, tanh]}, paper: 1, tolerance: 0.1, " SURE),
         "p.paper.yaml:8:71", "one value"},
        {NUMBER("at: {activation: relu}, paper: 1, tolerance: 0, " SURE), "p.paper.yaml:8:99",
         "tolerance must be"},
        {NUMBER("at: {activation: relu}, paper: 1, tolerance: -5%, " SURE), "p.paper.yaml:8:99",
         "tolerance must be"},
        {NUMBER("at: {activation: relu}, paper: 0, tolerance: 5%, " SURE), "p.paper.yaml:8:99",
         "which is 0"},
        {NUMBER("at: {activation: relu}, paper: 1, tolerance: {sigma: 4}, " SURE),
         "p.paper.yaml:8:99", "tolerance must be"},
        {NUMBER("at: {activation: relu}, paper: 1, tolerance: 1, epoch: 1.5, " SURE),
         "p.paper.yaml:8:109", "epoch is"},
        {NUMBER("at: {activation: relu}, paper: 1, tolerance: 1, layer: 0, " SURE),
         "p.paper.yaml:8:109", "layer is"},
        {NUMBER("at: {activation: relu}, over: {activation: tanh}, minus: {activation: tanh}, "
                "paper: 1, tolerance: 1, " SURE),
         "p.paper.yaml:8:111", "not both"},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_paper paper;
        ag_error err = {0};
        CHECK(read_paper(cases[i].text, &arena, &paper, &err) == AG_CONFIG, "case %d is read", i);
        CHECK(strcmp(err.where, cases[i].where) == 0, "case %d: at %s, must be %s (%s)", i,
              err.where, cases[i].where, err.text);
        CHECK(strstr(err.text, cases[i].says), "case %d: %s", i, err.text);
        ag_arena_close(&arena);
    }
}

static void test_read(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_paper paper = {0};
    ag_error err = {0};
    const char *text =
        HEAD "figure: box\nby: depth\ndeviations: [one, two]\nnumbers:\n"
             "  - &a\n    what: w\n    metric: val_loss\n    epoch: 0\n    at: {activation: relu, "
             "model.depth: 2}\n    paper: -0.5\n    tolerance: 15%\n    certainty: figure\n"
             "    source: figure 2\n"
             "  - {<<: *a, layer: 3, minus: {model.depth: 4}, tolerance: {sigma: 4, most: 0.1}}\n";
    CHECK(read_paper(text, &arena, &paper, &err) == AG_OK, "%s %s", err.where, err.text);
    CHECK(paper.n_numbers == 2 && paper.n_deviations == 2 && paper.n_scales == 1, "counts");
    CHECK(strcmp(paper.figure, "box") == 0 && strcmp(paper.by, "depth") == 0, "figure");
    const ag_paper_number *a = &paper.numbers[0], *b = &paper.numbers[1];
    CHECK(a->epoch == 0 && a->layer == AG_LAYER_NONE && a->relation == AG_PAPER_ALONE, "first");
    CHECK(a->tolerance.kind == AG_TOLERANCE_RELATIVE &&
              close_to(a->tolerance.number, 0.15, 1e-15, 0),
          "15 %%");
    CHECK(strcmp(a->at.activation, "relu") == 0 && a->at.n_keys == 1, "cell");
    CHECK(b->layer == 3 && b->relation == AG_PAPER_MINUS && !b->other.activation, "second");
    CHECK(b->tolerance.kind == AG_TOLERANCE_SIGMA && b->tolerance.most == 0.1, "sigma");
    CHECK(b->certainty == AG_CERTAINTY_FIGURE && b->paper == -0.5, "merged");
    ag_arena_close(&arena);
}

/* --- comparing -------------------------------------------------------------------------------- */

/* Ten seeds of relu around 0.8 and of tanh 0.1 below, at two learning rates; one tanh diverged. */
static void make_store(void) {
    ag_store *store = open_store("numbers", "{}", 0, NULL);
    for (uint64_t seed = 0; seed < 10; seed++)
        for (int k = 0; k < 4; k++) {
            fixture f;
            const double accuracy = 0.8 + 0.01 * ((double)seed - 4.5) / 4.5 - 0.1 * (k % 2);
            make(&f, k % 2 ? "tanh" : "relu", k < 2 ? 0.1 : 0.2, seed, accuracy);
            if (k == 3 && seed == 0) diverge(&f);
            put(store, &f);
        }
    close_store(store);
}

typedef struct asked {
    const char *metric, *at, *more; /* more: `over: ..., ` */
    double paper;
    const char *tolerance;
    ag_agreement want;
    double ours; /* estimate; NaN: none */
    int n;
} asked;

static void ask_paper(const asked *a) {
    char text[1024];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_paper paper;
    ag_paper_result *results = NULL;
    ag_error err = {0};
    snprintf(text, sizeof text,
             HEAD "numbers:\n  - {what: w, metric: %s, source: table, at: {%s}, %s paper: %.17g, "
                  "tolerance: %s, " SURE "}\n",
             a->metric, a->at, a->more, a->paper, a->tolerance);
    CHECK(read_paper(text, &arena, &paper, &err) == AG_OK, "%s: %s", text, err.text);
    const ag_status status =
        ag_paper_compare(&paper, NULL, in_folder("numbers"), &arena, &results, &err);
    CHECK(status == AG_OK, "%s: %s", text, err.text);
    if (status == AG_OK) {
        const ag_paper_result *r = &results[0];
        CHECK(r->agreement == a->want, "%s: %s (%s), %g [%g, %g]", text,
              ag_agreement_names[r->agreement], r->why ? r->why : "", r->ours.estimate, r->ours.low,
              r->ours.high);
        CHECK(close_to(r->ours.estimate, a->ours, 1e-9, 1e-12), "%s: ours is %.17g", text,
              r->ours.estimate);
        CHECK(r->n == a->n, "%s: %d seeds", text, r->n);
        CHECK((r->why != NULL) == (a->want >= AG_AGREEMENT_UNDECIDED), "%s: %s", text,
              r->why ? r->why : "no reason");
    }
    ag_arena_close(&arena);
}

static void test_compared(void) {
#define RELU "activation: relu, optimizer.learning_rate: 0.1"
#define TANH "activation: tanh, optimizer.learning_rate: 0.1"
    static const asked cases[] = {
        /* the interval is 0.8 -+ 0.0048 */
        {"val_accuracy", RELU, "", 0.8, "0.01", AG_AGREEMENT_HOLDS, 0.8, 10},
        {"val_accuracy", RELU, "", 0.8, "0.003", AG_AGREEMENT_UNDECIDED, 0.8, 10},
        {"val_accuracy", RELU, "", 0.81, "0.004", AG_AGREEMENT_DIFFERS, 0.8, 10},
        {"val_accuracy", RELU, "", 0.79, "1%", AG_AGREEMENT_UNDECIDED, 0.8, 10},
        {"val_accuracy", RELU, "", 0.79, "3%", AG_AGREEMENT_HOLDS, 0.8, 10},
        {"val_accuracy", "activation: relu, optimizer.learning_rate: 0.3", "", 0.8, "0.1",
         AG_AGREEMENT_NONE, (double)NAN, 0},
        {"val_accuracy", "activation: gelu", "", 0.8, "0.1", AG_AGREEMENT_NONE, (double)NAN, 0},
        {"val_accuracy", RELU, "minus: {activation: tanh},", 0.1, "0.001", AG_AGREEMENT_HOLDS, 0.1,
         10},
        /* one of tanh diverged at 0.2, and does not count */
        {"val_accuracy", RELU, "minus: {activation: tanh, optimizer.learning_rate: 0.2},", 0.1,
         "0.001", AG_AGREEMENT_HOLDS, 0.1, 9},
        {"val_accuracy", RELU, "over: {optimizer.learning_rate: 0.2},", 1, "0.001",
         AG_AGREEMENT_HOLDS, 1, 10},
        {"diverged", "activation: tanh, optimizer.learning_rate: 0.2", "", 0.1, "0.5",
         AG_AGREEMENT_HOLDS, 0.1, 10},
        /* sqrt(0.1 0.9 / 10) is 0.095 */
        {"diverged", "activation: tanh, optimizer.learning_rate: 0.2", "", 0.3,
         "{sigma: 2, most: 1}", AG_AGREEMENT_HOLDS, 0.1, 10},
        {"diverged", "activation: tanh, optimizer.learning_rate: 0.2", "", 0.5,
         "{sigma: 2, most: 1}", AG_AGREEMENT_DIFFERS, 0.1, 10},
        {"diverged", "activation: tanh, optimizer.learning_rate: 0.2", "", 0.3,
         "{sigma: 2, most: 0.2}", AG_AGREEMENT_UNDECIDED, 0.1, 10},
        /* a ratio's interval is of logarithms, its standard error of the ratio: 4.343e-4 */
        {"val_accuracy", RELU, "over: {activation: tanh},", 1.1436814616791446,
         "{sigma: 2, most: 1}", AG_AGREEMENT_HOLDS, 1.1428682797695862, 10},
        /* an epoch and a layer: the same in all trials */
        {"train_loss", RELU, "epoch: 1,", 1, "0.001", AG_AGREEMENT_HOLDS, 1, 10},
        {"train_loss", RELU, "epoch: 9,", 1, "0.001", AG_AGREEMENT_NONE, (double)NAN, 0},
        {"grad_norm", TANH, "epoch: 1, layer: 2,", 0.04, "0.001", AG_AGREEMENT_HOLDS, 0.04, 10},
        {"delta_norm", TANH, "layer: 1,", 0.001, "0.0001", AG_AGREEMENT_HOLDS, 0.001, 10},
        /* what no logarithm is of */
        {"dead_fraction", RELU, "epoch: 0, layer: 1, over: {activation: tanh},", 1, "0.1",
         AG_AGREEMENT_NONE, (double)NAN, 0},
    };
    for (int i = 0; i < AG_COUNT(cases); i++)
        ask_paper(&cases[i]);
}

static void check_error(const char *number, const char *says) {
    char text[1024];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_paper paper;
    ag_paper_result *results;
    ag_error err = {0};
    snprintf(text, sizeof text,
             HEAD "numbers:\n  - {what: w, source: table, paper: 1, tolerance: 1, %s, " SURE "}\n",
             number);
    CHECK(read_paper(text, &arena, &paper, &err) == AG_OK, "%s: %s", text, err.text);
    CHECK(ag_paper_compare(&paper, NULL, in_folder("numbers"), &arena, &results, &err) != AG_OK,
          "%s", text);
    CHECK(strstr(err.text, says) && strncmp(err.where, "p.paper.yaml:8:", 15) == 0, "%s: %s: %s",
          text, err.where, err.text);
    ag_arena_close(&arena);
}

int main(void) {
    test_refused();
    test_read();
    new_folder();
    make_store();
    test_compared();
    check_error("metric: val_acuracy, at: {activation: relu}", "did you mean 'val_accuracy'?");
    check_error("metric: dead_fraction, epoch: 1, at: {activation: relu}",
                "the table epoch has no");
    check_error("metric: grad_nrm, layer: 1, at: {activation: relu}", "did you mean 'grad_norm'?");
    check_error("metric: val_accuracy, at: {activation: relu}", "several cells");
    remove_folder();
    return check_report();
}

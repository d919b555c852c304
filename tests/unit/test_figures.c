/* Every figure of stores made by hand: the page is in order, the numbers are the store's. */
#include "results/report/draw.h"
#include "results/report/figure_data.h"
#include "store_fixture.h"
#include "svg_check.h"

/* --- stores ------------------------------------------------------------------------- */

typedef struct special {
    const char *label;
    int depth;
    double rate;
    uint64_t seed;
    double accuracy;
} special;

/* In JSON a label is quoted: those of the tests have neither " nor a backslash there. */
static void prepare(fixture *f, const special *s) {
    char name[64];
    make(f, s->label, s->rate, s->seed, s->accuracy);
    snprintf(name, sizeof name, "%s", s->label);
    for (char *c = name; *c; c++)
        if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ') *c = '_';
    snprintf(f->settings, sizeof f->settings,
             "{\"dataset\":{\"name\":\"xor\"},\"model\":{\"type\":\"mlp\",\"depth\":%d},"
             "\"activation\":{\"name\":\"%s\"},\"optimizer\":{\"name\":\"sgd\","
             "\"learning_rate\":%g},\"seed\":%llu}",
             s->depth, name, s->rate, (unsigned long long)s->seed);
    f->trial.id = ag_digest(f->settings, strlen(f->settings), 0);
    f->record.depth = s->depth;
}

/* Two depths, three rates, four seeds; tanh diverges at the largest rate, sigmoid's gradients are 0
 * in the deep nets. */
static void make_grid(void) {
    static const char *const labels[] = {"relu", "tanh", "sigmoid"};
    ag_store *store = open_store("grid", "{}", 0, NULL);
    for (int deep = 0; deep < 2; deep++)
        for (int rate = 0; rate < 3; rate++)
            for (uint64_t seed = 0; seed < 4; seed++)
                for (int a = 0; a < 3; a++) {
                    fixture f;
                    const special s = {labels[a], deep ? 16 : 2, 0.01 * pow(10, rate), seed,
                                       0.5 + 0.1 * a + 0.01 * (double)seed - 0.1 * rate};
                    prepare(&f, &s);
                    if (a == 1 && rate == 2) diverge(&f);
                    if (a == 2 && deep)
                        for (int i = 0; i < EPOCHS * LAYERS; i++)
                            f.values[(size_t)i * METRICS] = f.values[(size_t)i * METRICS + 1] = 0;
                    put(store, &f);
                }
    close_store(store);
}

/* As many activations as a plan may well have, with names that nobody would choose. */
static void make_many(void) {
    static const char *const hostile[] = {"<script>alert(1)</script>",
                                          "a & b < c > d",
                                          "]]><!--",
                                          "\xe6\xbf\x80\xe6\xb4\xbb\xe5\x87\xbd\xe6\x95\xb0",
                                          "right\xe2\x80\xaeto left",
                                          "line\none",
                                          "x*sigmoid(1.702*x)+x*tanh(softplus(x))-0.5*max(x,0)",
                                          "\xff\xfe no UTF-8",
                                          "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"};
    ag_store *store = open_store("many", "{}", 0, NULL);
    for (int a = 0; a < 40; a++)
        for (uint64_t seed = 0; seed < 6; seed++) {
            fixture f;
            char label[64];
            if (a < (int)(sizeof hostile / sizeof hostile[0]))
                snprintf(label, sizeof label, "%s", hostile[a]);
            else
                snprintf(label, sizeof label, "activation_%d(slope=0.%d)", a, a);
            const special s = {label, 2, 0.1, seed,
                               0.3 + 0.001 * ((a * 7) % 40) + 0.002 * (double)seed};
            prepare(&f, &s);
            put(store, &f);
        }
    close_store(store);
}

/* Six blocks of four activations: enough for average ranks. */
static void make_wide(void) {
    static const char *const labels[] = {"relu", "tanh", "sigmoid", "<gelu>"};
    ag_store *store = open_store("wide", "{}", 0, NULL);
    for (int depth = 1; depth <= 6; depth++)
        for (uint64_t seed = 0; seed < 2; seed++)
            for (int a = 0; a < 4; a++) {
                fixture f;
                const special s = {labels[a], depth, 0.1, seed,
                                   0.3 + 0.1 * (a == 3 ? depth % 3 : a) + 0.001 * depth};
                prepare(&f, &s);
                put(store, &f);
            }
    close_store(store);
}

/* Four rates of phase tune, of which tanh loses the largest, and a final one each. */
static void make_tuned(void) {
    static const char *const labels[] = {"relu", "tanh"};
    ag_store *store = open_store("tuned", "{}", 0, NULL);
    for (int a = 0; a < 2; a++)
        for (uint64_t seed = 0; seed < 3; seed++)
            for (int rate = 0; rate < 5; rate++) {
                fixture f;
                const bool final = rate == 4;
                const special s = {labels[a], 2, 0.01 * pow(2, final ? 1 : rate),
                                   seed + (final ? 100 : 0), 0.5 + 0.1 * rate - 0.05 * a};
                prepare(&f, &s);
                f.record.phase = final ? "final" : "tune";
                if (a == 1 && rate == 3) diverge(&f);
                f.trial.id += final; /* which its settings would say */
                put(store, &f);
            }
    close_store(store);
}

/* Rate and depth differ together, and there is no validation part. */
static void make_together(void) {
    ag_store *store = open_store("together", "{}", 0, NULL);
    for (int depth = 2; depth <= 4; depth += 2)
        for (uint64_t seed = 0; seed < 3; seed++) {
            fixture f;
            const special s = {"relu", depth, 0.01 * depth, seed, 0.5};
            prepare(&f, &s);
            f.record.val_accuracy = f.record.val_loss = (double)NAN;
            for (int e = 0; e < EPOCHS; e++)
                f.epochs[e].val_accuracy = f.epochs[e].val_loss = (double)NAN;
            put(store, &f);
        }
    close_store(store);
}

static void make_few(void) {
    fixture f;
    ag_store *store = open_store("one", "{}", 0, NULL);
    const special one = {"relu", 2, 0.1, 0, 0.5};
    prepare(&f, &one);
    put(store, &f);
    close_store(store);
    store = open_store("lost", "{}", 0, NULL);
    for (uint64_t seed = 0; seed < 3; seed++) {
        const special s = {seed ? "relu" : "tanh", 2, 0.1, seed, 0.5};
        prepare(&f, &s);
        diverge(&f);
        put(store, &f);
    }
    close_store(store);
    close_store(open_store("empty", "{}", 0, NULL));
}

/* --- drawing ------------------------------------------------------------------------- */

/* A figure of a store; "" in drawn if the store has nothing for it. */
static ag_status draw_by(const char *name, const ag_figure *figure, const char *metric,
                         const char *by, ag_arena *arena, ag_drawn *drawn, ag_error *err) {
    const ag_figure_request request = {
        .store = in_folder(name), .metric = metric ? ag_metric_find(metric) : NULL, .by = by};
    ag_reader *reader;
    ag_figure_data data;
    *drawn = (ag_drawn){0};
    AG_TRY(ag_reader_open(request.store, arena, &reader, err));
    ag_status status = ag_figure_data_read(&request, reader, arena, &data, err);
    if (status == AG_OK) status = figure->draw(&data, arena, drawn, err);
    ag_reader_close(reader);
    return status;
}

static ag_status draw(const char *name, const ag_figure *figure, const char *metric,
                      ag_arena *arena, ag_drawn *drawn, ag_error *err) {
    return draw_by(name, figure, metric, NULL, arena, drawn, err);
}

static void check_figure(const char *name, const ag_figure *figure, const char *metric,
                         bool wanted) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_drawn drawn;
    char where[160];
    snprintf(where, sizeof where, "%s of %s (%s)", figure->about.name, name,
             metric ? metric : "usual");
    const ag_status status = draw(name, figure, metric, &arena, &drawn, &err);
    CHECK(status == AG_OK || (!wanted && status == AG_NOTFOUND), "%s: %s", where, err.text);
    if (status == AG_OK) {
        check_svg(drawn.svg.text, where);
        CHECK(drawn.data.n_columns > 2, "%s: %d columns", where, drawn.data.n_columns);
    } else {
        CHECK(strlen(err.text) > 10, "%s: without a sentence", where);
    }
    ag_arena_close(&arena);
}

static void test_pages(void) {
    static const char *const metrics[] = {NULL, "val_loss", "seconds", "gradient_decay",
                                          "dead_fraction"};
    for (int i = 0; i < ag_figures.n_items; i++) {
        const ag_figure *figure = ag_figure_of(ag_figures.items[i]);
        for (int m = 0; m < AG_COUNT(metrics); m++)
            check_figure("grid", figure, metrics[m], false);
        check_figure("many", figure, NULL, false);
        check_figure("one", figure, NULL, false);
        check_figure("tuned", figure, NULL, false);
        check_figure("together", figure, NULL, false);
        check_figure("lost", figure, NULL, false);
    }
    static const char *const always[] = {"curves",  "gradients", "dead",
                                         "heatmap", "box",       "learning_rates"};
    for (int i = 0; i < AG_COUNT(always); i++)
        check_figure("grid", ag_figure_of(ag_catalogue_find(&ag_figures, always[i])), NULL, true);
}

/* --- numbers ------------------------------------------------------------------------- */

static const char *cell(const ag_table *table, size_t row, const char *column) {
    for (int c = 0; c < table->n_columns; c++)
        if (strcmp(table->columns[c], column) == 0)
            return table->cells[row * (size_t)table->n_columns + (size_t)c];
    return NULL;
}

/* The same where there may be no such cell. */
static const char *word(const ag_table *table, size_t row, const char *column) {
    const char *text = cell(table, row, column);
    return text ? text : "";
}

/* Each row of a figure's data, a panel for each depth, against an average that SQL makes of the
 * same trials: of four seeds at two or three rates. */
static void compare_with_sql(const char *figure, const char *sql, const char *const *keys,
                             int n_keys) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_drawn drawn;
    const ag_element *element = ag_catalogue_find(&ag_figures, figure);
    CHECK(draw_by("grid", ag_figure_of(element), NULL, "depth", &arena, &drawn, &err) == AG_OK,
          "%s: %s", figure, err.text);
    int compared = 0;
    for (size_t row = 0; row < drawn.data.n_rows; row++) {
        char query[1024];
        const char *value[4] = {"", "", "", ""};
        for (int k = 0; k < n_keys; k++)
            value[k] = cell(&drawn.data, row, keys[k]);
        const int depth = strstr(value[0], "16") ? 16 : 2;
        snprintf(query, sizeof query, sql, depth, value[1], value[2]);
        const char *mean = cell(&drawn.data, row, "mean");
        const double want = number_in(ask("grid", query));
        if (strcmp(value[1], "tanh") == 0) {
            CHECK(!mean, "%s: tanh has %s", figure, mean);
            continue;
        }
        CHECK(close_to(number_in(mean ? mean : "nan"), want, 1e-12, 1e-12),
              "%s: %s is not %.17g: %s", figure, mean ? mean : "nothing", want, query);
        compared++;
    }
    CHECK(compared >= 4, "%s: %d rows", figure, compared);
    ag_arena_close(&arena);
}

static void test_numbers(void) {
    static const char *const of_curves[] = {"panel", "activation", "epoch"};
    compare_with_sql(
        "curves",
        "SELECT avg(e.val_accuracy) FROM trial t JOIN epoch_row e ON e.trial = t.number"
        " WHERE t.status = 'finished' AND t.depth = %d AND t.activation = '%s'"
        " AND e.epoch = %s",
        of_curves, 3);
    static const char *const of_heat[] = {"value", "activation", "activation"};
    compare_with_sql("heatmap",
                     "SELECT avg(t.val_accuracy) FROM trial t WHERE t.status = 'finished'"
                     " AND t.depth = %d AND t.activation = '%s' AND t.activation_name = '%s'",
                     of_heat, 3);
}

/* Ranks by hand: of sigmoid (a = 2) 1 in four of six blocks, 1.5 where <gelu> is as good. */
static void test_ranks(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_drawn drawn;
    const ag_element *element = ag_catalogue_find(&ag_figures, "critical_difference");
    CHECK(draw("wide", ag_figure_of(element), NULL, &arena, &drawn, &err) == AG_OK, "%s", err.text);
    CHECK(drawn.data.n_rows == 4 && strcmp(word(&drawn.data, 0, "activation"), "sigmoid") == 0,
          "%zu rows", drawn.data.n_rows);
    CHECK(
        close_to(number_in(word(&drawn.data, 0, "average_rank")), (4 * 1 + 2 * 1.5) / 6, 1e-12, 0),
        "%s", word(&drawn.data, 0, "average_rank"));
    /* q(0.95, 4) = 3.63316 (R: qtukey(0.95, 4, Inf)), over sqrt(2), times sqrt(4 5 / (6 6)) */
    CHECK(close_to(number_in(word(&drawn.data, 0, "critical_difference")), 1.914843, 1e-5, 0), "%s",
          word(&drawn.data, 0, "critical_difference"));
    CHECK(draw("grid", ag_figure_of(element), NULL, &arena, &drawn, &err) == AG_NOTFOUND &&
              strstr(err.text, "at least 5 are wanted"),
          "%s", err.text);
    ag_arena_close(&arena);
}

/* Of relu's 0.5, 0.6, 0.7, 0.8: on average 0.65, of two (0.6 + 2 0.7 + 3 0.8) / 6, of all 0.8. */
static void test_budget(void) {
    static const double relu[] = {0.65, 4.4 / 6, 0.775, 0.8};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_drawn drawn;
    const ag_element *element = ag_catalogue_find(&ag_figures, "budget");
    CHECK(draw("tuned", ag_figure_of(element), "val_accuracy", &arena, &drawn, &err) == AG_OK, "%s",
          err.text);
    CHECK(drawn.data.n_rows == 7, "4 candidates and 3, not %zu", drawn.data.n_rows);
    for (size_t r = 0; r < drawn.data.n_rows; r++) {
        const int k = (int)number_in(word(&drawn.data, r, "candidates_tried"));
        if (strcmp(word(&drawn.data, r, "activation"), "relu") == 0)
            CHECK(close_to(number_in(word(&drawn.data, r, "expected_best")), relu[k - 1], 1e-12, 0),
                  "%d: %s", k, word(&drawn.data, r, "expected_best"));
        else
            CHECK(strcmp(word(&drawn.data, r, "without_number"), "1") == 0, "%s",
                  word(&drawn.data, r, "without_number"));
    }
    element = ag_catalogue_find(&ag_figures, "learning_rates");
    CHECK(draw("tuned", ag_figure_of(element), NULL, &arena, &drawn, &err) == AG_OK, "%s",
          err.text);
    int lost = 0;
    for (size_t r = 0; r < drawn.data.n_rows; r++)
        if (strcmp(word(&drawn.data, r, "metric"), "diverged") == 0)
            lost += strcmp(word(&drawn.data, r, "mean"), "1") == 0;
    CHECK(lost == 1, "tanh diverged at one rate, not %d", lost);
    CHECK(drawn.svg.text && strstr(drawn.svg.text, "Phase: tune"), "the trials of tuning");
    ag_arena_close(&arena);
}

/* --- what is said -------------------------------------------------------------------- */

static const char *drawing_of(const char *name, const char *figure, const char *metric,
                              ag_arena *arena) {
    ag_error err = {0};
    ag_drawn drawn;
    const ag_status status = draw(name, ag_figure_of(ag_catalogue_find(&ag_figures, figure)),
                                  metric, arena, &drawn, &err);
    CHECK(status == AG_OK, "%s: %s", figure, err.text);
    return status == AG_OK ? drawn.svg.text : "";
}

static void test_captions(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const char *curves = drawing_of("grid", "curves", NULL, &arena);
    CHECK(strstr(curves, "95 % t interval") && strstr(curves, "n = 4 seeds"), "%s", curves);
    CHECK(strstr(curves, "Diverged, and in no number: 8 trials (tanh 8)"), "%s", curves);
    CHECK(strstr(drawing_of("one", "curves", NULL, &arena),
                 "no interval of fewer than 3 seeds is drawn"),
          "one seed");
    const char *many = drawing_of("many", "curves", NULL, &arena);
    CHECK(strstr(many, "In grey: 34 other activations"), "%s", many);
    CHECK(!strstr(many, "<script>"), "escaped");
    const char *zero = drawing_of("grid", "gradients", NULL, &arena);
    CHECK(strstr(zero, ">0</text>"), "a place for 0 on the axis of logarithms");
    CHECK(strstr(drawing_of("grid", "curves", "train_loss", &arena), "training loss"), "metric");
    const ag_figure *figure = ag_figure_of(ag_catalogue_find(&ag_figures, "curves"));
    ag_error err = {0};
    ag_drawn drawn;
    CHECK(draw_by("grid", figure, NULL, "depth", &arena, &drawn, &err) == AG_OK &&
              strstr(drawn.svg.text, "Not drawn, because every seed lost one of the settings: tanh "
                                     "(depth 2)"),
          "%s", drawn.svg.text);
    const char *together = drawing_of("together", "curves", NULL, &arena);
    CHECK(strstr(together, ">depth 2</text>") && strstr(together, "training loss"), "%s", together);
    CHECK(strstr(drawing_of("together", "box", NULL, &arena), "Test accuracy"), "no validation");
    ag_arena_close(&arena);
}

static void test_nothing(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    const ag_draw_request request = {.of.store = in_folder("empty"), .folder = folder};
    CHECK(ag_draw(&request, NULL, &arena, &err) == AG_NOTFOUND && strstr(err.text, "nothing"), "%s",
          err.text);
    ag_arena_close(&arena);
}

/* Memory that runs out anywhere is a sentence. */
static void test_memory(void) {
    const ag_figure *figure = ag_figure_of(ag_catalogue_find(&ag_figures, "curves"));
    for (long k = 0; k < 4000; k += 1 + k / 8) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_error err = {0};
        ag_drawn drawn;
        arena.fail_after = k;
        const ag_status status = draw("grid", figure, NULL, &arena, &drawn, &err);
        CHECK(status == AG_OK || status == AG_NOMEM, "after %ld: %s", k, err.text);
        ag_arena_close(&arena);
        if (status == AG_OK) break;
    }
}

int main(void) {
    new_folder();
    make_grid();
    make_many();
    make_wide();
    make_tuned();
    make_together();
    make_few();
    test_pages();
    test_numbers();
    test_ranks();
    test_budget();
    test_captions();
    test_nothing();
    test_memory();
    remove_folder();
    return check_report();
}

/* What figures are made of: axes, places of labels, styles, text in SVG. */
#include "results/report/chart_axis.h"
#include "results/report/page.h"
#include "results/report/style.h"
#include "svg_check.h"

static ag_chart_axis linear(double low, double high) {
    return (ag_chart_axis){.low = low, .high = high, .from = 0, .to = 100, .zero = (double)NAN};
}

static ag_chart_axis logarithmic(double low, double high) {
    ag_chart_axis axis = linear(low, high);
    axis.kind = AG_AXIS_LOG;
    return axis;
}

/* Within the axis, ascending, labels that read back as what they stand at, none twice. */
static void check_ticks(const ag_chart_axis *axis, int most) {
    ag_tick ticks[AG_TICKS_MAX];
    const int n = ag_chart_axis_ticks(axis, most, ticks);
    CHECK(n >= 2 && n <= most + 1, "%d ticks from %g to %g", n, axis->low, axis->high);
    const double slack = 1e-6 * (axis->high - axis->low);
    for (int i = 0; i < n; i++) {
        CHECK(ticks[i].value >= axis->low - slack && ticks[i].value <= axis->high + slack,
              "%g is not from %g to %g", ticks[i].value, axis->low, axis->high);
        CHECK(close_to(number_in(ticks[i].label), ticks[i].value, 1e-5, 1e-9 * fabs(axis->high)),
              "'%s' at %.17g", ticks[i].label, ticks[i].value);
        if (i)
            CHECK(ticks[i].value > ticks[i - 1].value &&
                      strcmp(ticks[i].label, ticks[i - 1].label) != 0,
                  "'%s' after '%s'", ticks[i].label, ticks[i - 1].label);
    }
}

static void test_axes(void) {
    static const double ranges[][2] = {{0, 1},       {-0.05, 1.05}, {0.31, 0.34},  {1e-12, 3e-12},
                                       {-7, 2},      {0, 25},       {99.5, 100.5}, {-1e9, 1e9},
                                       {1e30, 9e30}, {0.5, 0.50001}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const ag_chart_axis axis = linear(ranges[i][0], ranges[i][1]);
        for (int most = 3; most <= 12; most++)
            check_ticks(&axis, most);
        CHECK(close_to(ag_chart_axis_at(&axis, axis.low), 0, 0, 1e-9) &&
                  close_to(ag_chart_axis_at(&axis, axis.high), 100, 1e-9, 0),
              "ends");
    }
    static const double decades[][2] = {{1e-4, 1},   {1e-300, 1e300}, {1e-20, 3}, {0.9, 1.3},
                                        {0.02, 0.7}, {3, 40},         {1, 1e6}};
    for (size_t i = 0; i < sizeof decades / sizeof decades[0]; i++) {
        const ag_chart_axis axis = logarithmic(decades[i][0], decades[i][1]);
        for (int most = 4; most <= 10; most++)
            check_ticks(&axis, most);
    }
    const ag_chart_axis decade = logarithmic(1, 100);
    CHECK(close_to(ag_chart_axis_at(&decade, 10), 50, 1e-12, 0), "the middle of two decades");
    CHECK(isnan(ag_chart_axis_at(&decade, 0)) && isnan(ag_chart_axis_at(&decade, -1)), "no place");
    ag_chart_axis same = linear(0.5, 0.5);
    ag_chart_axis_widen(&same);
    CHECK(same.low < 0.5 && same.high > 0.5, "%g to %g", same.low, same.high);
    check_ticks(&same, 6);
    ag_chart_axis nothing = logarithmic(5e-324, 5e-324);
    ag_chart_axis_widen(&nothing);
    CHECK(nothing.low > 0 && nothing.low < nothing.high, "%g to %g", nothing.low, nothing.high);
}

/* The least sum of squared moves, against every pair that could move: by brute force on a grid. */
static double moves(int n, const double *wanted, const double *y) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (y[i] - wanted[i]) * (y[i] - wanted[i]);
    return sum;
}

static void test_spread(void) {
    static const double wanted[][4] = {{10, 50, 90, 30},  {50, 50, 50, 50}, {0, 0, 100, 100},
                                       {49, 50, 51, 100}, {-50, -40, 5, 7}, {95, 96, 97, 98}};
    for (size_t w = 0; w < sizeof wanted / sizeof wanted[0]; w++) {
        double y[4];
        memcpy(y, wanted[w], sizeof y);
        CHECK(ag_labels_spread(4, y, 14, 0, 100), "four of 14 fit into 100");
        for (int i = 0; i < 4; i++) {
            CHECK(y[i] >= 7 - 1e-9 && y[i] <= 93 + 1e-9, "%g is beyond the ends", y[i]);
            for (int k = 0; k < i; k++) {
                CHECK(fabs(y[i] - y[k]) >= 14 - 1e-9, "%g and %g", y[i], y[k]);
                CHECK((wanted[w][i] - wanted[w][k]) * (y[i] - y[k]) >= 0, "order");
            }
        }
        /* no single label, nor two neighbours together, can be moved to a better place */
        const double least = moves(4, wanted[w], y);
        for (int mask = 1; mask < 16; mask++)
            for (int step = -1; step <= 1; step += 2) {
                double z[4];
                bool fits = true;
                for (int i = 0; i < 4; i++)
                    z[i] = y[i] + (mask >> i & 1 ? 0.01 * step : 0);
                for (int i = 0; i < 4; i++) {
                    fits &= z[i] >= 7 && z[i] <= 93;
                    for (int k = 0; k < i; k++)
                        fits &= fabs(z[i] - z[k]) >= 14;
                }
                CHECK(!fits || moves(4, wanted[w], z) >= least - 1e-9, "%zu: %d can move", w, mask);
            }
    }
    double y[8] = {0};
    CHECK(!ag_labels_spread(8, y, 14, 0, 100), "eight do not fit");
}

static void test_styles(void) {
    enum { N = 48 };
    char names[N][24];
    const char *labels[N], *turned[N];
    ag_style styles[N], others[N];
    ag_arena arena = AG_ARENA_EMPTY;
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], i == 5 ? "relu" : i == 6 ? "tanh" : "f%d", i);
        labels[i] = turned[N - 1 - i] = names[i];
    }
    CHECK(ag_styles_of(N, labels, styles, &arena) && ag_styles_of(N, turned, others, &arena),
          "memory");
    for (int i = 0; i < N; i++) {
        const ag_style *a = &styles[i], *same = &others[N - 1 - i];
        CHECK(a->number == same->number && a->colour == same->colour && a->dash == same->dash,
              "%s looks the same whatever the order", labels[i]);
        for (int k = 0; k < i; k++)
            CHECK(a->colour != styles[k].colour || a->dash != styles[k].dash, "%s and %s",
                  labels[i], labels[k]);
    }
    const char *few[] = {"gelu", "relu"};
    CHECK(ag_styles_of(2, few, others, &arena), "memory");
    CHECK(others[1].colour == styles[5].colour && others[1].dash == styles[5].dash,
          "relu looks the same in every store");
    ag_arena_close(&arena);
}

static void test_text(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_svg svg;
    static const char hostile[] =
        "</text><script>x</script> & \"q\" \x01\xff\xe2\x80\xae\xef\xbf\xbe";
    ag_svg_begin(&svg, &arena, 400, 100, hostile);
    ag_svg_text(&svg, (ag_svg_point){10, 40}, hostile, &(ag_type){.size = 12});
    ag_svg_text(&svg, (ag_svg_point){10, 80}, "a name that is longer than its place",
                &(ag_type){.size = 12, .within = 80});
    CHECK(ag_svg_end(&svg, &err) == AG_OK, "%s", err.text);
    svg_reading r = read_svg(svg.text, "hostile");
    CHECK(r.n == 2, "%d texts", r.n);
    CHECK(strncmp(r.label[0].text, "</text><script>x</script> & \"q\" \xef\xbf\xbd\xef\xbf\xbd",
                  38) == 0,
          "%s", r.label[0].text);
    CHECK(r.label[1].box.right - r.label[1].box.left <= 80 && strstr(r.label[1].text, "..."),
          "%s is %g wide", r.label[1].text, r.label[1].box.right - r.label[1].box.left);
    free(r.label);
    CHECK(ag_svg_width("MMMM", 10, true) > ag_svg_width("MMMM", 10, false), "bold is wider");
    CHECK(ag_svg_fit("abc", 10, false, 1e9) == 3 && ag_svg_fit("abc", 10, false, 0) == 0, "fit");
    arena.fail_after = 0;
    ag_svg_begin(&svg, &arena, 10, 10, "");
    CHECK(ag_svg_end(&svg, &err) == AG_NOMEM, "no memory");
    ag_arena_close(&arena);
}

int main(void) {
    test_axes();
    test_spread();
    test_styles();
    test_text();
    return check_report();
}

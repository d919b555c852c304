#include "harness/cli/activation_svg.h"

#include "harness/base/file_draft.h"
#include "results/report/chart_frame.h"
#include "results/report/page.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Blue and vermilion of M. Okabe and K. Ito, 2008: told apart by everybody, and one is dashed. */
static const ag_pen pens[] = {
    {.colour = "#0072B2", .width = 2.5, .name = "value"},
    {.colour = "#D55E00", .width = 2, .dash = "7 4", .name = "derivative"},
};

/* Of the picture, and of the part where curves are. */
enum { WIDTH = 640, HEIGHT = 430, LEFT = 56, RIGHT = 584, TOP = 56, BOTTOM = 380 };

static const ag_svg_box frame = {LEFT, TOP, RIGHT, BOTTOM};

static const double X0 = -5.0, X1 = 5.0;
enum { SAMPLES = 600 }; /* between two seams */

typedef struct figure {
    ag_svg *svg;
    ag_arena *arena;
    const ag_choice *choice;
    const ag_traits *traits;
    double low, high; /* y at the bottom and at the top */
    ag_chart_axis x, y;
} figure;

/* f or f', which is nothing where f is: the formula of log(x)'s goes on below 0. */
static double of(const figure *f, bool slope, double x) {
    const double y = ag_act_value(f->choice, x);
    return slope && !isnan(y) ? ag_act_derivative(f->choice, x) : y;
}

/* Where y is cut off: what is steeper than the rest of the figure would make a line of it. */
static const double MOST = 8.0;

static void fit(figure *f) {
    f->low = f->high = 0.0;
    for (int i = 0; i <= SAMPLES; i++)
        for (int slope = 0; slope < 2; slope++) {
            const double y = of(f, slope, X0 + (X1 - X0) * (i + 0.5) / (SAMPLES + 1));
            if (isnan(y)) continue;
            f->low = fmin(f->low, fmax(y, -MOST));
            f->high = fmax(f->high, fmin(y, MOST));
        }
    const double margin = f->high > f->low ? 0.06 * (f->high - f->low) : 1.0;
    f->low -= margin;
    f->high += margin;
}

static void draw_axes(const figure *f) {
    const ag_pen axis = {.colour = "#808080", .width = 1};
    const double x = ag_chart_axis_at(&f->x, 0), y = ag_chart_axis_at(&f->y, 0);
    ag_chart_axis_below(f->svg, &f->x, &frame, "x");
    ag_chart_axis_left(f->svg, &f->y, &frame, 9);
    ag_svg_line(f->svg, (ag_svg_point){x, TOP}, (ag_svg_point){x, BOTTOM}, &axis);
    ag_svg_line(f->svg, (ag_svg_point){LEFT, y}, (ag_svg_point){RIGHT, y}, &axis);
}

/* From a to b, between which nothing jumps. Returns how many points. */
static int draw_piece(const figure *f, bool slope, double a, double b, ag_svg_point *points) {
    const double bound = 3.0 * MOST; /* beyond the frame, and no huge numbers in the file */
    for (int i = 0; i <= SAMPLES; i++) {
        const double x = a + (b - a) * i / SAMPLES, y = of(f, slope, x);
        const double held = isfinite(y) ? fmax(-bound, fmin(bound, y)) : (double)NAN;
        points[i] = (ag_svg_point){ag_chart_axis_at(&f->x, x), ag_chart_axis_at(&f->y, held)};
    }
    points[SAMPLES + 1] = (ag_svg_point){(double)NAN, (double)NAN};
    return SAMPLES + 2;
}

static void draw_curve(const figure *f, bool slope) {
    ag_svg_point *points =
        AG_NEW_ARRAY(f->arena, ag_svg_point, ((size_t)f->traits->n_jumps + 1) * (SAMPLES + 2));
    if (!points) {
        f->svg->failed = true;
        return;
    }
    int n = 0;
    double from = X0;
    while (from < X1) {
        double to = X1;
        for (int i = 0; i < f->traits->n_jumps; i++) {
            const ag_jump *j = &f->traits->jump[i];
            if (j->order <= (slope ? 1 : 0) && j->at > from && j->at < to) to = j->at;
        }
        const double beside = 1e-9;
        n += draw_piece(f, slope, from == X0 ? from : from + beside, to == X1 ? to : to - beside,
                        points + n);
        from = to;
    }
    ag_svg_clip(f->svg, &frame);
    ag_svg_path(f->svg, n, points, &pens[slope]);
    ag_svg_clip_end(f->svg);
}

/* At the right end of the curves; apart, if these end together. */
static void draw_labels(const figure *f) {
    static const char *const names[] = {"f(x)", "f\xe2\x80\xb2(x)"};
    double y[2];
    for (int slope = 0; slope < 2; slope++) {
        const double end = of(f, slope, X1);
        const double pixel = ag_chart_axis_at(&f->y, isnan(end) ? 0 : end);
        y[slope] = isnan(end) ? 0.5 * (TOP + BOTTOM) : fmax(TOP, fmin(BOTTOM, pixel));
    }
    ag_labels_spread(2, y, 18, TOP, BOTTOM);
    for (int slope = 0; slope < 2; slope++)
        ag_svg_text(f->svg, (ag_svg_point){RIGHT + 8, y[slope] + 5}, names[slope],
                    &(ag_type){.size = 15, .italic = true, .colour = pens[slope].colour});
}

static void draw(figure *f) {
    const ag_element *e = f->choice->element;
    f->x = (ag_chart_axis){
        .whole = true, .low = X0, .high = X1, .from = LEFT, .to = RIGHT, .zero = (double)NAN};
    f->y = (ag_chart_axis){
        .low = f->low, .high = f->high, .from = BOTTOM, .to = TOP, .zero = (double)NAN};
    ag_svg_begin(f->svg, f->arena, WIDTH, HEIGHT, e->name);
    ag_svg_text(f->svg, (ag_svg_point){LEFT, 26}, e->name,
                &(ag_type){.size = 17, .bold = true, .within = WIDTH - LEFT - 16});
    if (strcmp(e->name, e->formula) != 0)
        ag_svg_text(f->svg, (ag_svg_point){LEFT, 44}, e->formula,
                    &(ag_type){.size = 12, .colour = "#404040", .within = WIDTH - LEFT - 16});
    draw_axes(f);
    draw_curve(f, false);
    draw_curve(f, true); /* dashes on a line show that both are the same */
    draw_labels(f);
}

static ag_status write_to(const char *path, const ag_svg *svg, ag_error *err) {
    FILE *out = fopen(path, "w");
    if (!out)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not create '%s': %s", path, strerror(errno));
    fwrite(svg->text, 1, svg->n, out);
    const bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not write '%s': %s", path, strerror(errno));
    return AG_OK;
}

static ag_status replace(const char *path, const ag_svg *svg, ag_error *err) {
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) /* a pipe, /dev/stdout */
        return write_to(path, svg, err);
    ag_file_draft draft;
    ag_status status = ag_file_draft_open(path, svg->arena, &draft, err);
    if (status != AG_OK)
        return AG_FAIL(err, status, AG_NOWHERE, "could not create '%s': %s", path, strerror(errno));
    status = write_to(draft.temporary, svg, err);
    if (status == AG_OK) return ag_file_draft_replace(&draft, err);
    ag_file_draft_drop(&draft);
    return status;
}

ag_status ag_activation_svg(const char *path, const ag_choice *choice, const ag_traits *traits,
                            ag_error *err) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_svg svg = {.arena = &arena};
    figure f = {.svg = &svg, .arena = &arena, .choice = choice, .traits = traits};
    fit(&f);
    draw(&f);
    ag_status status = ag_svg_end(&svg, err);
    if (status == AG_OK) status = replace(path, &svg, err);
    ag_arena_close(&arena);
    return status;
}

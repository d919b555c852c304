#include "harness/cli/activation_svg.h"

#include "harness/base/file_draft.h"
#include "harness/base/text.h"
#include "harness/cli/json.h"
#include "results/report/svg.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Blue and vermilion of M. Okabe and K. Ito, 2008: told apart by everybody, and one is dashed. */
#define BLUE "#0072B2"
#define VERMILION "#D55E00"

/* Of the picture, and of the part where curves are. */
enum { WIDTH = 640, HEIGHT = 420, LEFT = 56, RIGHT = 584, TOP = 52, BOTTOM = 380 };

static const double X0 = -5.0, X1 = 5.0;
enum { SAMPLES = 600 }; /* between two seams */

typedef struct figure {
    FILE *out;
    const ag_choice *choice;
    const ag_traits *traits;
    double low, high; /* y at the bottom and at the top */
} figure;

static double column(double x) { return LEFT + (x - X0) / (X1 - X0) * (RIGHT - LEFT); }

static double row(const figure *f, double y) {
    return BOTTOM - (y - f->low) / (f->high - f->low) * (BOTTOM - TOP);
}

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

/* 1, 2 or 5 times a power of ten, so that there are 4 to 10 lines. */
static double tick_step(double range) {
    const double rough = range / 7.0, power = pow(10.0, floor(log10(rough)));
    return power * (rough < 1.5 * power ? 1.0 : rough < 3.5 * power ? 2.0 : 5.0);
}

static void draw_grid(const figure *f) {
    char text[AG_NUMBER_MAX];
    const double step = tick_step(f->high - f->low);
    for (int x = (int)X0; x <= (int)X1; x++) {
        fprintf(f->out, "<path class=\"%s\" d=\"M%.2f %d V%d\"/>\n", x ? "grid" : "axis", column(x),
                TOP, BOTTOM);
        fprintf(f->out,
                "<text class=\"tick\" x=\"%.2f\" y=\"%d\" text-anchor=\"middle\">%d</text>\n",
                column(x), BOTTOM + 18, x);
    }
    for (int i = (int)ceil(f->low / step); i * step <= f->high; i++) {
        const double y = row(f, i * step);
        snprintf(text, sizeof text, "%.6g", i * step + 0.0); /* no -0 */
        fprintf(f->out, "<path class=\"%s\" d=\"M%d %.2f H%d\"/>\n", i ? "grid" : "axis", LEFT, y,
                RIGHT);
        fprintf(f->out, "<text class=\"tick\" x=\"%d\" y=\"%.2f\" text-anchor=\"end\">%s</text>\n",
                LEFT - 8, y + 4.0, text);
    }
}

/* From a to b, between which nothing jumps; a new line behind each gap. */
static void draw_piece(const figure *f, bool slope, double a, double b) {
    bool drawing = false;
    for (int i = 0; i <= SAMPLES; i++) {
        const double x = a + (b - a) * i / SAMPLES, y = of(f, slope, x);
        if (!isfinite(y)) {
            drawing = false;
            continue;
        }
        const double bound = 3.0 * MOST; /* beyond the frame, and no huge numbers in the file */
        fprintf(f->out, "%s%.2f %.2f", drawing ? " " : "M", column(x),
                row(f, fmax(-bound, fmin(bound, y))));
        drawing = true;
    }
    fputc('\n', f->out);
}

static void draw_curve(const figure *f, bool slope) {
    fprintf(f->out, "<path class=\"%s\" clip-path=\"url(#frame)\" d=\"\n",
            slope ? "derivative" : "value");
    double from = X0;
    while (from < X1) {
        double to = X1;
        for (int i = 0; i < f->traits->n_jumps; i++) {
            const ag_jump *j = &f->traits->jump[i];
            if (j->order <= (slope ? 1 : 0) && j->at > from && j->at < to) to = j->at;
        }
        const double beside = 1e-9;
        draw_piece(f, slope, from == X0 ? from : from + beside, to == X1 ? to : to - beside);
        from = to;
    }
    fputs("\"/>\n", f->out);
}

/* At the right end of the curves; apart, if these end together. */
static void draw_labels(const figure *f) {
    enum { LINE = 18 };
    double y[2];
    for (int slope = 0; slope < 2; slope++) {
        const double end = of(f, slope, X1);
        y[slope] = isnan(end) ? 0.5 * (TOP + BOTTOM) : fmax(TOP, fmin(BOTTOM, row(f, end)));
    }
    if (fabs(y[0] - y[1]) < LINE) {
        const double middle =
            fmax(TOP + 0.5 * LINE, fmin(BOTTOM - 0.5 * LINE, 0.5 * (y[0] + y[1])));
        const double up = y[0] <= y[1] ? -0.5 : 0.5;
        y[0] = middle + up * LINE;
        y[1] = middle - up * LINE;
    }
    fprintf(f->out, "<text class=\"label\" x=\"%d\" y=\"%.2f\" fill=\"" BLUE "\">f(x)</text>\n",
            RIGHT + 8, y[0] + 5.0);
    fprintf(f->out,
            "<text class=\"label\" x=\"%d\" y=\"%.2f\" fill=\"" VERMILION "\">f\xe2\x80\xb2(x)"
            "</text>\n",
            RIGHT + 8, y[1] + 5.0);
}

/* As many characters as fit into a line. */
static void draw_line(const figure *f, const char *text, int fit) {
    enum { FIT_MAX = 84 };
    char cut[4 * FIT_MAX + 1];
    size_t n = 0;
    int characters = 0;
    for (; text[n] && characters < fit && characters < FIT_MAX; characters++) {
        const int length = ag_utf8_length((const unsigned char *)text + n);
        n += (size_t)(length ? length : 1);
    }
    memcpy(cut, text, n);
    cut[n] = 0;
    ag_svg_escape(f->out, cut);
    if (text[n]) fputs(" ...", f->out);
}

static void draw_title(const figure *f) {
    const ag_element *e = f->choice->element;
    fputs("<title>", f->out);
    ag_svg_escape(f->out, e->name);
    fprintf(f->out, "</title>\n<text class=\"title\" x=\"%d\" y=\"26\">", LEFT);
    draw_line(f, e->name, 56); /* of the larger letters */
    fputs("</text>\n", f->out);
    if (strcmp(e->name, e->formula) == 0) return;
    fprintf(f->out, "<text class=\"tick\" x=\"%d\" y=\"43\">", LEFT);
    draw_line(f, e->formula, 84);
    fputs("</text>\n", f->out);
}

static void draw(figure *f) {
    fprintf(
        f->out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
        "viewBox=\"0 0 %d %d\" font-family=\"sans-serif\">\n"
        "<style>.grid{stroke:#e4e4e4}.axis{stroke:#808080}path{fill:none}"
        ".value{stroke:" BLUE ";stroke-width:2.5}"
        ".derivative{stroke:" VERMILION ";stroke-width:2;stroke-dasharray:7 4}"
        ".tick{font-size:12px;fill:#404040}.label{font-size:15px;font-style:italic}"
        ".title{font-size:17px;font-weight:bold;fill:#202020}</style>\n"
        "<clipPath id=\"frame\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/></clipPath>\n"
        "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n",
        WIDTH, HEIGHT, WIDTH, HEIGHT, LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP, WIDTH, HEIGHT);
    draw_title(f);
    draw_grid(f);
    draw_curve(f, false);
    draw_curve(f, true); /* dashes on a line show that both are the same */
    draw_labels(f);
    fputs("</svg>\n", f->out);
}

static ag_status write_to(const char *path, const ag_choice *choice, const ag_traits *traits,
                          ag_error *err) {
    figure f = {.out = fopen(path, "w"), .choice = choice, .traits = traits};
    if (!f.out)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not create '%s': %s", path, strerror(errno));
    fit(&f);
    draw(&f);
    const bool failed = ferror(f.out) != 0;
    if (fclose(f.out) != 0 || failed)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not write '%s': %s", path, strerror(errno));
    return AG_OK;
}

ag_status ag_activation_svg(const char *path, const ag_choice *choice, const ag_traits *traits,
                            ag_error *err) {
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) /* a pipe, /dev/stdout */
        return write_to(path, choice, traits, err);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_file_draft draft;
    ag_status status = ag_file_draft_open(path, &arena, &draft, err);
    if (status != AG_OK) {
        status =
            AG_FAIL(err, status, AG_NOWHERE, "could not create '%s': %s", path, strerror(errno));
    } else {
        status = write_to(draft.temporary, choice, traits, err);
        if (status == AG_OK)
            status = ag_file_draft_replace(&draft, err);
        else
            ag_file_draft_drop(&draft);
    }
    ag_arena_close(&arena);
    return status;
}

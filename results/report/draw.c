#include "results/report/draw.h"

#include "harness/base/file_draft.h"
#include "results/report/convert.h"
#include "results/report/figure_data.h"
#include "results/store/print/table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const char *const ag_picture_names[] = {"svg", "csv", "pdf", "png", NULL};

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for figures");
}

/* One figure, drawn and not yet written. */
typedef struct picture {
    const ag_figure *figure;
    ag_drawn drawn;
    const char *path[AG_PICTURES]; /* NULL: not wanted */
} picture;

/* --- files ------------------------------------------------------------------------- */

/* folder/box_test_accuracy.svg: the metric, if one was asked for and the figure depends on it. */
static const char *path_of(const ag_draw_request *request, const ag_figure *figure,
                           const char *ending, ag_arena *arena) {
    const bool said = request->of.metric && figure->of_metric;
    const char *metric = said ? request->of.metric->name : "";
    const char *name = figure->about.name;
    const size_t n = strlen(request->folder) + strlen(name) + strlen(metric) + strlen(ending) + 4;
    char *path = AG_NEW_ARRAY(arena, char, n);
    if (path)
        snprintf(path, n, "%s/%s%s%s.%s", request->folder, name, said ? "_" : "", metric, ending);
    return path;
}

static ag_status name_files(const ag_draw_request *request, picture *p, ag_arena *arena,
                            ag_error *err) {
    for (int k = 0; k < AG_PICTURES; k++) {
        if (!request->wanted[k]) continue;
        struct stat there;
        p->path[k] = path_of(request, p->figure, ag_picture_names[k], arena);
        if (!p->path[k]) return no_memory(err);
        if (lstat(p->path[k], &there) == 0)
            return AG_FAIL(err, AG_IO, AG_NOWHERE,
                           "'%s' exists, and plot overwrites nothing: move it, or choose another"
                           " folder with -o",
                           p->path[k]);
    }
    return AG_OK;
}

static ag_status make_folder(const char *folder, ag_arena *arena, ag_error *err) {
    char *path = AG_NEW_ARRAY(arena, char, strlen(folder) + 1);
    if (!path) return no_memory(err);
    strcpy(path, folder);
    for (char *c = path + 1; *c; c++) {
        if (*c != '/') continue;
        *c = '\0';
        mkdir(path, 0777); /* what fails here fails below, too */
        *c = '/';
    }
    struct stat there;
    if (mkdir(path, 0777) == 0 ||
        (errno == EEXIST && stat(path, &there) == 0 && S_ISDIR(there.st_mode)))
        return AG_OK;
    return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not create the folder '%s': %s", folder,
                   strerror(errno));
}

static ag_status write_text(const ag_file_draft *draft, const picture *p, ag_picture kind,
                            ag_error *err) {
    FILE *out = ag_file_draft_stream(draft);
    ag_status status = AG_OK;
    if (out && kind == AG_PICTURE_CSV)
        status = ag_table_print(out, &p->drawn.data, AG_FORMAT_CSV, err);
    else if (out)
        fwrite(p->drawn.svg.text, 1, p->drawn.svg.n, out);
    const bool failed = !out || ferror(out) != 0;
    if ((out && fclose(out) != 0) || failed)
        return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not write '%s': %s", draft->path,
                       strerror(errno));
    return status;
}

static ag_status write_file(const picture *p, ag_picture kind, ag_error *err) {
    ag_arena scratch = AG_ARENA_EMPTY;
    ag_file_draft draft;
    ag_status status = ag_file_draft_open(p->path[kind], &scratch, &draft, err);
    if (status == AG_OK) {
        if (kind == AG_PICTURE_PDF || kind == AG_PICTURE_PNG)
            status = ag_convert(p->drawn.svg.text, p->drawn.svg.n, ag_picture_names[kind],
                                draft.descriptor, err);
        else
            status = write_text(&draft, p, kind, err);
        if (status == AG_OK)
            status = ag_file_draft_keep_new(&draft, err);
        else
            ag_file_draft_drop(&draft);
    }
    ag_arena_close(&scratch);
    return status;
}

/* --- figures ------------------------------------------------------------------------- */

static ag_status draw_all(const ag_draw_request *request, const ag_draw_told *told,
                          ag_reader *reader, ag_arena *arena, picture *pictures, int *n,
                          ag_error *err) {
    ag_figure_data data;
    AG_TRY(ag_figure_data_read(&request->of, reader, arena, &data, err));
    if (data.samples.n_blocks == 0)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                       "no trial in the store is of what is asked for: there is nothing to draw");
    *n = 0;
    for (int i = 0; i < ag_figures.n_items; i++) {
        const ag_figure *figure = ag_figure_of(ag_figures.items[i]);
        if (request->figure && figure != request->figure) continue;
        ag_error why = {0};
        pictures[*n] = (picture){.figure = figure};
        const ag_status status = figure->draw(&data, arena, &pictures[*n].drawn, &why);
        if (status == AG_OK) {
            ++*n;
        } else if (status == AG_NOTFOUND && !request->figure) {
            if (told && told->skipped) told->skipped(told->self, figure->about.name, why.text);
        } else {
            *err = why;
            return status;
        }
    }
    return AG_OK;
}

static ag_status write_all(const ag_draw_request *request, const ag_draw_told *told,
                           picture *pictures, int n, ag_arena *arena, ag_error *err) {
    for (int i = 0; i < n; i++)
        AG_TRY(name_files(request, &pictures[i], arena, err));
    AG_TRY(make_folder(request->folder, arena, err));
    for (int i = 0; i < n; i++)
        for (int k = 0; k < AG_PICTURES; k++) {
            if (!pictures[i].path[k]) continue;
            AG_TRY(write_file(&pictures[i], (ag_picture)k, err));
            if (told && told->wrote) told->wrote(told->self, pictures[i].path[k]);
        }
    return AG_OK;
}

static ag_status read_and_draw(const ag_draw_request *request, const ag_draw_told *told,
                               ag_arena *arena, picture **pictures, int *n, ag_error *err) {
    *pictures = AG_NEW_ARRAY(arena, picture, (size_t)ag_figures.n_items);
    if (!*pictures) return no_memory(err);
    ag_reader *reader;
    AG_TRY(ag_reader_open(request->of.store, arena, &reader, err));
    const ag_status status = draw_all(request, told, reader, arena, *pictures, n, err);
    ag_reader_close(reader);
    return status;
}

ag_status ag_draw(const ag_draw_request *request, const ag_draw_told *told, ag_arena *arena,
                  ag_error *err) {
    if ((request->wanted[AG_PICTURE_PDF] || request->wanted[AG_PICTURE_PNG]) && !ag_can_convert())
        return AG_FAIL(err, AG_MACHINE, AG_NOWHERE,
                       "PDF and PNG are made by rsvg-convert, which is not on this machine: install"
                       " librsvg2-bin, or take svg");
    picture *pictures;
    int n = 0;
    AG_TRY(read_and_draw(request, told, arena, &pictures, &n, err));
    return write_all(request, told, pictures, n, arena, err);
}

ag_status ag_draw_one(const ag_draw_request *request, ag_arena *arena, ag_drawn *drawn,
                      ag_error *err) {
    picture *pictures;
    int n = 0;
    AG_TRY(read_and_draw(request, NULL, arena, &pictures, &n, err));
    *drawn = pictures[0].drawn;
    return AG_OK;
}

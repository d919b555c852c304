#include "harness/base/status.h"

#include <stdarg.h>
#include <stdio.h>

const char *ag_status_words(ag_status status) {
    static const char *const words[AG_STATUS_COUNT] = {
#define X(name, words) [AG_##name] = words,
        AG_STATUS_LIST(X)
#undef X
    };
    return (unsigned)status < AG_STATUS_COUNT ? words[status] : "unknown status";
}

int ag_status_exit_code(ag_status status) {
    switch (status) {
    case AG_OK: return 0;
    case AG_CONFIG:
    case AG_NOTFOUND: return 2;
    case AG_STOPPED: return 130;
    default: return 3;
    }
}

ag_status ag_pass(ag_error *err, ag_status status, const char *file, int line) {
    if (err && err->n_trace < AG_TRACE_MAX) {
        err->trace[err->n_trace].file = file;
        err->trace[err->n_trace].line = line;
        err->n_trace++;
    }
    return status;
}

/* A message quotes what users wrote: line ends and terminal escapes in it become '?'
 * (control characters of ASCII, and U+0080 to U+009F, which are C2 80 to C2 9F). */
static void make_harmless(char *text) {
    for (unsigned char *c = (unsigned char *)text; *c; c++) {
        if (*c < 0x20 || *c == 0x7f) *c = '?';
        if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) c[0] = c[1] = '?';
    }
}

const char *ag_place_text(char text[AG_PLACE_MAX], ag_place place) {
    if (place.line > 0 && place.column == 0)
        snprintf(text, AG_PLACE_MAX, "'%s'", place.file);
    else
        snprintf(text, AG_PLACE_MAX, "%d:%d", place.line, place.column);
    return text;
}

ag_status ag_fail(ag_error *err, ag_status status, ag_place place, const char *file, int line,
                  const char *format, ...) {
    if (!err) return status;
    *err = (ag_error){.status = status};
    if (place.line > 0 && place.column == 0)
        snprintf(err->where, sizeof err->where, "%s", place.file);
    else if (place.line > 0)
        snprintf(err->where, sizeof err->where, "%s:%d:%d", place.file, place.line, place.column);
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    make_harmless(err->where);
    make_harmless(err->text);
    return ag_pass(err, status, file, line);
}

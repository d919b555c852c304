/* Status codes and error messages.
 *
 * A function that can fail takes `ag_error *err` as its last parameter and
 * returns an ag_status. On AG_OK, err is untouched. On anything else, err says
 * in one sentence what is wrong and, when the cause is in a file the user
 * wrote, where. The same call always leaves the caller's objects either
 * complete or as they were.
 *
 * A programmer's mistake (wrong shape passed between two of our own functions)
 * is not a status: it is an assert. A training run that diverges is not a
 * status either: it is a result, see ag_outcome.
 */
#ifndef AG_STATUS_H
#define AG_STATUS_H

/* One row per code: name, and the words used when nobody wrote better ones. */
#define AG_STATUS_LIST(X)                                                                          \
    X(OK, "ok")                                                                                    \
    X(NOMEM, "out of memory")                                                                      \
    X(CONFIG, "the experiment file or the command line is not valid")                              \
    X(NOTFOUND, "no such name")                                                                    \
    X(IO, "could not read or write a file")                                                        \
    X(DATA, "a data file is missing or damaged")                                                   \
    X(STORE, "the result store refused the operation")                                             \
    X(MACHINE, "this machine lacks what is needed")                                                \
    X(STOPPED, "interrupted")

typedef enum ag_status {
#define X(name, words) AG_##name,
    AG_STATUS_LIST(X)
#undef X
        AG_STATUS_COUNT
} ag_status;

/* A place in a file the user wrote. line and column count from 1; line 0 means
 * "no place", and then file is not read. Column 0: `file` is a word of the command
 * line. */
typedef struct ag_place {
    const char *file;
    int line;
    int column;
} ag_place;

#define AG_NOWHERE ((ag_place){0})

enum { AG_TRACE_MAX = 12, AG_PLACE_MAX = 96 };

/* A second place in a message about the same file: "9:8", or the word in quotes.
 * Returns text. */
const char *ag_place_text(char text[AG_PLACE_MAX], ag_place place);

typedef struct ag_error {
    ag_status status;
    char where[192]; /* "experiments/depth.yaml:14:9", or "" */
    char text[384];  /* one sentence, no newline */
    int n_trace;     /* how the status travelled, innermost first */
    struct {
        const char *file;
        int line;
    } trace[AG_TRACE_MAX];
} ag_error;

const char *ag_status_words(ag_status status);

/* What the program exits with: 0 ok, 2 usage or invalid experiment, 3
 * environment (memory, files, data, store, machine), 130 interrupted. */
int ag_status_exit_code(ag_status status);

/* Fills err and returns status, so that a failure is one line:
 *     return AG_FAIL(err, AG_CONFIG, key->place, "epochs is %d, ...", n);
 * Every failure passes through ag_fail: a breakpoint there catches them all. */
#ifndef __clang_analyzer__
#define AG_FAIL(err, status, place, ...)                                                           \
    ag_fail((err), (status), (place), __FILE__, __LINE__, __VA_ARGS__)
#else /* which does not look into ag_fail: what it returns is never AG_OK */
#define AG_FAIL(err, status, place, ...)                                                           \
    (ag_fail((err), (status), (place), __FILE__, __LINE__, __VA_ARGS__), (status))
#endif

/* Calls something fallible; on failure adds this line to the trace and returns.
 * Uses the enclosing function's parameter `err`. */
#define AG_TRY(call)                                                                               \
    do {                                                                                           \
        const ag_status ag_try_status = (call);                                                    \
        if (ag_try_status != AG_OK) {                                                              \
            ag_pass(err, ag_try_status, __FILE__, __LINE__);                                       \
            return ag_try_status;                                                                  \
        }                                                                                          \
    } while (0)

ag_status ag_fail(ag_error *err, ag_status status, ag_place place, const char *file, int line,
                  const char *format, ...) __attribute__((format(printf, 6, 7)));
ag_status ag_pass(ag_error *err, ag_status status, const char *file, int line);

#endif

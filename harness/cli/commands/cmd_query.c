/* actgrid query: SQL on a store. */
#include "harness/base/glyph.h"
#include "harness/base/text.h"
#include "harness/cli/command.h"
#include "harness/cli/shell_word.h"
#include "results/store/print/table.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    SQL_MAX = 1 << 20,   /* bytes read from stdin */
    MEMORY_MAX = 1 << 30 /* bytes that SQLite may take */
};

/* --- without SQL: what one can ask --------------------------------------------- */

/* Without what the views are made of: *_row (epoch, layer, ... say the same of a trial_id) and
 * *_now (means that are not yet settled). */
static const char *const COLUMNS_OF_TABLES =
    "SELECT t.type, t.name, group_concat(c.name, ', ') AS columns"
    " FROM sqlite_schema t, pragma_table_info(t.name) c"
    " WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    " AND t.name NOT LIKE '%\\_row' ESCAPE '\\' AND t.name NOT LIKE '%\\_now' ESCAPE '\\'"
    " GROUP BY t.type, t.name ORDER BY t.type DESC, t.rowid";

static int list(const ag_call *call, const char *dir) {
    ag_error err = {0};
    ag_table tables;
    const char *word = ag_shell_word(call->words[0], call->arena);
    if (!word) return ag_call_no_memory(call);
    if (ag_store_query(dir, COLUMNS_OF_TABLES, 0, call->arena, &tables, &err))
        return ag_call_fail(call, &err);
    printf("Shipped queries: actgrid query %s @NAME\n\n", word);
    for (int i = 0; i < ag_n_shipped_queries; i++)
        printf("  @%-20s %s\n", ag_shipped_queries[i].name, ag_shipped_queries[i].question);
    printf("\nTables and views: actgrid query %s \"SELECT ... FROM ...\"\n", word);
    for (size_t r = 0; r < tables.n_rows; r++) {
        const char *const *cells = tables.cells + r * 3;
        printf("\n  ");
        ag_print_visible(stdout, cells[1]);
        printf("%s\n      ", strcmp(cells[0], "view") == 0 ? " (view)" : "");
        ag_print_visible(stdout, cells[2]);
        putchar('\n');
    }
    return 0;
}

/* --- with SQL ---------------------------------------------------------------------- */

/* All of stdin; NULL and a sentence if it is too long or cannot be read. */
static const char *read_stdin(const ag_call *call, ag_error *err) {
    char *sql = AG_NEW_ARRAY(call->arena, char, SQL_MAX + 1);
    const size_t n = sql ? fread(sql, 1, SQL_MAX + 1, stdin) : 0;
    if (!sql)
        AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a query");
    else if (ferror(stdin))
        AG_FAIL(err, AG_IO, AG_NOWHERE, "could not read the query from stdin");
    else if (n > SQL_MAX)
        AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "the query is longer than 1 MiB");
    else if (memchr(sql, '\0', n))
        AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "the query holds a zero byte");
    else
        return sql;
    return NULL;
}

static ag_status stream(const ag_call *call, const char *dir, const char *sql, double seconds,
                        ag_format format, ag_error *err) {
    ag_printer printer = {.out = stdout, .format = format, .arena = call->arena};
    ag_reader *reader;
    AG_TRY(ag_reader_open(dir, call->arena, &reader, err));
    ag_status status = ag_reader_select(reader, sql, seconds, ag_printer_sink(&printer), err);
    if (status == AG_OK) status = ag_printer_end(&printer, err);
    ag_reader_close(reader);
    return status;
}

static ag_status answer(const ag_call *call, const char *dir, const char *sql, double seconds,
                        ag_format format, ag_error *err) {
    if (format != AG_FORMAT_TABLE && format != AG_FORMAT_MD)
        return stream(call, dir, sql, seconds, format, err);
    ag_table all, table;
    AG_TRY(ag_store_query(dir, sql, seconds, call->arena, &all, err));
    if (sql[0] != '@') return ag_table_print(stdout, &all, format, err);
    bool *filled = AG_NEW_ARRAY(call->arena, bool, (size_t)all.n_columns + 1);
    if (!filled) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
    ag_table_filled(&all, filled);
    AG_TRY(ag_table_pick(&all, filled, all.n_rows, call->arena, &table, err));
    return ag_table_print(stdout, &table, format, err);
}

/* Position of a format's name, -1 if there is none of that name. */
static int find_format(const char *name) {
    for (int i = 0; ag_format_names[i]; i++)
        if (strcmp(ag_format_names[i], name) == 0) return i;
    return -1;
}

/* --- what SQLite cannot stop ------------------------------------------------------------ */

/* The limit of time is looked at between the steps of a query. A step can be long: instr() on two
 * texts of megabytes takes days. Then this, after a second more of processor time; the store is
 * only read, nothing needs to be put away. */
static void give_up(int signal) {
    (void)signal;
    static const char words[] =
        "actgrid: the query was stopped after --limit-seconds, in the middle of a function\n";
    const ssize_t ignored = write(STDERR_FILENO, words, sizeof words - 1);
    (void)ignored;
    _exit(3);
}

static void limit_processor_time(double seconds) {
    const struct sigaction action = {.sa_handler = give_up};
    sigaction(SIGPROF, &action, NULL);
    const double most = seconds < 1e8 ? seconds + 1 : 1e8;
    const struct itimerval timer = {
        .it_value = {(time_t)most, (suseconds_t)(1e6 * (most - floor(most)))}};
    setitimer(ITIMER_PROF, &timer, NULL);
}

static int run(const ag_call *call) {
    ag_error err = {0};
    const char *name = ag_call_value(call, "format"), *limit = ag_call_value(call, "limit-seconds");
    const int format = find_format(name ? name : "table");
    double seconds = 60;
    if (format < 0)
        return ag_call_usage(call, "--format is '%s', must be table, csv, json, jsonl or md", name);
    if (limit && (!ag_parse_number(limit, &seconds) || seconds < 0))
        return ag_call_usage(call, "--limit-seconds is '%s', must be a number of seconds, 0: none",
                             limit);
    const char *dir = ag_store_folder(call->words[0], call->arena);
    if (!dir) return ag_call_no_memory(call);
    if (call->n_words == 1) return list(call, dir);
    const char *sql = call->words[1];
    if (strcmp(sql, "-") == 0 && !(sql = read_stdin(call, &err))) return ag_call_fail(call, &err);
    if (seconds > 0) limit_processor_time(seconds);
    ag_reader_limit_memory(MEMORY_MAX);
    if (answer(call, dir, sql, seconds, (ag_format)format, &err)) return ag_call_fail(call, &err);
    return 0;
}

static const ag_option options[] = {
    {.name = "format", .value = "FORMAT", .meaning = "table (standard), csv, json, jsonl or md"},
    {.name = "limit-seconds", .value = "N", .meaning = "stop after so long; 60, 0: never"},
};

const ag_command ag_cmd_query = {
    .about = {.name = "query", .formula = "ask a store questions in SQL"},
    .arguments = "DIR|NAME [SQL|@NAME|-]",
    .least = 1,
    .most = 2,
    .options = options,
    .n_options = AG_COUNT(options),
    .help = "Runs one SELECT on a store, read-only, also while a run goes on. @NAME is one of\n"
            "the shipped queries, whose columns without any value are left out of tables (csv\n"
            "and json have all); - reads SQL from stdin. Without SQL: lists the shipped\n"
            "queries, and the tables with their columns. Besides SQLite's functions there are\n"
            "median(x), ci_low(x), wilcoxon(d) and others: `actgrid help sql`.\n"
            "\n"
            "    actgrid query quickstart\n"
            "    actgrid query quickstart @leaderboard\n"
            "    actgrid query quickstart \"SELECT activation, depth, n, val_accuracy_mean\n"
            "                              FROM leaderboard\" --format csv\n",
    .run = run,
};

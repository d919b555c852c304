#!/bin/bash
# query, export and status on a store that a small run left behind.
. "$(dirname "$0")/lib.sh"
smoke=$source/experiments/smoke.yaml

run run "$smoke" -o runs/first --progress=none
expect_code 0
trials=$("$actgrid" query first 'SELECT count(*) FROM trial' --format csv | tail -n 1)
check "the run left trials" [ "${trials:-0}" -gt 3 ]

# --- query: where, what, how
run query runs/first 'SELECT 1 AS one, NULL AS two, 0.5 AS three'
expect_out_is 'one  two  three
---  ---  -----
  1    -    0.5'
run query first 'SELECT 1 AS one' # by name below runs/
expect_out_is 'one
---
  1'
run query first 'SELECT 1 AS one, '"'a\"b'"' AS two' --format json
expect_out_is '[
 {"one": 1, "two": "a\"b"}
]'
run query first 'SELECT 1 AS one, '"'a\"b'"' AS two' --format=csv
expect_out_is 'one,two
1,"a""b"'
run query first
expect_code 0
expect_out '@leaderboard'
expect_out 'gradient_decay (view)'
refuse_out '_row'
refuse_out '_now'
run query first @leaderboard --format md
expect_code 0
expect_out '| activation | initializer |'
"$actgrid" query first - <<<'SELECT count(*) AS n FROM trial;' >out
check "SQL from stdin" [ "$(tail -n 1 out)" = "$trials" ]
run query first "SELECT '$(printf 'a\033[31m')' AS x"
expect_out 'a\x1b[31m'

run query first 'SELECT activaton FROM trial'
expect_code 2
expect_err_is "actgrid: no such column: activaton; did you mean 'activation'?"
run query first 'SELECT 1 FROM zzzzzzzz' # the list of tables is whole
expect_err 'leaderboard, pairs'
run query first 'DELETE FROM trial'
expect_code 2
expect_err_is 'actgrid: a query may only read: DELETE is refused'
run query first @leaderbord
expect_code 2
expect_err "did you mean '@leaderboard'?"
run query nowhere 'SELECT 1'
expect_code 3
expect_err_is "actgrid: there is no store 'nowhere': no folder of this name is here or in runs/; \`actgrid run\` makes one"
run query fisrt 'SELECT 1'
expect_err "there is no store 'fisrt': no folder of this name is here or in runs/; did you mean 'first'?"
run query runs/fisrt 'SELECT 1'
expect_err_is "actgrid: there is no store: no folder 'runs/fisrt'"
run query first 'SELECT 1' --format xml
expect_code 2
expect_err "--format is 'xml', must be table, csv, json, jsonl or md"
run query first 'SELECT 1' --limit-seconds soon
expect_code 2
forever='WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT'
run query first "$forever count(*) FROM r" --limit-seconds 0.3
expect_code 3
expect_err 'the query was stopped after 300 ms'

# A function that takes long, and the last step of an aggregate, are stopped as well.
run query first "SELECT instr(hex(zeroblob(8000000)), hex(zeroblob(2000000)) || 'b')" \
    --limit-seconds 0.1
expect_code 3
expect_err_is 'actgrid: the query was stopped after --limit-seconds, in the middle of a function'
run query first "$forever median(x) FROM r" --limit-seconds 0.3
expect_code 3
expect_err 'the query was stopped after 300 ms'

# A reader that leaves is no error, and nothing is said about it.
"$actgrid" query first "$forever x FROM r" --format csv 2>err | head -n 3 >out
check "three lines" [ "$(tr '\n' ' ' <out)" = 'x 1 2 ' ]
check "in silence" [ ! -s err ]

# --- sqlite3 and h5py read it, too
if command -v sqlite3 >/dev/null; then
    run_command sqlite3 runs/first/results.sqlite \
        'SELECT activation, depth, n, val_accuracy_mean FROM leaderboard'
    expect_code 0
    check "a line per cell" [ "$(wc -l <out)" -ge 4 ]
    run_command sqlite3 runs/first/results.sqlite \
        'SELECT count(*) FROM best_learning_rate UNION ALL SELECT count(*) FROM gradient_decay
         UNION ALL SELECT count(*) FROM dead_units UNION ALL SELECT count(*) FROM convergence
         UNION ALL SELECT count(*) FROM pairs UNION ALL SELECT count(*) FROM curves'
    check "no view is empty" not grep -qx 0 out
else
    skip 'the sqlite3 program (not installed)'
fi
python=$(command -v /usr/bin/python3 || command -v python3)
if [ -n "$python" ] && "$python" -c 'import h5py' 2>/dev/null; then
    cat >look.py <<'PY'
import h5py, numpy, sqlite3
f = h5py.File("runs/first/curves.h5")
rows = sqlite3.connect("runs/first/results.sqlite")
ids = [i.decode() for i in f["trials"]["trial_id"]]
assert ids == [r[0] for r in rows.execute("select trial_id from trial order by 1")]
for name, sql in (("epoch/val_loss", "select val_loss from epoch where trial_id = ? order by epoch"),):
    for i, trial in enumerate(ids):
        want = numpy.array([r[0] for r in rows.execute(sql, (trial,))], "f4")
        assert numpy.array_equal(f[name][i][:len(want)], want, equal_nan=True), (name, trial)
        assert numpy.isnan(f[name][i][len(want):]).all()
for i, trial in enumerate(ids):
    for epoch, layer, x in rows.execute("select epoch, layer, grad_norm from layer_epoch where trial_id = ?", (trial,)):
        assert x is None or f["layer/grad_norm"][i, epoch, layer - 1] == numpy.float32(x)
meanings = {name + "/" + k: f[name][k].attrs["meaning"] for name in ("step", "epoch", "layer") for k in f[name]}
assert not [k for k, text in meanings.items() if "likewise" in text], meanings # each is read by itself
assert f["step/loss"].attrs["axes"] == "trial, step" and f["step/loss"].attrs["unit"] == "loss"
assert f["step/loss"].compression == "gzip" and f["step/loss"].shuffle
PY
    run_command "$python" look.py
    expect_code 0
else
    skip 'reading curves.h5 from Python (no h5py)'
fi

# --- export
mkdir tables && echo mine >tables/trial.csv.part
run export first -o tables
expect_code 0
check "one row" grep -q 'progress.csv  1 row$' out
check "many rows" grep -q "trial.csv  $trials rows\$" out
check "every trial and a header" [ "$(wc -l <tables/trial.csv)" = $((trials + 1)) ]
for table in experiment environment trial epoch layer layer_epoch; do
    check "$table.csv is there" [ -s tables/$table.csv ]
    "$actgrid" query first "SELECT * FROM $table" --format csv >want.csv
    check "$table.csv is what a query prints" cmp -s want.csv tables/$table.csv
done
check "a file of the user's beside it is let alone" [ "$(cat tables/trial.csv.part)" = mine ]
check "nothing half done" [ -z "$(find tables -name '*.part-*')" ]
run export first -o tables
expect_code 3
expect_err 'exists, and export overwrites nothing'
run export first --format jsonl
expect_code 0
check "a line per trial" [ "$(wc -l <runs/first/export/trial.jsonl)" = "$trials" ]
run export first --format xml
expect_code 2

# --- status
run status first
expect_code 0
expect_out 'experiment  smoke'
expect_out 'left        0'
run status first --json
expect_out "\"planned\": $trials, \"done\": $trials, \"left\": 0, \"finished\": "
expect_out '"running": false'
"$actgrid" run "$smoke" training.epochs=300 -j 1 -o runs/second --progress=none >/dev/null 2>&1 &
pid=$!
for ((i = 0; i < 200; i++)); do
    "$actgrid" status second --json >out 2>err && grep -q '"running": true' out && break
    sleep 0.02
done
check "a run that is going is seen" grep -q "\"in_use_by\": \"process $pid on " out
run run "$smoke" training.epochs=300 -o runs/second --progress=none
expect_code 3
expect_err "'runs/second' is in use by process $pid on "
kill -9 $pid
wait $pid 2>/dev/null
run status second
expect_code 0
expect_out 'running     no'
run status nowhere
expect_code 3
expect_err "there is no store 'nowhere'"
mkdir empty
run status empty
expect_code 3
expect_err_is "actgrid: there is no store in 'empty': it has no results.sqlite; \`actgrid run\` makes one"

# --- a store whose making was interrupted is no store yet, and no obstacle
mkdir runs/unborn
: >runs/unborn/results.sqlite
run status runs/unborn
expect_code 3
expect_err "there is no store: 'runs/unborn/results.sqlite' is empty"
run run "$smoke" training.epochs=1 -o runs/unborn --progress=none
expect_code 0

mkdir -p runs/folder/results.sqlite
run status runs/folder
expect_code 3
expect_err "'runs/folder/results.sqlite' is no file: move away what is there"
refuse_err 'disk I/O error'

# --- a limit on the size of files is an error, not the end; lifted, the run completes
limited() (ulimit -f 600 && exec "$@") # of 1024 bytes
run_command limited "$actgrid" run "$smoke" seeds=40 -o runs/limited --progress=none
expect_code 3
expect_err 'runs/limited/'
check "finished trials are kept" [ "$(sqlite3 runs/limited/results.sqlite 'select count(*) from trial')" -gt 0 ]
run run "$smoke" seeds=1 -o runs/limited --progress=none
expect_code 0

# --- a folder that may only be read (root may write everywhere: then not tested)
chmod -R a-w runs/first
if [ -w runs/first ]; then
    skip 'a store in a read-only folder (running as root)'
else
    run query first 'SELECT 1 AS one'
    expect_code 0
fi
chmod -R u+w runs/first
finish

#!/bin/bash
# Are two stores equal? One difference of each kind is planted into a copy of a store, and must be found:
# a comparison that always says "equal" fails here. What is compared is checked against sqlite3 and h5py.
. "$(dirname "$0")/lib.sh"

# Every table of a store has rows, and its last column values: a diverged trial, learned parameters, noise at test time,
# pairs of cells, a metric on request.
cat >diff.yaml <<'END'
dataset: {name: mnist1d, samples: 200}
model: {type: mlp, depth: 2, width: 8}
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.05}
training: {epochs: 2, batch_size: 40, robustness: {normal: [0, 0.5]}}
probes: {which: [all, activation_median]}
grid:
  activation: [relu, {name: prelu, learned: per_channel}]
  optimizer.learning_rate: [0.05, 1e8]
  training.epochs: [2, 3]
seeds: 2
END
run run diff.yaml -j 2 --progress=none -o a
expect_code 0
run run diff.yaml -j 1 --progress=none -o b "training.epochs=3,2" "activation=[{name: prelu, learned: per_channel}, relu]"
expect_code 0
ask() { sqlite3 "$1/results.sqlite" "$2"; }
change() { ask changed "$1"; } # SQL
fresh() { rm -rf changed && cp -r a changed; }

# --- equal, whatever the order in which trials arrived
run diff a b
expect_code 0
expect_out 'equal: 16 trials, '
check "one line" [ "$(wc -l <out)" = 1 ]
check "they arrived in another order" not cmp -s <(ask a 'select trial_id from trial order by number') \
    <(ask b 'select trial_id from trial order by number')
run diff a b --all
check "one line" [ "$(wc -l <out)" = 1 ]
run diff a a
expect_code 0
rows=0
tables=$(ask a "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'
    and name not in ('experiment', 'progress', 'environment')")
for table in $tables; do rows=$((rows + $(ask a "select count(*) from $table"))); done
expect_out "equal: 16 trials, $rows rows, "

# --- a cell and a row of each table; that of tuned experiments: test_tuning.sh
for table in $tables; do
    name=${table%_row}
    if [ "$name" = selection -o "$name" = selection_past ]; then continue; fi
    check "$table has rows" [ "$(ask a "select count(*) from $table")" -gt 0 ]
    # the last column that is compared: a real one changes by one unit in its last place
    column=$(ask a "select name from pragma_table_info('$table') where pk = 0 and name not in ('number', 'settled', 'seconds',
        'cell', 'rate_group', 'pair_group', 'settings', 'experiment_id', 'environment_id', 'started_at', 'finished_at', 'error', 'probe_share_mean',
        'flops_per_second_mean', 'samples_per_second_mean', 'digest', 'flops', 'samples_per_second', 'probe_seconds', 'r2', 'val_r2', 'b_better')
        and (type <> 'TEXT' or '$table' = 'cell') order by cid desc limit 1")
    fresh
    check "$table.$column has a value" [ "$(ask a "select count($column) from $table")" -gt 0 ]
    row="(select min($column) from $table where $column is not null)"
    change "update $table set $column = case when typeof($column) = 'real' then $column * (1 + 3e-16) + 1e-300
        when typeof($column) = 'integer' then $column + 1 else $column || 'x' end where $column = $row"
    run diff a changed
    expect_code 4
    expect_out "$name.$column"
    refuse_out 'rows of'
    run diff a changed --all
    n=$(ask a "select count(*) from $table where $column = $row")
    check "$table: all $n of them" [ "$(grep -c "^$name.$column: " out)" = "$n" ]

    if [ "$table" = trial ]; then continue; fi
    fresh
    change "delete from $table where ($(ask a "select group_concat(name) from pragma_table_info('$table') where pk > 0"))
        = (select $(ask a "select group_concat(name) from pragma_table_info('$table') where pk > 0") from $table limit 1)"
    run diff a changed
    expect_code 4
    expect_out "rows of $name in A only "
    run diff changed a --only-common
    expect_code 4
    expect_out "rows of $name in B only "
done

# --- times and the order of arrival are no difference, and nothing else is left out
fresh
change "update trial set seconds = 1, probe_seconds = 2, samples_per_second = 3, started_at = 'x', finished_at = 'y',
        number = number + 100, experiment_id = 7, environment_id = 9;
    update epoch_row set seconds = 5;
    update cell_result set seconds_mean = 1, samples_per_second_mean = 2, flops_per_second_mean = 3, probe_share_mean = 4;
    update curve_epoch set curve = curve + 50; update curve set curve = curve + 50; delete from progress; delete from experiment;
    update environment set value = 'another one', environment_id = 9 where key = 'version';
    update environment set environment_id = 9"
for table in $tables; do
    case $table in *_row) change "update $table set trial = trial + 100" ;; esac
done
run diff a changed
expect_code 0
expect_out 'equal: 16 trials'
expect_out 'no difference of numbers'
expect_out 'another one'

# --- means that are not settled are those that the views compute
fresh
change "update cell set settled = 0; update curve set settled = 0; delete from cell_result; delete from cell_epoch;
    delete from cell_layer; delete from cell_robustness; delete from curve_epoch"
run diff a changed
expect_code 0
change "update trial set val_loss = val_loss + 1 where rowid = (select min(rowid) from trial where val_loss is not null)"
run diff a changed
expect_out 'trial.val_loss'
expect_out 'cell_result.val_loss_mean'

# --- trials that one has
fresh
change "delete from trial where number in (1, 2)"
run diff a changed
expect_code 4
expect_out 'different: 0 of 14 trials in both, 2 in A only, 0 in B only'
expect_out "    $(ask a 'select trial_id from trial where number in (1, 2) order by 1 limit 1')  "
expect_out 'seed '
run diff a changed --only-common
expect_code 0
expect_out 'equal: 14 trials, '
expect_out '2 trials in A only'
expect_out 'rows of means are left out: of trials that one store has'
if command -v python3 >/dev/null; then
    for options in '' --all '--all --only-common'; do
        # shellcheck disable=SC2086
        run diff changed a --json $options
        check "JSON that others read: $options" python3 -m json.tool "$work/out" /dev/null
    done
    run diff a b --json --all
    check "JSON without differences" python3 -m json.tool "$work/out" /dev/null
fi
run diff changed a --json --only-common
expect_out '"equal": true, "trials": 14'
expect_out '"only_in_b": {"trials": 2, "first": [{"trial_id": "'
run run diff.yaml '~grid.training.epochs' 'seeds=[7]' -j 2 --progress=none -o other
run diff a other
expect_code 4
expect_out '0 of 0 trials in both, 16 in A only'
expect_out 'compared 0 trials, 0 rows, 0 arrays'
expect_out 'and 11 more'
run diff a other --only-common # nothing of them can be equal
expect_code 4
expect_out '0 of 0 trials in both, 16 in A only'
run diff a other --all
check "each is listed" [ "$(grep -c '^rows of trial in . only: trial ................: ' out)" = 20 ]

# --- a store with more trials has longer arrays: only the padding is longer
run run diff.yaml 'training.epochs=2,3,5' -j 2 --progress=none -o longer
run diff a longer --only-common
expect_code 0
expect_out 'equal: 16 trials, '

# --- one bit of an array; h5py is the other opinion
python=/usr/bin/python3
if $python -c 'import h5py' 2>/dev/null; then
    cat >flip.py <<'PYTHON'
import sys, h5py, numpy as np
with h5py.File(sys.argv[1], "r+") as f:
    names = []
    f.visititems(lambda n, o: names.append(n) if isinstance(o, h5py.Dataset) and n != "trials" else None)
    if len(sys.argv) == 2:
        print("\n".join(names))
    else:
        d = f[sys.argv[2]]
        x = d[...]
        at = tuple(s - 1 for s in x.shape)
        x.view("u4")[at] ^= int(sys.argv[3], 0)
        d[...] = x
        print(f["trials"]["trial_id"][at[0]].decode(), at[1:])
PYTHON
    $python - a/curves.h5 b/curves.h5 <<'PYTHON'
import sys, h5py, numpy as np
a, b = (h5py.File(n) for n in sys.argv[1:])
names = []
a.visititems(lambda n, o: names.append(n) if isinstance(o, h5py.Dataset) else None)
assert len(names) > 10 and (a["trials"][...] == b["trials"][...]).all()
for n in names:
    if n != "trials":
        assert np.array_equal(a[n][...].view("u4"), b[n][...].view("u4")), n
PYTHON
    check "h5py finds the same bits in a and b" [ $? = 0 ]
    arrays=$($python flip.py a/curves.h5)
    run diff a b
    expect_out ", $(wc -w <<<"$arrays") arrays (times left out)"
    for array in $arrays; do # the last number: NaN that pads a diverged trial, for some
        fresh
        place=$($python flip.py changed/curves.h5 "$array" 1)
        run diff a changed --json
        expect_code 4
        expect_out '"differences": [{"cells": 1, "trials": 1, "table": "curves.h5", "column": "'"$array"'", "at": {"trial_id": "'"${place%% *}"
        check "$array: one bit is one unit" grep -qE '"ulps": 1\}|"nan \(0x7fc0000[01]\)"' out
    done
    fresh
    $python - <<'PYTHON'
import h5py
with h5py.File("changed/curves.h5", "r+") as f:
    t = f["trials"][...]
    t["seed"][3] += 1
    t["activation"][5] = b"nothing"
    t["learning_rate"][5:] *= 2
    f["trials"][...] = t
PYTHON
    run diff a changed
    expect_code 4
    for column in seed activation learning_rate; do expect_out "curves.h5 trials.$column "; done
    refuse_out 'trials.dataset'
    expect_out 'nothing'
    for bits in 0x80000000 0x00400000 0x7f800000; do
        fresh
        $python flip.py changed/curves.h5 step/loss $bits >/dev/null
        run diff a changed
        expect_code 4
        expect_out 'curves.h5 step/loss'
    done
else
    skip "arrays changed with h5py: it is not installed"
fi
fresh
rm changed/curves.h5
run diff a changed
expect_code 4
expect_out 'arrays of trials in A only     16      16'

# --- what cannot be compared
run diff a nowhere
expect_code 3
run diff nowhere a --json
expect_code 3
expect_out_is ''
run diff a
expect_code 2
fresh
truncate -s 4000 changed/curves.h5
run diff a changed
expect_code 3
expect_err "changed/curves.h5"
fresh
dd if=/dev/zero of=changed/results.sqlite bs=4096 seek=3 count=20 conv=notrunc status=none
run diff a changed
expect_code 3
expect_err "changed/results.sqlite' is damaged"
fresh
page=$(sqlite3 changed/results.sqlite "select rootpage from sqlite_schema where name = 'layer_epoch_row'")
dd if=/dev/zero of=changed/results.sqlite bs=8192 seek=$((page - 1)) count=1 conv=notrunc status=none
run diff a changed
expect_code 3
expect_err 'save what is left with `sqlite3 FILE .dump`'
sqlite3 changed/results.sqlite .dump >left.sql 2>/dev/null
check 'the command that the sentence names saves rows' grep -q '^INSERT INTO trial ' left.sql
fresh
change "drop table layer_epoch_row"
run diff a changed
expect_code 3
expect_err "is not as actgrid made it: the table 'layer_epoch_row' is missing"
fresh
change "drop table curve_epoch; create table curve_epoch (curve integer, epoch integer, n integer, primary key (curve, epoch))"
run diff a changed
expect_code 3
expect_err 'is not as this program writes it'
fresh
change 'create table mine (x); insert into mine values (1)'
run diff a changed
expect_code 0
expect_out "note: table 'mine' is in 'changed'"
fresh
change "insert into trial select '../../../../../e', $(ask a "select group_concat(case name when 'number' then 999 else name end)
    from pragma_table_info('trial') where name <> 'trial_id'") from trial limit 1"
run diff a changed
expect_code 3
expect_err '16 hexadecimal digits'

# --- names from elsewhere do not command the terminal
fresh
change "update trial set activation = char(27) || '[31m' || char(10) || '<b>' where number = 3"
run diff a changed --all
expect_code 4
expect_out '\x1b[31m'
check "no escape, no line of its own" not grep -qP '\x1b|^<b>' out
finish

#!/bin/bash
# actgrid diff DIR TRIAL TRIAL: which settings differ, and which number differs first.
. "$(dirname "$0")/lib.sh"

cat >grid.yaml <<'END'
dataset: {name: blobs, samples: 200}
model: {type: mlp, depth: 2, width: 8}
activation: relu
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.05}
training: {epochs: 3, batch_size: 20}
END
for word in seed=0 optimizer.learning_rate=0.1 seed=1 activation=tanh training.batch_size=10 model.width=9 \
    activation=prelu optimizer=adam training.epochs=2 optimizer.learning_rate=1e9 probes=none \
    'activation={formula: x*exp(x*x)}'; do
    run run grid.yaml "$word" -o store
    expect_code 0
done
base=$(sqlite3 store/results.sqlite 'select trial_id from trial where number = 1')

# part SQL CODE TEXT...: the first trial beside the one that SQL finds.
part() {
    local other
    other=$(sqlite3 store/results.sqlite "select trial_id from trial where number > 1 and $1")
    run diff store "$base" "$other"
    expect_code "$2"
    shift 2
    for text; do expect_out "$text"; done
}

run diff store "$base" "$base"
expect_code 0
expect_out 'the same settings'
expect_out 'the same bits in all of 21 steps'
part "learning_rate = 0.1" 4 '1 setting differs' 'optimizer.learning_rate  0.05 | 0.1' \
    'they part at step 1: weights after the update of layer 1 (hidden1, dense), element 0 of 16: '
part "seed = 1" 4 'seed  0 | 1' \
    'they part before the first step: initial weights of layer 1 (hidden1, dense), element 0 of 16: '
part "activation = 'tanh'" 4 'activation.name  relu | tanh' \
    'they part at step 1: output of layer 1 (hidden1, activation), element '
part "batch_size = 10" 4 'training.batch_size  20 | 10' 'they part at step 1: examples of a step: 20 | 10'
part "width = 9" 4 'model.width  8 | 9' \
    'they part before the first step: shape of layer 1 (hidden1, dense): '
part "activation_name = 'prelu'" 4 'activation.name  relu | prelu' 'output of layer 1 (hidden1, activation)'
part "optimizer = 'adam'" 4 'optimizer.name' 'sgd | adam' 'weights after the update of layer 1'
part "training like '%epochs=2%'" 4 'training.epochs  3 | 2' \
    'the same bits in all of 14 steps (2 epochs), which both have; a goes on to step 21 (3 epochs)'
other=$(sqlite3 store/results.sqlite "select trial_id from trial where training like '%epochs=2%'")
run diff store "$other" "$base" --json
expect_code 4
expect_out '"steps":14,"same":false,"part":null,"goes_on":"b",'
# As far as one asked, they are the same.
run diff store "$other" "$base" --steps 14
expect_code 0
expect_out 'the same bits in all of 14 steps'
refuse_out 'goes on'
# One stops early, the other may: the epochs that are planned are not said to come.
for patience in 1 2; do
    run run grid.yaml training.epochs=9 \
        "training.early_stopping={metric: val_loss, min_delta: 100, patience: $patience}" -o early --progress=none
done
run diff early $(sqlite3 early/results.sqlite 'select trial_id from trial order by number')
expect_code 4
expect_out 'the same bits in all of 7 steps (1 epoch), which both have; b goes on, to step 63 (9 epochs) at the most'
# No step of one is finite, and no step of the other is like it.
part "activation_name like '%exp%'" 4 'the same weights before the first step' 'b diverged before the first step: loss'
part "learning_rate = 1e9" 4 'optimizer.learning_rate' 'they part at step 1' 'b diverged at step '
check "no number has no sign" not grep -qF -e '-nan' "$work/out"
part "settings ->> '\$.probes.every' = 'none'" 0 'probes.every' 'epoch | none' 'the same bits in all of 21 steps'

# --- the table, and how far
other=$(sqlite3 store/results.sqlite "select trial_id from trial where learning_rate = 0.1")
run diff store "${base:0:8}" "${other:0:8}" --steps 3 --json
expect_code 4
check "JSON" python3 -c '
import json, sys
d = json.load(open("out"))
assert (d["a"], d["b"]) == tuple(sys.argv[1:]), d
assert d["settings"] == [{"key": "optimizer.learning_rate", "a": "0.05", "b": "0.1"}], d
assert d["steps"] == 3 and d["same"] is False, d
p = d["part"]
assert p["step"] == 1 and p["layer"] == 1 and p["name"] == "hidden1" and p["a"] != p["b"], p
assert [r["step"] for r in d["distance"]] == [1, 2, 3], d
w = [r["weights"] for r in d["distance"]]
assert 0 < w[0] < w[1] < w[2] < 1, w
assert d["distance"][0]["loss"][0] == d["distance"][0]["loss"][1] > 0, d' "$base" "$other"
# The last step has a row, whatever number it has.
run diff store "$base" "$other" --steps 5
check "rows of the steps 1, 2, 3 and 5" [ "$(awk '$1 ~ /^[0-9]+$/ && NF == 4 { printf "%s ", $1 }' out)" = '1 2 3 5 ' ]
# The loss of step 1 is the store's.
run diff store "$base" "$base" --steps 5
expect_code 0
expect_out 'the same bits in all of 5 steps'
for wrong in 0 -1 x 1.5; do
    run diff store "$base" "$base" "--steps=$wrong"
    expect_code 2
    expect_err "--steps is '$wrong', must be"
done

run diff store "$base" "$base" --all
expect_code 2
expect_err "--all is for two stores"
run diff store store --steps 3
expect_code 2
expect_err "--steps is for two trials"

# --- which trials
run diff store "$base" 0123456789abcdef
expect_code 2
expect_err "no trial of 'store' is called '0123456789abcdef'"
run diff store "$base" "'; drop table trial; --"
expect_code 2
expect_err 'no trial of'
sqlite3 store/results.sqlite "update trial set trial_id = '00' || substr(trial_id, 3) where number in (2, 3)"
run diff store "$base" 00
expect_code 2
expect_err "'00' is the beginning of 2 trials: 00"
run diff nowhere "$base" "$base"
expect_code 3

# --- other data than the store's
sqlite3 store/results.sqlite "update environment set value = '0123456789abcdef' where key like 'data.%'"
run diff store "$base" "$base"
expect_code 3
expect_err 'cannot be trained again: its data set, blobs, was another one: digest 0123456789abcdef then'
finish

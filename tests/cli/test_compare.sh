#!/bin/bash
# compare: layouts, formats, and what it says of little.
. "$(dirname "$0")/lib.sh"

cat >small.yaml <<'END'
dataset: {name: blobs, samples: 200}
model: {type: mlp, width: 4}
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.05}
training: {epochs: 2, batch_size: 50}
seeds: 6
grid:
  activation: [tanh, relu]
  model.depth: [2, 1]
END
run run small.yaml -o runs/small --progress=none
expect_code 0

run compare small
expect_code 0
expect_out 'metric: val_accuracy'
expect_out 'trials: 24 of phase grid (0 diverged, 0 failed): 2 activations, 2 blocks'
expect_out 'overall: val_accuracy averaged over 2 blocks within each seed, largest first'
expect_out 'depth=1: val_accuracy'
expect_out 'p Holm: p corrected over 1 pair.'
refuse_out 'Holm over 1,'
expect_out 'No critical difference: with 2 blocks'
check "at most 110 columns" [ "$(awk '{ if (length > n) n = length } END { print n }' out)" -le 110 ]

# --- the same numbers in every format
run compare small --format csv
expect_code 0
expect_out 'section,metric,block,activation,item,quantity,value'
mean=$(awk -F, '$1 == "cells" && $3 == "depth=2" && $4 == "tanh" && $6 == "mean" { print $7 }' out)
wanted=$("$actgrid" query small "SELECT val_accuracy_mean FROM leaderboard WHERE depth = 2 AND activation = 'tanh'" --format csv | tail -n 1)
check "the mean of compare ($mean) is that of the store ($wanted)" \
    [ "$(printf '%.12g' "$mean")" = "$(printf '%.12g' "$wanted")" ]
run compare small --format json
expect_code 0
check "JSON is whole" /usr/bin/python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
assert [s["name"] for s in d["sections"]] == ["cells", "pairs"] * 3 + ["ranks"], d
assert len(d["sections"][0]["rows"]) == 2' out
run compare small --format md
expect_out '| activation | n | mean |'
run compare small --format tex
expect_out '\begin{tabular}'
expect_out 'val\_accuracy'

# --- which
run compare small --by none --baseline relu --metric seconds
expect_code 0
expect_out 'pairs: ratios to relu, seed by seed'
refuse_out 'depth=1'
run compare small --at depth=2 --interval bootstrap
expect_code 0
expect_out 'bootstrap over seeds'
refuse_out 'ranks'
run compare small --by depth
expect_out 'depth=2: val_accuracy'
run compare small --by none --cost --variance
expect_code 0
expect_out 'overall: val_accuracy at equal cost'
expect_out 'activation x model.depth'
expect_out 'each combination as often: the shares add up'
check "at most 110 columns" [ "$(awk '{ if (length > n) n = length } END { print n }' out)" -le 110 ]
run compare --metrics
expect_code 0
expect_out 'gradient_decay'

# --- mistakes
run compare small --metric val_acuracy
expect_code 2
expect_err "no metric 'val_acuracy'; did you mean 'val_accuracy'?"
run compare small --at depth=3
expect_code 2
expect_err 'no trial has model.depth=3; there are: 1, 2'
run compare small --at depth
expect_code 2
run compare small --baseline rleu
expect_err "did you mean 'relu'?"
run compare small --by width
expect_err "'width' is no setting that differs between blocks"
run compare small --format xml
expect_code 2
run compare small --interval x
expect_code 2
run compare
expect_code 2
run compare nowhere
expect_code 3

# --- many blocks: one line each
run run small.yaml seeds=2 grid.model.depth=1,2,3,4,5,6,7 training.epochs=1 -o runs/many --progress=none
expect_code 0
run compare many
expect_code 0
expect_out 'Each block by itself'
expect_out 'Nemenyi: average ranks that differ by'
refuse_out 'depth=3: differences'
run compare many --format csv
expect_out 'cells,val_accuracy,depth=3,relu,,mean,'
run compare many --by model.depth --at depth=3
expect_code 2
expect_err 'is no setting that differs between blocks'

# --- little
run run small.yaml seeds=1 model.depth=1 activation=relu -o runs/one --progress=none
expect_code 0
run compare one
expect_code 0
expect_out '1 activation, 1 block'
run compare one --cost --variance
expect_code 0
expect_out 'Nothing differs but the seed.'
run run small.yaml optimizer.learning_rate=1e5 -o runs/lost --progress=none
expect_code 0
run compare lost
expect_code 0
expect_out '(7 diverged, 0 failed)'
expect_out '6 diverged'
expect_out 'No pair has a seed in common.'
expect_out '1 of 2 blocks are left out'
run compare lost --metric diverged --by none # counted, as the number is about them
expect_code 0
refuse_out 'not in it'
expect_out "of shares Clopper and Pearson's, a seed is one trial"
run compare lost --metric diverged --by none --format csv
cp out csv
check "intervals of Clopper and Pearson" python3 - csv <<'END'
import csv, sys
cells = [r for r in csv.DictReader(open(sys.argv[1])) if r["section"] == "cells"]
of = {}
for r in cells:
    of.setdefault(r["activation"], {})[r["quantity"]] = r["value"]
assert of, cells
for name, c in of.items():
    n, mean, low, high = int(c["n"]), float(c["mean"]), float(c["low"]), float(c["high"])
    assert 0 <= low <= mean <= high <= 1, (name, c)
    if mean == 0: assert low == 0 and abs(high - (1 - 0.025 ** (1 / n))) < 1e-9, c
    if mean == 1: assert high == 1 and abs(low - 0.025 ** (1 / n)) < 1e-9, c
END

# --- two experiments in one store, of which one was tuned
run run small.yaml -o runs/two --progress=none
run run small.yaml '~grid.model.depth' grid.optimizer.learning_rate=0.01,0.1 '~seeds' tuning.over=[optimizer.learning_rate] \
    tuning.metric=val_accuracy tuning.seeds=1 tuning.final_seeds=2 -o runs/two --progress=none
expect_code 0
run compare two
expect_code 0
expect_out 'trials: 4 of phase final'
expect_out 'not compared: 24 trials of experiments without tuning'
expect_out '--phase grid compares the others'
run compare two --phase grid
expect_code 0
expect_out 'trials: 24 of phase grid'
expect_out 'not compared: 4 trials of the store that are not of phase grid'
"$actgrid" compare small --format csv >small.csv
"$actgrid" compare two --phase grid --cost --format csv | grep -v '^cost' >two.csv
check "as if the others were not there" cmp -s small.csv two.csv
run plot two --phase grid --figure box -o figures --format csv
expect_code 0
run plot small --figure box -o alone --format csv
check "figures too" cmp -s figures/box.csv alone/box.csv
run run small.yaml name=other seeds=2 grid.model.depth=2,3 -o runs/two --progress=none
run compare two --phase grid
expect_out 'experiments: 2, compared together: --experiment NAME compares one of them'
run compare two --experiment other
expect_code 0
expect_out 'experiment: other'
expect_out 'trials: 8 of phase grid (0 diverged, 0 failed): 2 activations, 2 blocks'
expect_out 'not compared: 24 trials of the store that are not of experiment other, phase grid'
"$actgrid" run small.yaml name=other seeds=2 grid.model.depth=2,3 -o runs/other --progress=none >out
"$actgrid" compare other --format csv >other.csv
"$actgrid" compare two --experiment other --format csv >two.csv
check "also with trials that another one trained" cmp -s other.csv two.csv
run compare two --experiment small --phase grid --by none
expect_out 'trials: 24 of phase grid'
run compare two --experiment small
expect_out 'trials: 4 of phase final'
run compare two --experiment other --phase final
expect_code 2
expect_err "--phase is final, but the experiment 'other' was never tuned"
run compare two --experiment othr
expect_code 2
expect_err "none of the store is called 'othr'; did you mean 'other'?"
run plot two --phase tune
expect_code 2
expect_err 'must be grid or final'
sqlite3 runs/two/results.sqlite "DELETE FROM trial WHERE phase <> 'tune'"
run compare two
expect_code 0
expect_out 'No trial is done yet.'
expect_out '4 trials of a tuning, which only choose'

# --- long numbers: short for people, whole for programs
run run small.yaml 'optimizer.learning_rate=logspace(1e-2,1e-1,3)' '~grid.model.depth' model.depth=1 seeds=2 -o runs/rates --progress=none
run compare rates
expect_out 'learning_rate=0.03162: val_accuracy'
refuse_out '0.0316227'
run compare rates --format csv
expect_out 'learning_rate=0.0316227766017,'
run compare rates --by learning_rate
expect_out 'learning_rate=0.03162: val_accuracy'
run plot rates --figure heatmap -o rates
check "in figures too" grep -q '>0.03162<' rates/heatmap.svg
check "with all digits beside them" grep -q '0.0316227766017' rates/heatmap.csv
run run small.yaml 'optimizer.learning_rate=logspace(1e-2,1e-1,3)' '~grid.model.depth' model.depth=1 '~seeds' \
    tuning.over=[optimizer.learning_rate] tuning.metric=val_loss tuning.seeds=1 tuning.final_seeds=2 \
    grid.activation=relu,tanh,elu,gelu,identity -o runs/rates --progress=plain
refuse_err '=0.0316227'
run compare rates
refuse_out '0.0316227'

# --- equal seconds: by the fastest epochs, whatever else the machine had to do
sqlite3 runs/small/results.sqlite "UPDATE epoch_row SET seconds = epoch * 0.01 *
    (SELECT 1 + (activation = 'relu') FROM trial WHERE number = trial);
    UPDATE trial SET probe_seconds = 0, seconds = (SELECT max(seconds) FROM epoch_row e WHERE e.trial = number)"
at_seconds() { run compare small --cost --format csv; grep -E '^cost,.*,seconds,' out >"$1"; }
at_seconds calm.csv
check "tanh is through after 0.02 s" grep -qx 'cost,val_accuracy,depth=2,tanh,seconds,budget,0.02' calm.csv
check "when relu has done one epoch" grep -qx 'cost,val_accuracy,depth=2,relu,seconds,epochs,1' calm.csv
check "of two" grep -qx 'cost,val_accuracy,depth=2,tanh,seconds,epochs,2' calm.csv
sqlite3 runs/small/results.sqlite "UPDATE epoch_row SET seconds = seconds + 0.3 WHERE epoch = 2;
    UPDATE trial SET seconds = seconds + 0.3;
    UPDATE epoch_row SET seconds = seconds * 7 WHERE trial IN (SELECT number FROM trial WHERE seed = 1);
    UPDATE trial SET seconds = seconds * 7 WHERE seed = 1"
at_seconds busy.csv
check "so it is on a busy machine" cmp -s calm.csv busy.csv

# --- equal in decimals, not in binary: (0.7 + 0.1) / 2 and 0.4
sqlite3 runs/small/results.sqlite "UPDATE trial SET val_accuracy = CASE WHEN activation = 'tanh' THEN 0.4
    WHEN depth = 2 THEN 0.7 ELSE 0.1 END"
run compare small --by none --format csv
expect_code 0
expect_out 'won,0.5'
expect_out 'p_better,0.5'
finish

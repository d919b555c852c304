#!/bin/bash
# actgrid why: what happened to diverged trials, in words and numbers.
. "$(dirname "$0")/lib.sh"

if ! sqlite3 -version >/dev/null 2>&1; then
    skip "what happened to diverged trials (no sqlite3 program)"
    exit 77
fi

sql() { sqlite3 -bail "$1/results.sqlite" "$2" || failed "sqlite3: $2"; }
id() { sql "$1" "SELECT trial_id FROM trial WHERE $2 ORDER BY trial_id LIMIT 1"; }

# --- as they happen ----------------------------------------------------------------------------
# A rate that is too large; a formula that has no value below -12; a net whose numbers leave the
# finite ones on their first way through; statistics of batch normalization.
cat >real.yaml <<'END'
name: real
dataset: {name: blobs, samples: 120}
model: {type: mlp, depth: 3, width: 8}
activation: relu
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.1}
training: {epochs: 2, batch_size: 16}
seeds: 2
grid:
  optimizer.learning_rate: [0.01, 1e6]
  activation: [relu, {name: root, formula: "sqrt(12 + x)"}]
  model.normalization: [none, batch]
  training.accumulate: [1, 3]
END
run run real.yaml -o real --progress=none
expect_code 0
cat >huge.yaml <<'END'
name: huge
dataset: {name: blobs, samples: 120}
model: {type: mlp, depth: 8, width: 8}
activation: relu
initializer: {name: constant, value: 1e6}
optimizer: {name: sgd, learning_rate: 0.01}
training: {epochs: 1, batch_size: 16}
seeds: 1
END
run run huge.yaml -o real --progress=none
expect_code 0

check "there are last steps of every diverged trial, of all its layers" \
    [ "$(sql real "SELECT count(*) FROM trial t WHERE status = 'diverged' AND (SELECT count(*) FROM flight_row
        WHERE trial = t.number) <> (min(64, diverged_step + 1)) * (1 + (SELECT count(*) FROM layer_row
        WHERE trial = t.number))")" = 0 ]
check "and of no other" \
    [ "$(sql real "SELECT count(*) FROM trial t JOIN flight_row ON trial = number WHERE status <> 'diverged'")" = 0 ]
check "the last of them is the one in which it diverged" \
    [ "$(sql real "SELECT count(*) FROM trial t WHERE status = 'diverged' AND diverged_step <>
        (SELECT max(step) FROM flight WHERE trial_id = t.trial_id)")" = 0 ]

relu=$(id real "activation = 'relu' AND learning_rate = 1e6 AND model NOT LIKE '%batch%'")
run why real "$relu"
expect_code 0
expect_out 'was the first whose values were not finite'
expect_out 'What grew first'
expect_out 'is 1e+08 times the largest that finished'
expect_out '0.01 did, 2 of 2 trials'
expect_out 'where about 0.001 is usual'
expect_err_is

root=$(id real "activation = 'root' AND learning_rate = 1e6 AND model NOT LIKE '%batch%'")
run why real "$root"
expect_code 0
tr -s ' \n' ' ' <"$work/out" >flat && cp flat "$work/out"
expect_out 'what root made of them was not'

huge=$(id real "initializer LIKE 'constant%'")
run why real "$huge"
expect_code 0
tr -s ' \n' ' ' <"$work/out" >flat && cp flat "$work/out"
expect_out 'Before the first step the loss over the training part was not finite: going forward, layer 6 (hidden6) was the first'
expect_out 'There is no step before it in which something could have grown.'
expect_out 'Already before the first step the numbers grew on their way forward'
expect_out 'initializer=auto chooses the variance for this activation, model.normalization=batch holds the numbers at every depth.'
expect_out 'How large the numbers were on their last way forward'
refuse_out 'learning rate '

run why real
expect_code 0
expect_out 'learning_rates'
expect_err "actgrid why real "

run why real --json
check "the example of each group is the first that stopped" python3 - "$work/out" \
    "$(sql real "SELECT group_concat(trial_id || ' ' || diverged_step, ',') FROM trial WHERE status = 'diverged'")" <<'END'
import json, sys
step = dict(x.split() for x in sys.argv[2].split(","))
groups = json.load(open(sys.argv[1]))
assert any(".." in g["steps"] for g in groups), groups
assert all(step[g["example"]] == g["steps"].split("..")[0] for g in groups), groups
END
run why real "$(id real "status = 'finished'")" --replay
expect_code 0
expect_out 'It did not diverge'
expect_err_is '--replay is of trials that diverged: this one is not trained again'

run why real "$relu" --json
expect_code 0
check "JSON says the same as the store" python3 - "$work/out" "$(sql real "SELECT count(DISTINCT step) || ' ' || max(step)
    FROM flight WHERE trial_id = '$relu'")" <<'END'
import json, sys
d = json.load(open(sys.argv[1]))
n, last = map(int, sys.argv[2].split())
assert d["trial_id"] and d["status"] == "diverged" and d["step"] == last
assert len(d["steps"]) == n and d["steps"][-1]["step"] == last
assert all(len(s["weight_norm"]) == 5 for s in d["steps"]) and len(d["preactivation_max"]) == 4
assert all(g["to"] > 10 * g["from"] and g["to_step"] > g["from_step"] for g in (d["grew_first"], d["grew_most"]))
assert d["happened"] and d["advice"]
END

# --- trained again ----------------------------------------------------------------------------------
# It stops where it did, with the numbers that the recorder has of the last pass forward.
for trial in $(sql real "SELECT trial_id FROM trial WHERE status = 'diverged'"); do
    run why real "$trial" --replay --json
    expect_code 0
    check "trained again, $trial stops as it did" python3 - "$work/out" <<'END'
import json, sys
d = json.load(open(sys.argv[1]))
again = d["again"]
assert again["same"] and again["step"] == d["step"], (again["step"], d["step"])
assert again["steps"] == list(range(max(1, d["step"] - 5), d["step"] + 1))
if d["step"] and not d["in_evaluation"]:
    assert again["preactivation_max"][-1] == d["preactivation_max"], again["preactivation_max"][-1]
    assert all(x > 0 for row in again["delta_norm"][:-1] for x in row[-1:])
END
done
run why real "$relu" --replay
expect_code 0
expect_out 'Trained again: the largest pre-activation of each layer'
expect_out 'Trained again: the norm of dLoss/dz of each layer'
expect_err_is

# --- trials that did not -------------------------------------------------------------------------
finished=$(id real "status = 'finished'")
run why real "$finished"
expect_code 0
expect_out 'It did not diverge, but finished after 2 epochs'
sql real "UPDATE trial SET status = 'failed', error = 'no room for'||char(27)||'[31m it' WHERE trial_id = '$finished'"
run why real "$finished"
expect_code 0
expect_out 'It failed, which is no divergence: no room for\x1b[31m it.'

# --- words that are wrong -------------------------------------------------------------------------
run why real xyz
expect_code 2
expect_err "no trial of 'real' is called 'xyz'; it has 33"
run why real "${relu:0:8}"
expect_code 0
run why real "$relu" --layer 5
expect_code 2
expect_err "--layer is '5', must be 1 to 4"
run why real --all
expect_code 2
expect_err '--all is of one trial'
run why nowhere
expect_code 3

# --- whole answers, of numbers that no machine rounds otherwise --------------------------------------
cat >made.yaml <<'END'
name: made
dataset: {name: blobs, samples: 60}
model: {type: mlp, depth: 2, width: 4}
activation: relu
initializer: he_normal
optimizer: {name: sgd, learning_rate: 1}
training: {epochs: 50, batch_size: 16}
probes: none
seeds: 1
grid: {optimizer.learning_rate: [0.25, 0.5, 1, 2]}
END
run run made.yaml -o made --progress=none
expect_code 0
sql made "UPDATE trial SET status = 'finished', diverged_step = NULL, diverged_layer = NULL, diverged_what = NULL;
    DELETE FROM flight_row"

# pretend RATE STEP LAYER WHAT FIRST: this trial diverged there; steps from FIRST on, which are filled
# in by what stands on stdin: GRADIENT, WEIGHTS, RATIO of each step s and layer l, and LOSS.
pretend() {
    local gradient weights ratio loss
    read -r gradient && read -r weights && read -r ratio && read -r loss
    sql made "UPDATE trial SET status = 'diverged', diverged_step = $2, diverged_layer = $3, diverged_what = '$4'
            WHERE learning_rate = $1;
        WITH RECURSIVE steps(s) AS (SELECT $5 UNION ALL SELECT s + 1 FROM steps WHERE s < $2),
            layers(l) AS (VALUES (0), (1), (2), (3))
        INSERT INTO flight_row SELECT (SELECT number FROM trial WHERE learning_rate = $1), s, l, (s + 3) / 4,
            iif(l = 0, $loss, NULL), iif(l = 0 AND s > 0, $1, NULL), $gradient, $weights, $ratio,
            iif(s = $2, $6, NULL) FROM steps CROSS JOIN layers"
}

# The weights of layer 2 twice as large with every step from 100 on; layers in front and behind hold.
pretend 2 126 2 loss 63 'iif(l = 1, 16, iif(l = 2, 9e999, NULL))' <<'END'
iif(s < 126, iif(l = 2, 0.5, 0.25), NULL)
iif(l IN (0, 2) AND s > 100, 4.0 * (1 << (min(s, 125) - 100)), 4.0)
iif(s < 126, iif(l = 2 AND s > 100, 1.5, 0.0078125), NULL)
iif(s < 126, 0.75, 9e999)
END
run why made "$(id made 'learning_rate = 2')"
expect_case why_weights_grow
run why made "$(id made 'learning_rate = 2')" --layer 1 --all
expect_case why_all

# One batch whose gradient is 4096 times the others', and then the weights it makes.
pretend 1 12 1 gradient 0 'NULL' <<'END'
iif(s BETWEEN 1 AND 10, iif(l = 0, 0.5, 0.25), iif(s = 11, 2048.0, iif(s = 12 AND l <> 1, 64.0, NULL)))
iif(s < 11, 4.0, 2052.0)
iif(s BETWEEN 1 AND 10, 0.0625, iif(s = 11, 512.0, NULL))
iif(s < 12, 0.75, 1e30)
END
run why made "$(id made 'learning_rate = 1')"
expect_case why_gradient_jumps

# Nothing grew: the loss of the last evaluation was not finite.
pretend 0.5 4 3 loss 0 'iif(l = 0, NULL, 8)' <<'END'
iif(s > 0, 0.5, NULL)
4.0
iif(s > 0, 0.0009765625, NULL)
0.75
END
run why made "$(id made 'learning_rate = 0.5')"
expect_case why_evaluation
run why made
expect_case why_all_trials

# --- a decay that lets weights grow, longer than is recorded ------------------------------------------
cat >decay.yaml <<'END'
name: decay
dataset: {name: blobs, samples: 60}
model: {type: mlp, depth: 2, width: 4}
activation: tanh
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.01, weight_decay: 300}
training: {epochs: 80, batch_size: 16}
seeds: 1
END
run run decay.yaml -o decay --progress=none
expect_code 0
run why decay "$(id decay "status = 'diverged'")"
expect_code 0
tr -s ' \n' ' ' <"$work/out" >flat && cp flat "$work/out"
expect_out 'Learning rate times weight decay is 3: each step multiplies the weights by -2'
expect_out ', the first recorded one, to '
expect_out ' 2 times per step'
expect_out 'Of the 64 recorded steps'
refuse_out 'a sign of a learning rate'

# --- stores that have no such steps, or not all -----------------------------------------------------
sql made "DELETE FROM flight_row WHERE step = 2 AND layer = 2"
run why made "$(id made 'learning_rate = 0.5')"
expect_code 3
expect_err 'rows of the table flight are missing'
sql made "DROP VIEW flight; DROP TABLE flight_row; DROP TABLE selection; DROP TABLE selection_past; PRAGMA user_version = 6"
run why made "$(id made 'learning_rate = 0.5')"
expect_code 0
tr -s ' \n' ' ' <"$work/out" >flat && cp flat "$work/out"
expect_out 'The store has no record of the steps before: the trial ran with a version before 0.5.'
cp -r real unrecorded
sql unrecorded "DROP VIEW flight; DROP TABLE flight_row; DROP TABLE selection; DROP TABLE selection_past; PRAGMA user_version = 6"
for trial in $(sql real "SELECT trial_id FROM trial WHERE status = 'diverged'"); do
    run why real "$trial"
    when=$(grep -o 'step [0-9]* (epoch [0-9]* of 2)' out | head -n 1)
    run why unrecorded "$trial"
    [ -z "$when" ] || expect_out "$when"
done
sql made "UPDATE trial SET diverged_layer = 9 WHERE learning_rate = 0.5"
run why made "$(id made 'learning_rate = 0.5')"
expect_code 3

# --- terminals ------------------------------------------------------------------------------------------
if script --version >/dev/null 2>&1; then
    said="why on a terminal"
    TERM=xterm script -qec "$actgrid why real $relu" /dev/null >"$work/out" 2>/dev/null </dev/null
    expect_out $'\033[1m'
    NO_COLOR=1 TERM=xterm script -qec "$actgrid why real $relu" /dev/null >"$work/out" 2>/dev/null </dev/null
    refuse_out $'\033['
fi
finish

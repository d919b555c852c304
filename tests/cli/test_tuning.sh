#!/bin/bash
# Tuned experiments: both phases by one command, the same choice and the same bits however it is
# run or extended; what was chosen before stays in the store and is not what counts.
. "$(dirname "$0")/lib.sh"
. "$source/tests/cli/tuned.sh"

run plan tuned.yaml
expect_code 0
expect_out 'tuned: 36 trials'
expect_out 'phase tune      24 trials'
expect_out ': 4 groups x 3 candidates x 2 seeds'
expect_out 'phase final     12 trials'
run plan tuned.yaml --json
expect_out '"trials": 36'
expect_out '"phases": {"tune": {"trials": 24'
expect_out '"final": {"trials": 12'
run plan tuned.yaml --trials
check "all of them are listed" [ "$(wc -l <out)" = 36 ]

run run tuned.yaml -j 2 --progress=plain
expect_code 0
expect_err 'chosen: relu depth=1: learning_rate='
expect_err '36 trials in'
store=runs/tuned
check "both phases" [ "$(sql $store "select phase, count(*), count(test_loss), count(val_loss) from trial group by 1")" = 'final|12|12|12
tune|24|0|24' ]
check "no test part in tune, noise or not" \
    [ "$(sql $store "select count(distinct t.phase) from robustness r join trial t using (trial_id)")" = 1 ]
check "four choices" [ "$(sql $store 'select count(*) from selection')" = 4 ]
check "the best by hand" [ "$(sql $store "select count(*) from selection s where value = (
    select min(m) from (select avg(val_loss) as m from trial t where t.phase = 'tune'
    and json_remove(t.settings, '$.seed', '$.phase', '$.optimizer.learning_rate') = s.group_settings
    group by t.learning_rate))")" = 4 ]
check "what was chosen is what was trained" [ "$(sql $store "select count(distinct cell)
    from trial t join selection s using (cell) where t.phase = 'final'
    and t.learning_rate = s.chosen ->> '$.\"optimizer.learning_rate\"'")" = 4 ]
check "the same seeds for all" [ "$(sql $store "select group_concat(distinct seed) from
    (select seed from trial where phase = 'final' order by seed)")" = 0,1,2 ]
run status tuned
expect_out 'phase tune   24 of 24 trials done'
expect_out 'phase final  12 of 12 trials done'
run status tuned --json
expect_out '"phases": {"tune": {"planned": 24, "done": 24}, "final": {"planned": 12, "done": 12}}'
run query tuned @tuning
expect_code 0
expect_out learning_rate=
run query tuned @leaderboard --format csv
check "the answer is of what was chosen" [ "$(wc -l <out)" = 5 ]

run run tuned.yaml --progress=plain
expect_code 0
expect_err 'all 36 trials were there already'
run plan tuned.yaml -o runs/tuned
expect_out 'there already   36, to run 0'

# One thread.
run run tuned.yaml -j 1 -o one --progress=none
expect_code 0
all $store >whole.txt
all one >one.txt
check "-j 1 gives the same" cmp -s whole.txt one.txt
run diff $store one
expect_code 0
cp -r one changed
sql changed 'update selection set trials = trials + 1 where tuning_group = (select min(tuning_group) from selection)'
run diff one changed
expect_code 4
expect_out selection.trials
sql changed 'delete from selection where tuning_group = (select min(tuning_group) from selection)'
run diff one changed
expect_code 4
expect_out 'rows of selection in A only '

# More final seeds; then more candidates, of which one wins.
run run tuned.yaml tuning.final_seeds=5 --progress=none
expect_code 0
check "more seeds" [ "$(sql $store "select count(*) from trial where phase = 'final'")" = 20 ]
check "nothing else is chosen" [ "$(sql $store 'select count(*) from selection_past')" = 0 ]
before=$(sql $store 'select chosen from selection order by tuning_group')
run run tuned.yaml 'optimizer.learning_rate=0.001,0.1,0.3,1' --progress=none
expect_code 0
check "another choice" [ "$(sql $store 'select chosen from selection order by tuning_group')" != "$before" ]
check "four choices count" [ "$(sql $store 'select count(*) from selection')" = 4 ]
check "those before are known" [ "$(sql $store 'select count(*) from selection_past')" -gt 0 ]
check "and their trials are there" [ "$(sql $store "select count(*) > 20 from trial where phase = 'final'")" = 1 ]
run query tuned @leaderboard --format csv
check "the answer is of what is chosen now" [ "$(wc -l <out)" = 5 ]
run verify $store --sample 6
expect_code 0
run compare $store
expect_code 0
expect_out "$(sql $store "select count(*) from trial join selection using (cell)") of phase final"
refuse_out "$(sql $store "select count(*) from trial where phase = 'final'") of phase final"

# Beyond the edges: the same candidates for all, the same again, and back.
cat >edge.yaml <<'END'
name: edge
dataset: {name: mnist1d, samples: 600}
model: {type: mlp, depth: 1, width: 16}
initializer: he_normal
optimizer: {name: sgd}
training: {steps: 40, batch_size: 64}
grid:
  activation: [relu, tanh]
  optimizer.learning_rate: [0.001, 0.002]
  optimizer.momentum: [0.6, 0.9]
tuning: {over: [optimizer.learning_rate, optimizer.momentum], metric: val_loss, seeds: 1, final_seeds: 2}
END
run run edge.yaml -o edge --progress=plain
expect_code 0
refuse_err 'on the edge'
refuse_err 'better may lie beyond'
expect_err 'tuning: optimizer.momentum has two values, either of them an edge'
check "of two values neither is marked" [ "$(sql edge 'select count(edge) from selection')" = 0 ]
run run edge.yaml -o edge --extend-edges --progress=plain
expect_code 0
expect_err 'extended: 6 candidates instead of 4 for each of 2 groups'
expect_err 'not extended: optimizer.momentum: momentum is 1.35, must be 0 to 1'
expect_err 'learning_rate=0.016 is the largest of 5'
expect_err 'better may lie beyond'
run status edge
expect_out 'edge: 16 of 16 trials done, extended'
refuse_out '16 of 20 trials'
run status edge --json
check "what was extended is whole" /usr/bin/python3 -c '
import json, sys
e = json.load(open(sys.argv[1]))["experiments"]
assert [x["done"] == x["planned"] for x in e] == [True] * len(e), e
assert [x["planned"] for x in e if x.get("extended")] == [16, 12], e' out
check "three times, and no more" [ "$(sql edge "select group_concat(learning_rate) from
    (select distinct learning_rate from trial order by 1)")" = 0.001,0.002,0.004,0.008,0.016 ]
check "all have the same" [ "$(sql edge "select group_concat(n) from
    (select count(*) as n from trial where phase = 'tune' group by activation)")" = 10,10 ]
check "the best of all" [ "$(sql edge 'select group_concat(distinct candidates) from selection')" = 10 ]
all edge >edge.txt
run run edge.yaml -o edge --extend-edges --progress=plain
expect_err 'were there already'
all edge >again.txt
check "the same again" cmp -s edge.txt again.txt
run run edge.yaml -o edge2 -j 1 --extend-edges --progress=none
all edge2 >again.txt
check "the same in one go" cmp -s <(grep -v final edge.txt) <(grep -v final again.txt)
# By ratios of whole numbers, too; steps do not reach 0.
rates() { sql whole "select resolved ->> '\$.grid.\"optimizer.learning_rate\"' from experiment"; }
for list in 1,10,100:0.1, 10,20,30:5,; do
    run run edge.yaml "optimizer.learning_rate=${list%:*}" -o whole --extend-edges --progress=none
    expect_code 0
    check "below ${list%:*} is ${list#*:}" [ "$(rates | grep -cxF "[${list#*:}${list%:*}]")" = 1 ]
done
run run edge.yaml '~tuning' activation=relu optimizer.learning_rate=0.1 optimizer.momentum=0.5 -o whole --extend-edges
expect_code 0
expect_err 'note: --extend-edges: nothing is tuned here'
run plan edge.yaml activation=relu tuning.final_seeds=1
expect_out ': 1 group x 4 candidates x 1 seed'
refuse_out '1 seeds'
expect_out '1 trial, '
expect_out 'x 1 fresh seed'
run run edge.yaml -o edge --progress=plain
expect_err 'all 12 trials were there already'
expect_err 'the best of 4 candidates, for 2 of 2 groups it was the best of 10 before; these again: '
check "and back" [ "$(sql edge 'select group_concat(distinct candidates) from selection')" = 4 ]
again=$(sed -n 's/.*these again: [^ ]* //p' err)
run run edge.yaml -o edge --progress=plain
refuse_err 'these again'
eval "run $again"
expect_err 'all 24 trials were there already'
all edge >again.txt
check "the command that is said chooses among them" cmp -s edge.txt again.txt

# What so many candidates are worth: one is their mean, all of them what was chosen.
run compare edge --budget --format csv
expect_code 0
for activation in relu tanh; do
    best() { awk -F, -v a=$activation -v k="$1" '$1 == "budget" && $4 == a && $5 == k && $6 == "expected_best" { printf "%.9f", $7 }' out; }
    check "the best of ten, $activation" [ "$(best 10)" = "$(sql edge "select printf('%.9f', min(m))
        from (select avg(val_loss) as m from trial where phase = 'tune' and activation = '$activation' group by cell)")" ]
    check "the best of one, $activation" [ "$(best 1)" = "$(sql edge "select printf('%.9f', avg(m))
        from (select avg(val_loss) as m from trial where phase = 'tune' and activation = '$activation' group by cell)")" ]
done
run compare edge --budget
expect_out 'budget: val_loss (validation)'
cp -r edge several
run run edge.yaml 'grid.optimizer.learning_rate=[0.004,0.001,0.3]' tuning.seeds=2 name=wide activation=relu,elu -o several --progress=none
run compare several --budget --format csv
cp out budgets
run compare several --experiment wide --budget --format csv
check "the same alone" cmp -s <(grep wide budgets | grep ^budget) <(grep ^budget out)
check "of the search that chose" [ "$(grep -c '^budget.*experiment edge: grid; 10 candidates; 1 seed,tanh' budgets)" = 20 ]
check "relu was chosen by another" [ "$(grep -c '^budget.*experiment wide: grid; 6 candidates; 2 seeds,relu' budgets)" = 12 ]
run plot several --figure budget -o several/figures
expect_code 2
expect_err '2 searches chose here'
run plot several --figure budget -o several/figures --experiment wide
expect_code 0
run run edge.yaml '~tuning' seeds=1 -o plain --progress=none
run compare plain --budget
expect_code 0
expect_out 'nothing was tuned here'

# A trial of either phase, looked into.
for phase in tune final; do
    id=$(sql $store "select trial_id from trial where phase = '$phase' limit 1")
    sql $store "select settings from trial where trial_id = '$id'" >trial.yaml
    run plan trial.yaml --trials
    check "its settings are an experiment of it" grep -q "^$id" out
done
run diff $store "$(sql $store "select min(trial_id) from trial where phase = 'tune'")" \
    "$(sql $store "select min(trial_id) from trial where phase = 'final'")"
expect_code 4
expect_out 'phase            tune | final'

# Draws: the same for all, more of them are the same and others.
cat >drawn.yaml <<'END'
name: drawn
dataset: {name: mnist1d, samples: 600}
model: {type: mlp, depth: 1, width: 16}
initializer: he_normal
optimizer: {name: sgd}
training: {steps: 20, batch_size: 64}
grid: {activation: [relu, tanh], optimizer.learning_rate: log_uniform(1e-3, 1), optimizer.momentum: [0, 0.9]}
tuning:
  over: [optimizer.learning_rate, optimizer.momentum]
  metric: val_accuracy
  seeds: 1
  final_seeds: 2
  search: {random: 4}
END
run run drawn.yaml --progress=none
expect_code 0
check "as many for each" [ "$(sql runs/drawn "select group_concat(n) from (select count(*) as n from trial where phase = 'tune' group by activation)")" = 4,4 ]
check "it says how" [ "$(sql runs/drawn 'select distinct how from selection')" = 'random(4)' ]
run run drawn.yaml 'tuning.search={random: 6}' --progress=none
check "two draws more for each" [ "$(sql runs/drawn "select count(*) from trial where phase = 'tune'")" = 12 ]
run run drawn.yaml --progress=plain
expect_err "the best of 4 candidates, for 2 of 2 groups it was the best of 6 before; these again: actgrid run drawn.yaml 'tuning.search={"

finish

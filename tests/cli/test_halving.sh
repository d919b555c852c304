#!/bin/bash
# Successive halving: every rung has as many trials of each group, the better ones go on, and it is
# said wherever the choice is; the same however it is run or extended.
. "$(dirname "$0")/lib.sh"
. "$source/tests/cli/tuned.sh"
cat >halved.yaml <<'END'
name: halved
dataset: {name: mnist1d, samples: 600}
model: {type: mlp, depth: 1, width: 16}
initializer: he_normal
optimizer: {name: sgd}
training: {epochs: 9, batch_size: 64}
grid:
  activation: [relu, tanh]
  model.depth: [1, 2]
  optimizer.learning_rate: [0.001, 0.01, 0.03, 0.1, 0.3, 1]
tuning:
  over: [optimizer.learning_rate]
  metric: val_loss
  seeds: 2
  final_seeds: 3
  halving: {eta: 3, rungs: 3}
claims: ["val_loss(relu) < val_loss(tanh) at training.epochs=9"]
END
chosen() { sql "$1" "select chosen, value, how, edge from selection order by tuning_group"; }
epochs="settings ->> '\$.training.epochs'"

run plan halved.yaml
expect_code 0
expect_out 'halved: 84 trials'
expect_out 'phase tune      72 trials'
expect_out ': 4 groups x 6 candidates x 2 seeds, successive halving'
expect_out '  rung 1 of 3   48 trials'
expect_out ': 6 candidates at 1 epoch'
expect_out '  rung 2 of 3   16 trials'
expect_out ': 2 candidates at 3 epochs'
expect_out '  rung 3 of 3   8 trials'
expect_out 'phase final     12 trials'
run plan halved.yaml --json
expect_out '"rungs": [{"candidates": 6, "epochs": 1, "trials": 48, "flops": '
run plan halved.yaml --trials
check "all of them are listed" [ "$(wc -l <out)" = 84 ]
expect_out 'relu depth=1 learning_rate=0.001 epochs=1 seed=1000'

run run halved.yaml -j 2 --progress=plain
expect_code 0
how='grid, successive halving (eta 3, 3 rungs: 6 candidates at 1 epoch, 2 at 3, 1 at 9)'
expect_err 'rung 1 of 3: 6 candidates at 1 epoch'
expect_err 'rung 3 of 3: 1 candidate at 9 epochs'
expect_err "chosen by $how"
expect_err '84 trials in'
store=runs/halved
check "each rung has its trials, and no test part" [ "$(sql $store "select phase, $epochs as e, count(*),
    count(test_loss) from trial group by 1, 2 order by 1, 2")" = 'final|9|12|12
tune|1|48|0
tune|3|16|0
tune|9|8|0' ]
check "the same for every group" [ "$(sql $store "select group_concat(distinct n) from (select count(*) as n
    from trial where phase = 'tune' group by activation, depth)")" = 18 ]
check "it is written down" [ "$(sql $store "select distinct how, candidates, trials from selection")" = "$how|6|18" ]
# By hand: of each group the best two of the first rung, the best one of the second.
for at in '1 2 3' '3 1 9'; do
    read -r rung n next <<<"$at"
    check "the best $n of those at $rung go on" [ "$(sql $store "
        with mean as (select activation, depth, learning_rate, $epochs as e, avg(val_loss) as m
                      from trial where phase = 'tune' group by 1, 2, 3, 4),
             place as (select *, row_number() over (partition by activation, depth order by m) as k
                       from mean where e = $rung)
        select count(*) from place p join mean q using (activation, depth, learning_rate)
        where q.e = $next and p.k <= $n and (select count(*) from mean where e = $next) = 4 * $n")" = $((4 * n)) ]
done
check "what was chosen is what was trained" [ "$(sql $store "select count(distinct cell)
    from trial t join selection s using (cell) where t.phase = 'final'
    and t.learning_rate = s.chosen ->> '$.\"optimizer.learning_rate\"'")" = 4 ]

run status halved
expect_out 'phase tune   72 of 72 trials done'
expect_out 'rung 1 of 3  48 of 48 trials done: 6 candidates at 1 epoch'
expect_out 'rung 3 of 3  8 of 8 trials done: 1 candidate at 9 epochs'
expect_out 'phase final  12 of 12 trials done'
run status halved --json
expect_out '"tune": {"planned": 72, "done": 72, "rungs": [{"candidates": 6, "epochs": 1, "planned": 48, "done": 48}, '
run compare halved --budget
expect_code 0
expect_out 'tuned by: grid, successive halving'
expect_out 'No budget: by successive halving only the better candidates were trained to the end'
run plot halved --figure budget -o figures
expect_err 'only the better candidates were trained to the end'
run plot halved --figure learning_rates -o figures --by depth
expect_code 0
check "it is said that the first rung is drawn" grep -q 'the first rung: 6 candidates at 1 epoch' figures/learning_rates.svg
check "two seeds of 1 epoch, as SQL has them" cmp -s <(awk -F, '$3 == "val_accuracy" { print $2 "," $4 "," $5 }
    ' figures/learning_rates.csv | sort) <(sql $store "select printf('%s,%g,2', activation, learning_rate) from trial
    where phase = 'tune' and $epochs = 1 group by activation, depth, learning_rate" | sort)
check "their means, too" [ "$(awk -F, '$3 == "val_accuracy" { s += $6 } END { printf "%.9f", s }
    ' figures/learning_rates.csv)" = "$(sql $store "select printf('%.9f', sum(val_accuracy) / 2) from trial
    where phase = 'tune' and $epochs = 1")" ]
run query halved @tuning
expect_out 'successive halving'
run verify $store --sample 8
expect_code 0

run run halved.yaml --progress=plain
expect_code 0
expect_err 'all 84 trials were there already'
refuse_err 'rung 1'
run plan halved.yaml
expect_out 'there already   84, to run 0'

# One thread; and each rung goes on where the one before ended.
all $store >whole.txt
for words in '-j 1' '--keep-final'; do
    rm -rf one
    # shellcheck disable=SC2086
    run run halved.yaml $words -o one --progress=plain
    expect_code 0
    all one >one.txt
    check "$words gives the same" cmp -s whole.txt one.txt
done
expect_err '8 trials go on from epoch 3, where a shorter training ended and was kept'
run diff $store one
expect_code 0

# A rung's trial is an ordinary one: it is an experiment, and another tuning borrows it.
id=$(sql $store "select trial_id from trial where phase = 'tune' and $epochs = 3 limit 1")
sql $store "select settings from trial where trial_id = '$id'" >trial.yaml
run plan trial.yaml --trials
check "its settings are an experiment of it" grep -q "^$id" out
run run halved.yaml '~tuning.halving' '~claims' training.epochs=3 name=short -o one --progress=plain
expect_code 0
expect_err '16 from experiment halved'

# More seeds and more candidates: what is there stays, others may go on.
run run halved.yaml tuning.seeds=3 -o one --progress=none
expect_code 0
check "three seeds choose" [ "$(sql one "select distinct seeds from selection where how = '$how'")" = 3 ]
more=optimizer.learning_rate=0.001,0.01,0.03,0.1,0.3,1,2,3
run run halved.yaml $more --progress=plain
expect_code 0
expect_err 'rung 1 of 3: 8 candidates at 1 epoch'
check "three of eight" [ "$(sql $store "select distinct how from selection")" = \
    'grid, successive halving (eta 3, 3 rungs: 8 candidates at 1 epoch, 3 at 3, 1 at 9)' ]
run run halved.yaml $more -o eight --progress=none
check "the same choice as in one go" cmp -s <(chosen $store) <(chosen eight)
run run halved.yaml --progress=plain
expect_err 'what is chosen is the best of 6 candidates, for 4 of 4 groups it was the best of 8 before'

# Where nothing has been learned chance chooses, which is said; where candidates differ it is not.
none=optimizer.learning_rate=1e-12,2e-12,3e-12,4e-12,5e-12,6e-12
run run halved.yaml $none tuning.metric=val_accuracy -o flat --progress=plain
expect_code 0
expect_err 'note: rung 1: for 4 of 4 groups (relu depth=1, relu depth=2, tanh depth=1, ...) candidates do not differ more than seeds do (Friedman, p > 0.05): what went on may be chance'
refuse_err 'note: rung 2'
refuse_err 'what was chosen may be chance'
run run halved.yaml $none tuning.metric=val_accuracy '~tuning.halving' -o flat --progress=plain
expect_err 'note: for 4 of 4 groups (relu depth=1, relu depth=2, tanh depth=1, ...) candidates do not differ more than seeds do (Friedman, p > 0.05): what was chosen may be chance'
run run halved.yaml '~tuning.halving' -o edge --progress=plain
refuse_err 'may be chance'
run plan halved.yaml tuning.seeds=1
expect_out 'tuning: one seed cannot tell whether a choice is chance'
rm -rf edge

# Beyond an edge: as if the longer list stood in the file.
low=optimizer.learning_rate=0.0001,0.0002,0.0004,0.0008
run run halved.yaml $low -o edge --extend-edges --progress=plain
expect_code 0
expect_err 'extended: 5 candidates instead of 4 for each of 4 groups'
run run halved.yaml $low,0.0016,0.0032,0.0064 -o wide --progress=none
check "the same as in the file" cmp -s <(chosen edge) <(chosen wide)

# Another experiment of the same groups chooses anew; each is looked at by its own choice.
run run halved.yaml '~tuning.halving' '~claims' name=full -o one --progress=none
expect_code 0
run compare one
refuse_out 'tuned by: '
run compare one --experiment full
refuse_out 'tuned by: '
run compare one --experiment halved
expect_out "tuned by: $how"
run run halved.yaml $low name=low -o edge --progress=none
expect_code 0
run compare edge --experiment low
expect_out 'is the largest of 4'
refuse_out 'is the largest of 7'
run compare edge --experiment halved
expect_out 'is the largest of 7'
refuse_out 'is the largest of 4'

# What does not fit is said, with its place; the words of the command line too.
run plan halved.yaml tuning.halving.rungs=4
expect_code 2
expect_err '9 epochs are too few for 4 rungs with eta 3'
run plan halved.yaml training.epochs=9,18
expect_code 2
expect_err "'training.epochs' has trainings of several lengths"
run plan halved.yaml '~tuning.halving'
expect_code 0
refuse_out rung
finish

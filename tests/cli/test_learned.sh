#!/bin/bash
# What becomes of learned parameters of activations: stored, asked for, exported.
. "$(dirname "$0")/lib.sh"

cat >learned.yaml <<'END'
dataset: {name: friedman1, samples: 300}
model: {type: mlp, depth: 2, width: 8}
initializer: he_normal
optimizer: {name: adam, learning_rate: 0.01}
training: {epochs: 3, batch_size: 32}
seeds: 2
probes: none
grid:
  activation: [relu, {name: prelu, learned: per_channel}, {name: prelu, learned: shared}, srelu]
END
run run learned.yaml --progress=none
expect_code 0

sql() { sqlite3 runs/learned/results.sqlite "$1"; }
check "a row per trial, epoch, layer and parameter" \
    [ "$(sql 'select count(*) from activation_parameter')" = $((2 * 4 * (2 + 1 + 2 * 4))) ]
check "nothing of what is not learned" \
    [ "$(sql "select count(*) from activation_parameter join trial using (trial_id) where activation = 'relu'")" = 0 ]
check "they begin as the file says" \
    [ "$(sql "select min(min) || ' ' || max(max) from activation_parameter where epoch = 0 and name = 'slope'")" = "0.25 0.25" ]
check "channels go their own ways" \
    [ "$(sql "select count(*) from activation_parameter join trial using (trial_id)
              where activation = 'prelu(learned=per_channel)' and epoch = 3 and min < mean and mean < max")" = 4 ]
check "one for the whole net stands with the first layer" \
    [ "$(sql "select group_concat(distinct layer) from activation_parameter join trial using (trial_id)
              where activation = 'prelu(learned=shared)'")" = 1 ]

run query runs/learned @learned_parameters --format csv
expect_code 0
check "a row per cell, layer, parameter and epoch" [ "$(wc -l <out)" = $((1 + 4 * (2 + 1 + 2 * 4))) ]
expect_out 'prelu(learned=per_channel),he_normal,2,0.01,1,slope,0,2,0.25,0.25,0.25'
run query runs/learned
expect_out activation_parameter

run export runs/learned -o tables
expect_code 0
check "exported" [ "$(wc -l <tables/activation_parameter.csv)" = $((1 + 2 * 4 * (2 + 1 + 2 * 4))) ]
check "by the trial's id" grep -q '^trial_id,epoch,layer,name,mean,min,max$' tables/activation_parameter.csv

finish

#!/bin/bash
# The same bits for any number of threads and with or without probes, where most can go
# wrong: convolutions, running statistics, everything that draws random numbers in a step.
. "$(dirname "$0")/lib.sh"

cat >bits.yaml <<'END'
dataset: {name: mnist1d, samples: 600}
activation: relu
initializer: he_normal
optimizer: {name: adam, learning_rate: 0.003}
grid:
  model:
    - {type: cnn, depth: 4, width: 20, normalization: batch, dropout: 0.2}
    - {type: resnet8, width: 8}
    - {type: mnist1d_cnn, normalization: layer}
    - {type: mlp, residual: 1, depth: 3, normalization: batch, dropout: 0.1, dropout_kind: alpha}
  activation: [relu, {name: prelu, learned: per_channel}]
  training:
    - {epochs: 2, batch_size: 32, noise: 0.1, augment: {crop: 3}, accumulate: 2, l1: 1e-4,
       early_stopping: 1}
    - {epochs: 2, batch_size: 50, shuffle: once, drop_last: true, robustness: {uniform: [0.5, 1]}}
END

# results DIR: every trial's numbers, in an order that ids have no part in.
results() {
    run query "$1" "select model, activation, training, digest, val_loss, test_loss, steps from trial \
        order by 1, 2, 3" --format csv
    expect_code 0
    cp "$work/out" "$1.csv"
}

for jobs in 1 2 3; do
    run run bits.yaml -j $jobs -o with$jobs --progress=none
    expect_code 0
    results with$jobs
done
check "16 trials and a header" [ "$(wc -l <with1.csv)" = 17 ]
check "16 robustness rows" [ "$(sqlite3 with1/results.sqlite 'select count(*) from robustness')" = 16 ]
for jobs in 2 3; do
    run diff with1 with$jobs # every row and every array
    expect_code 0
    expect_out 'equal: 16 trials, '
    check "$jobs threads: the same weights" cmp with1.csv with$jobs.csv
done

run run bits.yaml -o without --progress=none probes=none
expect_code 0
results without
check "no probes: the same weights" cmp with1.csv without.csv
run run bits.yaml -o often --progress=none probes.every=1 probes.channels=true probes.histograms=true
expect_code 0
results often
check "probes at every step: the same weights" cmp with1.csv often.csv
finish

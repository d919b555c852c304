#!/bin/bash
# Where numbers are predicted: losses that cannot be compared, R2 that can, and nets that
# predict their input.
. "$(dirname "$0")/lib.sh"

cat >numbers.yaml <<'END'
dataset: {name: friedman1, samples: 300}
model: {type: mlp, depth: 1, width: 16}
activation: relu
initializer: he_normal
optimizer: {name: adam, learning_rate: 0.01}
training: {epochs: 15, batch_size: 32}
seeds: 2
grid: {activation: [relu, tanh], training.loss: [mean_squared_error, huber]}
END

run run numbers.yaml --progress=plain
expect_code 0
expect_out val_r2
refuse_out accuracy
expect_err 'val_r2_mean from leaderboard'

sql() { sqlite3 runs/numbers/results.sqlite "$1"; }
check "no accuracies" [ "$(sql 'select count(train_accuracy) + count(val_accuracy) + count(test_accuracy) from trial')" = 0 ]
check "R2 of all parts" [ "$(sql 'select count(train_r2) + count(val_r2) + count(test_r2) from trial')" = 24 ]
check "nets that learned" [ "$(sql 'select min(test_r2) > 0.2 and max(test_r2) < 1 from trial')" = 1 ]
check "losses have names" \
    [ "$(sql 'select min(loss) || max(loss) from trial')" = hubermean_squared_error ]
check "the best R2 first" \
    [ "$(sql 'select val_r2_mean = (select max(val_r2_mean) from leaderboard) from leaderboard limit 1')" = 1 ]
check "seeds are won by loss" [ "$(sql 'select min(a_better + b_better) from pairs')" = 2 ]

# Targets are standardized: predicting their mean has an error of 1.
check "losses in units of the variance" \
    [ "$(sql "select max(abs(1 - train_loss - train_r2)) < 1e-4 from trial where loss = 'mean_squared_error'")" = 1 ]

for query in leaderboard best_learning_rate convergence pairs seeds; do
    run query runs/numbers @$query
    expect_code 0
    refuse_out accuracy
    expect_out loss
    run query runs/numbers @$query --format csv
    expect_code 0
done
expect_out median

# A net that predicts its input looks at no answers, and its bits depend on no thread.
cat >pictures.yaml <<'END'
dataset: {name: mnist1d, samples: 300}
model: {type: autoencoder, layers: [16], code: 4}
activation: tanh
initializer: glorot_uniform
optimizer: {name: adam, learning_rate: 0.003}
training: {epochs: 5, batch_size: 32}
grid: {model.tied: [false, true], dataset: [{name: mnist1d, samples: 300}, friedman1]}
END
run run pictures.yaml -j 1 -o one --progress=none
expect_code 0
run run pictures.yaml -j 2 -o two --progress=none
expect_code 0
digests() { sqlite3 "$1/results.sqlite" 'select digest from trial order by digest'; }
check "-j 1 gives the bits of -j 2" [ "$(digests one)" = "$(digests two)" ]
run query one 'select count(*) from trial where val_r2 is not null and val_accuracy is null'
expect_out 4
run query one "select count(distinct kind) from layer" --format csv
expect_out 2
run plan pictures.yaml training.loss=cross_entropy
expect_code 2
expect_err 'which predicts its 40 inputs'

finish

#!/bin/bash
# Keys of training, end to end: early stopping, gathered gradients, noise, augmentation,
# robustness; the same bits however they are run.
. "$(dirname "$0")/lib.sh"
cat >keys.yaml <<'END'
name: keys
dataset: {name: mnist1d, samples: 500}
model: {type: mlp, depth: 1, width: 20}
initializer: he_normal
optimizer: {name: adam, learning_rate: 0.02}
training:
  epochs: 30
  batch_size: 25
  accumulate: 2
  l2: 1e-4
  noise: 0.1
  augment: {crop: 2}
  shuffle: once
  early_stopping: {patience: 2, metric: val_accuracy}
  robustness: {uniform: [0, 1, 3]}
seeds: 2
grid: {activation: [relu, tanh]}
END
sql() { sqlite3 "$1/results.sqlite" "$2"; }

run plan keys.yaml
expect_code 0
expect_out 'at most'
expect_out 'early stopping may end it sooner'
run plan keys.yaml training.early_stopping=none
refuse_out 'at most'

run run keys.yaml -j 2 --progress=none
expect_code 0
check "all stopped early" [ "$(sql runs/keys 'select sum(stopped_early) from trial')" = 4 ]
check "two epochs after the chosen one" \
    [ "$(sql runs/keys 'select group_concat(epochs - chosen_epoch) from trial')" = 2,2,2,2 ]
check "validation is that of the chosen epoch" \
    [ "$(sql runs/keys 'select count(*) from trial join epoch e using (trial_id)
        where e.epoch = chosen_epoch and e.val_loss = trial.val_loss')" = 4 ]
check "no epoch is better" \
    [ "$(sql runs/keys 'select max(e.val_accuracy - trial.val_accuracy) from trial
        join epoch e using (trial_id)')" = 0.0 ]
check "without noise: the test" \
    [ "$(sql runs/keys 'select count(*) from trial join robustness r using (trial_id)
        where r.level = 0 and r.loss = test_loss and r.accuracy = test_accuracy')" = 4 ]
check "three levels each" [ "$(sql runs/keys 'select count(*) from robustness')" = 12 ]
run query runs/keys @robustness
expect_code 0
expect_out uniform
run export runs/keys -o exported
expect_code 0
check "robustness is exported" [ "$(wc -l <exported/robustness.csv)" = 13 ]

# In two runs and on one thread: the same bits.
run run keys.yaml seeds=1 -o again -j 1 --progress=none
run run keys.yaml -o again -j 1 --progress=none
expect_code 0
everything='select trial_id, digest, test_loss, chosen_epoch from trial order by 1;
    select * from robustness order by 1, 3'
check "the same bits" [ "$(sql runs/keys "$everything")" = "$(sql again "$everything")" ]

finish

# A tuned experiment, and what stands in its store. Source it behind lib.sh: tuned.yaml is 4 groups x 3 candidates x
# 2 seeds, then 4 winners x 3 seeds.
cat >tuned.yaml <<'YAML'
name: tuned
dataset: {name: mnist1d, samples: 600}
model: {type: mlp, depth: 2, width: 16}
activation: relu
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.05}
training: {steps: 40, batch_size: 64, robustness: {normal: [0, 1]}}
grid:
  activation: [relu, tanh]
  model.depth: [1, 2]
  optimizer.learning_rate: [0.001, 0.1, 0.3]
tuning: {over: [optimizer.learning_rate], metric: val_loss, seeds: 2, final_seeds: 3}
YAML

sql() { sqlite3 "$1/results.sqlite" "$2"; }

# all STORE: every trial and every choice.
all() {
    sql "$1" "select trial_id, phase, status, digest, val_loss, test_loss from trial order by 1"
    sql "$1" "select tuning_group, chosen, cell, value, candidates, trials, how, edge from selection order by 1"
}

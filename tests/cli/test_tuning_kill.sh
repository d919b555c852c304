#!/bin/bash
# A tuned run that is killed or stopped in either phase goes on to the same choice and the same bits.
. "$(dirname "$0")/lib.sh"
cat >tuned.yaml <<'END'
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
END
sql() { sqlite3 "$1/results.sqlite" "$2"; }
all() {
    sql "$1" "select trial_id, phase, status, digest, val_loss, test_loss from trial order by 1"
    sql "$1" "select tuning_group, chosen, cell, value, edge from selection order by 1"
}

run run tuned.yaml training.steps=1500 -j 1 -o long --progress=none
expect_code 0
all long >long.txt
stops=0
for n in 5 24 27; do
    for signal in KILL INT; do
        rm -rf broken
        "$actgrid" run tuned.yaml training.steps=1500 -j 2 -o broken --progress=none >out 2>err &
        pid=$!
        for ((i = 0; i < 1500; i++)); do
            there=$(sql broken 'select count(*) from trial' 2>/dev/null)
            if ((${there:-0} >= n)); then break; fi
            sleep 0.01
        done
        kill -$signal $pid 2>/dev/null
        wait $pid 2>/dev/null
        said="killed at $there by $signal"
        if grep -q '^stopped after' err; then
            stops=$((stops + 1))
            read -r finished kept begin < <(sed -nE 's/^stopped after .*: ([0-9]+) finished, .* ([0-9]+) checkpointed, ([0-9]+) to begin.*/\1 \2 \3/p' err)
            check "it counts all that it did" [ "$finished" = "$(sql broken 'select count(*) from trial')" ]
            check "and all that is left" [ "$((finished + kept + begin))" = 36 ]
        fi
        run run tuned.yaml training.steps=1500 -j 2 -o broken --progress=none
        expect_code 0
        all broken >broken.txt
        check "killed at $there by $signal: the same" cmp -s long.txt broken.txt
    done
done
check "it was stopped" [ "$stops" -gt 0 ]
finish

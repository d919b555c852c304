#!/bin/bash
# A run with halving that is killed or stopped in any rung goes on to the same choice and the same
# bits.
. "$(dirname "$0")/lib.sh"
. "$source/tests/cli/tuned.sh"
cat >halved.yaml <<'END'
name: halved
dataset: {name: mnist1d, samples: 600}
model: {type: mlp, depth: 1, width: 16}
initializer: he_normal
optimizer: {name: sgd}
training: {steps: 5400, batch_size: 64}
grid:
  activation: [relu, tanh]
  optimizer.learning_rate: [0.001, 0.01, 0.03, 0.1, 0.3, 1]
tuning: {over: [optimizer.learning_rate], metric: val_loss, seeds: 2, final_seeds: 2, halving: {eta: 3, rungs: 3}}
END

run run halved.yaml -j 1 -o whole --progress=none
expect_code 0
all whole >whole.txt
# 24 trials of 600 steps, 8 of 1800, 4 of 5400, 4 final
stops=0
for n in 10 24 33 37; do
    for signal in KILL INT; do
        rm -rf broken
        stop_at $n $signal broken run halved.yaml -j 2 -o broken --progress=none
        if grep -q '^stopped after' err; then
            stops=$((stops + 1))
            read -r finished kept begin < <(sed -nE 's/^stopped after .*: ([0-9]+) finished, .* ([0-9]+) checkpointed, ([0-9]+) to begin.*/\1 \2 \3/p' err)
            check "it counts all that it did and all that is left" [ "$((finished + kept + begin))" = 40 ]
        fi
        run status broken
        expect_code 0
        expect_out ' of 36 trials done'
        run run halved.yaml -j 2 -o broken --progress=none
        expect_code 0
        all broken >broken.txt
        check "killed at $there by $signal: the same" cmp -s whole.txt broken.txt
    done
done
check "it was stopped" [ "$stops" -gt 0 ]
finish

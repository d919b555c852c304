#!/bin/bash
# What `plan` says of the memory of a sweep before, and what `status` says after, of dense and
# of convolutional nets, and of many tiny ones: within a fifth of each other.
. "$(dirname "$0")/lib.sh"

number() { grep -oE "\"$1\": [0-9]+" out | grep -oE '[0-9]+$'; } # KEY: of the JSON in out

check_memory() { # WORD...: an experiment
    run plan "$@" -j 2 --json
    expect_code 0
    local planned used
    planned=$(number bytes)
    run run "$@" -j 2 -o store --progress=none
    expect_code 0
    run status store --json
    used=$(number peak_bytes)
    check "planned $planned, used $used" \
        [ "$((used * 5 >= planned * 4 && used * 4 <= planned * 5))" = 1 ]
    run status store
    expect_out 'B at most'
    rm -rf store
}

# A sanitizer's own memory is many times the program's.
if grep -qa __asan_init "$actgrid" || grep -qa __tsan_init "$actgrid"; then
    run plan "$source/experiments/quickstart.yaml" --json
    expect_code 0
    check "bytes are planned" [ "$(number bytes)" -gt 0 ]
    skip "what a run uses, as a sanitizer takes memory, too"
    finish
fi
check_memory "$source/experiments/quickstart.yaml" training.epochs=20 seeds=1
check_memory "$source/experiments/mnist1d_cnn.yaml" training.steps=100 training.batch_size=500 seeds=2
# Here the store is most of it: arrays.log alone is larger than what the process may take.
cat >tiny.yaml <<'END'
name: tiny
dataset: xor
model: {type: mlp, depth: 1, width: 4}
initializer: he_normal
optimizer: sgd
training: {epochs: 1, batch_size: 100}
grid:
  activation: [relu, tanh, elu]
  optimizer.learning_rate: logspace(1e-3, 1e-1, 500)
seeds: 4
END
check_memory tiny.yaml
finish

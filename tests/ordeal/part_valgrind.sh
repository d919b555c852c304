#!/bin/bash
# Valgrind's memcheck: nothing is read that was not written, nothing beyond its end, nothing after it was
# given back. Runs with every kind of layer, optimizer and start, the commands, and in full the tests of the
# modules. Valgrind does not know AVX-512: x86-64-v3.
. "$(dirname "$0")/lib.sh"
if ! command -v valgrind >/dev/null; then ordeal_skip "no valgrind here"; fi
export ACTGRID_ISA=v3
if ! "$actgrid" --version >/dev/null 2>&1; then export ACTGRID_ISA=v2; fi
cp "$source"/tests/ordeal/bits/*.yaml .

# checked WORD...: a command under memcheck; what it finds goes to the file found. As one thread runs at a
# time, others would wait for each other in vain.
checked() {
    run_command nice timeout 1200 valgrind -q --error-exitcode=99 --track-origins=yes --log-file=found "$@"
    if [ -s found ]; then head -n 40 found; fi
    check "no findings" [ ! -s found ]
}

cat >small.yaml <<END
dataset: {name: mnist1d, samples: 60}
model: {type: mlp, depth: 2, width: 9, normalization: batch, dropout: 0.1}
activation: {name: prelu, learned: per_channel}
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.05, momentum: 0.9}
training: {epochs: 1, batch_size: 12, noise: 0.1, gradient_clip: 1}
probes: {every: 1, histograms: true, channels: true, examples: 12}
END
subject "valgrind: runs, commands"
attempt "a small run with probes"
checked "$actgrid" run small.yaml -j 2 -o small --progress=none
expect_code 0
for words in "query small @leaderboard" "export small -o tables" "status small" "plan parts.yaml" \
    "datasets info mnist1d samples=60" "datasets export mnist1d samples=60" "activations list" "run nowhere.yaml"; do
    attempt "$words"
    checked "$actgrid" $words
    check "it ends as it does otherwise: $code" [ $code -lt 99 ]
    if [[ $ordeal_kind = short && $words = query* ]]; then break; fi
done

if [ $ordeal_kind = full ]; then
    for file in models parts; do
        attempt "$file.yaml"
        checked "$actgrid" run $file.yaml dataset.samples=60 training.epochs=1 --progress=none -j 1 -o $file
        expect_code 0
    done
    attempt "activations, every one"
    mapfile -t names < <("$actgrid" activations list --json | sed -n 's/^ *\[*{"name": "\([^"]*\)".*/\1/p')
    checked "$actgrid" run small.yaml -j 1 -o activations --progress=none "activation=$(IFS=,; echo "${names[*]}")"
    expect_code 0
    attempt "stopped, and on from a checkpoint"
    slow=(models.yaml dataset.samples=60 training.epochs=3 --progress=none --checkpoint-every=1s)
    timeout -s INT 40 valgrind -q --error-exitcode=99 --log-file=found "$actgrid" run "${slow[@]}" -o stopped >out 2>err
    check "no findings until it is stopped" [ ! -s found ]
    checked "$actgrid" run "${slow[@]}" -o stopped
    expect_code 0
    subject "valgrind: tests"
    for test in arena config fields plan divergence layers losses optimizers schedules dropout normalization random \
        run store store_query store_writer checkpoint train train_keys train_learned train_probes datasets_csv datasets_npy \
        datasets_idx table decimal; do
        if [ ! -x "$AG_BUILD/tests/test_$test" ]; then continue; fi
        attempt "test_$test"
        checked "$AG_BUILD/tests/test_$test"
        expect_code 0
    done
fi
ordeal_finish

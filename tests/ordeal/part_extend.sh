#!/bin/bash
# Stores that grow: experiments drawn by lot are made longer again and again, from the ends that were
# kept, in epochs or steps, killed on the way; they equal those that were trained from the beginning.
. "$(dirname "$0")/lib.sh"

mapfile -t activations < <("$actgrid" activations list --json | sed -n 's/^ *\[*{"name": "\([^"]*\)".*/\1/p')
mapfile -t optimizers < <("$actgrid" optimizers list --json | sed -n 's/^ *\[*{"name": "\([^"]*\)".*/\1/p')
check "there are activations and optimizers to draw" [ ${#activations[@]} -gt 20 -a ${#optimizers[@]} -gt 3 ]

# one_of WORD...: sets $drawn to one of them.
one_of() {
    pick $#
    shift $picked
    drawn=$1
}

models=('{type: mlp, depth: 2, width: 20}' '{type: mlp, depth: 3, width: 12, normalization: batch, dropout: 0.2}'
    '{type: mlp, depth: 4, width: 16, residual: 1, normalization: layer}' '{type: cnn, depth: 2, width: 4, normalization: batch}'
    '{type: autoencoder, layers: [10], code: 3}')
schedules=(constant '{name: constant, warmup: 15}' '{name: step, every: 1, gamma: 0.6, warmup: 4}' '{name: step, every: 3}'
    cosine '{name: cosine, warmup: 6}')
stops=(none none '{patience: 1}' '{patience: 2, min_delta: 0.01}' '{patience: 3, metric: val_loss}')
probes=(none '{every: epoch}' '{every: 1, histograms: true}' '{every: 3, channels: true}')
draw_experiment() {
    one_of "${activations[@]}"; first=$drawn
    one_of "${activations[@]}"; second=$drawn
    one_of "${models[@]}"; model=$drawn
    one_of "${optimizers[@]}"; optimizer=$drawn
    one_of "${schedules[@]}"; schedule=$drawn
    one_of "${stops[@]}"; stop=$drawn
    one_of "${probes[@]}"; looks=$drawn
    one_of true false once; shuffle=$drawn
    one_of 0 0.1; noise=$drawn
    pick 2; accumulate=$((1 + picked)) drop=$([ $picked = 0 ] && echo true || echo false)
    pick 40; batch=$((13 + picked))
    grid=$first; if [ "$second" != "$first" ]; then grid+=", $second"; fi
    cat >drawn.yaml <<END
dataset: {name: mnist1d, samples: 200, validation: 0.2}
model: $model
initializer: he_normal
optimizer: {name: $optimizer, learning_rate: 0.003}
training: {epochs: 1, batch_size: $batch, schedule: $schedule, early_stopping: $stop, shuffle: $shuffle,
           noise: $([ $noise = 0 ] && echo none || echo $noise), accumulate: $accumulate, drop_last: $drop, gradient_clip: 5}
probes: $looks
seeds: 1
grid: {activation: [$grid]}
END
}

# Longer and longer, in epochs or in steps.
draw_lengths() {
    lengths=()
    local at=1 i
    for ((i = 0; i < 3; i++)); do
        pick 3
        at=$((at + picked + (i > 0)))
        pick 3
        # 128 examples to train on: so many steps are some epochs, and mostly a part of one
        if [ $picked = 0 ]; then
            lengths+=("steps: $((at * 128 / (batch * accumulate) + 1))")
        else
            lengths+=("epochs: $at")
        fi
    done
}

# train STORE LENGTH [--keep-final]: the other keys of training are those of the file.
train() {
    local length=$2 words
    sed "s/epochs: 1,/$length,/" drawn.yaml >now.yaml
    words=(run now.yaml --progress=plain -j 2 --checkpoint-every 0.01s -o "$1" "${@:3}")
    if [ "$1" = grown ]; then
        for ((k = 0; k < kills; k++)); do
            "$actgrid" "${words[@]}" >out 2>>all_said &
            pick 10
            sleep "0.0$((2 + picked))"
            kill -KILL $! 2>/dev/null
            wait $! 2>/dev/null
        done
    fi
    run "${words[@]}"
    expect_code 0
    cat err >>all_said
}

subject "stores that grow"
for ((i = 0; i < $(count 4 150); i++)); do
    draw_experiment
    draw_lengths
    pick 3
    kills=$picked
    attempt "$(grep -v '^dataset\|^init\|^seeds' drawn.yaml | tr '\n' ' ')lengths ${lengths[*]}"
    rm -rf whole grown
    for length in "${lengths[@]}"; do
        train whole "$length"
        keep=(--keep-final)
        pick 5
        if [ $picked = 0 ]; then keep=(); fi
        train grown "$length" "${keep[@]}"
    done
    run diff whole grown
    expect_code 0
    expect_out 'equal: '
    check "the same arrays" cmp whole/curves.h5 grown/curves.h5
done
# of a few, all may have a schedule that depends on the length
if [ $ordeal_kind = full ]; then check "trainings went on where shorter ones ended" grep -q ' from epoch' all_said; fi
echo "$(grep -c ' from epoch' all_said) times trainings went on where shorter ones ended"
ordeal_finish

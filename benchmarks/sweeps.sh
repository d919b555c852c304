#!/usr/bin/env bash
# Sweeps of a size that nobody waits for: how long `plan` takes for a million trials, in every
# shape a grid can have, and how long `run`, `plan` and `status` take to see that 100,000 are
# finished. Processor time (user and system, of three rounds the least) and peak memory.
#
#     benchmarks/sweeps.sh [ACTGRID]          default build/release/actgrid
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
actgrid=$(realpath "${1:-$here/../build/release/actgrid}")
work=$(mktemp -d "${TMPDIR:-/tmp}/actgrid-sweeps-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

row() { # WHAT COMMAND...: a line of the table
    local what=$1 best=
    shift
    for _ in 1 2 3; do
        /usr/bin/time -o measured -f '%U %S %M' "$@" >answer 2>messages || { cat messages; exit 1; }
        read -r user system kb < <(tail -1 measured)
        best=$(awk -v u="$user" -v s="$system" -v k="$kb" -v b="$best" 'BEGIN {
            split(b, old, " "); t = u + s
            printf "%.2f %.0f", b == "" || t < old[1] ? t : old[1], k / 1000 }')
    done
    printf '%-58s %6s s %6s MB\n' "$what" $best
}

cat >base.yaml <<YAML
name: million
dataset: blobs
model: {type: mlp, depth: 2, width: 16}
activation: elu
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.05}
training: {epochs: 2, batch_size: 16}
YAML
plan() { row "plan, $1" "$actgrid" plan base.yaml "${@:2}"; }
rates='optimizer.learning_rate=logspace(1e-4,1,1000)' alphas='activation.alpha=linspace(0.1,2,1000)'
plan "1,000,000 seeds" seeds=1000000
plan "1000 learning rates x 1000 alphas" "$rates" "$alphas"
plan "the same, a net of 50 layers" "$rates" "$alphas" model.depth=50
plan "90,000 settings of training x 11 seeds" 'training.l1=linspace(0,0.1,300)' \
    'training.l2=linspace(0,0.1,300)' seeds=11
plan "100 widths x 100 batch sizes x 100 lengths" 'model.width=range(1,101)' \
    'training.batch_size=range(1,101)' 'training.epochs=range(1,101)'
plan "zip of rates and penalties x 1000 alphas, exclude" "$alphas" \
    'zip={optimizer.learning_rate: linspace(0.001,1,1000), training.l2: linspace(0,0.1,1000)}' \
    'exclude=[{activation.alpha: 2, training.l2: [0, 0.1]}, {optimizer.learning_rate: 1}]'
plan "zip of 100,000 in three parts x 10 seeds" seeds=10 \
    'zip={optimizer.learning_rate: linspace(0.001,1,100000), training.l2: linspace(0,0.1,100000), activation.alpha: linspace(0.1,2,100000)}'

"$here/finished_sweep.sh" "$actgrid" .
row "run, 100,000 trials finished" "$actgrid" run sweep.yaml -o store
row "plan, 100,000 trials finished" "$actgrid" plan sweep.yaml -o store
row "status, 100,000 trials finished" "$actgrid" status store

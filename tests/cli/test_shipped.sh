#!/bin/bash
# Shipped experiments by name, those in the folders claims and papers too.
. "$(dirname "$0")/lib.sh"

make_experiment() {
    mkdir -p "$(dirname "$1")"
    printf '%s\n' 'dataset: xor' 'model: mlp' 'initializer: he_normal' 'activation: relu' \
        'optimizer: sgd' 'training: {epochs: 1}' "seeds: $2" >"$1"
}

make_experiment experiments/here.yaml 2
make_experiment experiments/claims/straight.yaml 3
make_experiment experiments/papers/lines.yaml 4
make_experiment experiments/papers/lines.paper.yaml 5
make_experiment experiments/elsewhere/hidden.yaml 6
make_experiment straight.yaml 7

for name in here:2 claims/straight:3 papers/lines:4 straight.yaml:7 experiments/elsewhere/hidden.yaml:6; do
    run plan "${name%:*}"
    expect_code 0
    expect_out "${name#*:} trials"
done

refused() { # NAME HINT
    run plan "$1"
    expect_code 2
    expect_err "'$1' is no file and no shipped experiment$2"
}
refused claims/stright "; did you mean 'claims/straight'?"
refused papers/line "; did you mean 'papers/lines'?"
refused herre "; did you mean 'here'?"
refused claims/../straight ''
refused elsewhere/hidden ''
refused lines.paper ''
check "what lies beside an experiment is not offered" not grep -q 'lines.paper.y' err

# The results go to the experiment's own name, without the folder.
run run claims/straight --progress=none
expect_code 0
check "the store is runs/straight" [ -f runs/straight/results.sqlite ]
finish

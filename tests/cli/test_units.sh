#!/bin/bash
# Activations of several inputs, gated units and maxout, beside others in a grid: planned,
# trained, listed, the same bits however they are run.
. "$(dirname "$0")/lib.sh"
cat >units.yaml <<'END'
name: units
dataset: {name: mnist1d, samples: 600}
model: {type: mlp, depth: 2, width: 30}
initializer: auto
optimizer: {name: adam, learning_rate: 0.005}
training: {epochs: 12, batch_size: 32}
probes: {every: 5, channels: true, histograms: true}
seeds: 2
grid:
  activation: [relu, swiglu, glu, geglu, reglu, bilinear, {name: maxout, pieces: 3}]
END
sql() { sqlite3 "$1/results.sqlite" "$2"; }

run plan units.yaml
expect_code 0
expect_out 'parameters      2.47 k to 6.79 k'
expect_out 'swiglu: 4.63 k'
expect_out 'maxout(pieces=3): 6.79 k'
expect_out 'swiglu (2), glu (2), geglu (2), reglu (2), bilinear (2), maxout (3): a unit has so many inputs'
run plan units.yaml --json
expect_code 0
check "parameters of each activation" python3 -c '
import json
p = json.load(open("out"))["parameters"]
assert p["relu"] == [2470, 2470] and p["glu"] == [4630, 4630], p
assert p["maxout(pieces=3)"] == [6790, 6790], p'
run plan units.yaml '~grid' activation=relu
refuse_out 'inputs'

run run units.yaml -j 2 --progress=none
expect_code 0
expect_out 'maxout(pieces=3)'
check "all finished" [ "$(sql runs/units "select count(*) from trial where status = 'finished'")" = 14 ]
check "width is what comes out of a unit" \
    [ "$(sql runs/units 'select group_concat(distinct width) from trial')" = 30 ]
check "parameters as planned" \
    [ "$(sql runs/units 'select group_concat(distinct parameters) from
        (select parameters from trial order by 1)')" = 2470,4630,6790 ]
check "units and parameters of a layer" \
    [ "$(sql runs/units "select group_concat(units || ':' || l.parameters) from layer l
        join trial using (trial_id) where activation_name = 'maxout'
        and seed = (select min(seed) from trial)")" = 30:3690,30:2790,10:310 ]
check "pieces are a setting" \
    [ "$(sql runs/units "select count(*) from trial where settings ->> '\$.activation.pieces' = 3")" = 2 ]
check "every one learns" \
    [ "$(sql runs/units 'select min(train_accuracy) > 0.5 from trial')" = 1 ]
check "maxout has no dead units and saturates nowhere" \
    [ "$(sql runs/units "select max(l.dead_fraction) + max(l.saturated_fraction) from layer_epoch l
        join trial using (trial_id) where activation_name = 'maxout'")" = 0.0 ]
check "reglu has zeros, bilinear has none" \
    [ "$(sql runs/units "select min(l.zero_fraction) > 0.2 from layer_epoch l join trial
        using (trial_id) where activation_name = 'reglu'"
        sql runs/units "select max(l.zero_fraction) < 0.01 from layer_epoch l join trial
        using (trial_id) where activation_name = 'bilinear'")" = $'1\n1' ]
run query runs/units @dead_units
expect_code 0

# On one thread, without probes, in two runs: the same bits.
run run units.yaml -o again -j 1 --progress=none seeds=1
run run units.yaml -o again -j 1 --progress=none
run run units.yaml -o blind -j 2 --progress=none probes=none
digests='select activation, seed, digest from trial order by 1, 2'
check "the same in two runs" [ "$(sql runs/units "$digests")" = "$(sql again "$digests")" ]
check "the same without probes" [ "$(sql runs/units "$digests")" = "$(sql blind "$digests")" ]

# Pictures, residual nets, single layers of a mixed net.
net=0
for model in '{type: cnn, depth: 3, width: 6, normalization: batch}' '{type: resnet8, width: 4}' \
    '{type: mnist1d_cnn, width: 6, dropout: 0.1}' \
    '{type: mlp, depth: 4, width: 12, residual: 1, skip_place: before}' \
    '{type: autoencoder, layers: [20], code: 8}'; do
    run run units.yaml "model=$model" training.epochs=1 seeds=1 -o "net$((net += 1))" --progress=none
    expect_code 0
    check "$model" [ "$(sql "net$net" "select count(*) from trial where status = 'finished'")" = 7 ]
done
run run units.yaml '~grid' 'activation={layers: [swiglu, relu]}' seeds=1 -o mixed --progress=none
expect_code 0
check "a layer of each" \
    [ "$(sql mixed 'select group_concat(parameters) from layer')" = 2460,930,310 ]

run activations show swiglu beta=2 --at -1,0.5
expect_code 0
expect_out 'inputs      2 for each unit'
expect_out 'gate        swish of b'
expect_out '0.3655292893'
run activations show maxout pieces=4 --json
expect_code 0
check "show --json is JSON" python3 -c '
import json, math
a = json.load(open("out"))
assert a["inputs"] == 4 and a["gate"] is None and "mean_field" not in a
assert abs(a["mean_square"] - 1.55132889542179) < 1e-12
assert abs(a["gain"] - a["mean_square"] ** -0.5) < 1e-12
assert len(a["points"][0]["derivatives"]) == 4'
run activations show glu --svg glu.svg
expect_code 2
expect_err 'its gate can be drawn: show sigmoid --svg FILE'
run activations check maxout pieces=7
expect_code 0
run activations bench swiglu maxout pieces=3 --csv
expect_code 0
check "bench counts outputs" python3 -c '
import csv
rows = list(csv.DictReader(open("out")))
assert len(rows) == 2 * 3 * 3 and all(0 < float(r["median_ns"]) for r in rows)'
run activations show gul
expect_code 2
expect_err "did you mean 'glu'?"
finish

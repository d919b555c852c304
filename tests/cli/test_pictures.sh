#!/bin/bash
# Convolutional nets from a file to the store: the same bits for any number of threads,
# stages and sizes as people count them.
. "$(dirname "$0")/lib.sh"

cat >nets.yaml <<'END'
name: nets
dataset: {name: mnist1d, samples: 300}
activation: gelu
initializer: he_normal
optimizer: {name: adam, learning_rate: 0.01}
training: {epochs: 2, batch_size: 32}
probes: {channels: true}
seeds: 2
grid:
  model: [mnist1d_cnn, {type: resnet8, width: 4}, {type: cnn, depth: 3, width: 6, normalization: batch, dropout: 0.1}, {type: cnn, blocks: [{channels: 6, convs: 2, pool: average}], head: [12], end: flatten}]
END
run run nets.yaml -j 2 --progress=none
expect_code 0
run run nets.yaml -j 1 -o one --progress=none
expect_code 0
digests() { sqlite3 "$1/results.sqlite" 'select trial_id, digest from trial order by trial_id'; }
check "-j 1 gives the bits of -j 2" [ "$(digests one)" = "$(digests runs/nets)" ]

sql() { sqlite3 runs/nets/results.sqlite "$1"; }
check "8 finished" [ "$(sql "select count(*) from trial where status = 'finished'")" = 8 ]
check "depth, width" [ "$(sql "select group_concat(depth || ' ' || width, ', ') from (select distinct
    depth, width from trial order by depth, width)")" = '3 6, 3 12, 3 25, 7 16' ]
check "layers" [ "$(sql "select group_concat(name || ' ' || kind || ' ' || units || ' ' ||
    layer.parameters, ', ') from layer join trial using (trial_id) where width = 12 and seed = 0")" = \
    'conv1 conv 6 24, conv2 conv 6 114, dense1 dense 12 1452, output dense 10 130' ]
check "probes of convolutions" [ "$(sql "select count(*) from layer_epoch where dead_fraction is not null
    and activation_std > 0")" = $((2 * 3 * (3 + 7 + 3 + 3))) ]

finish

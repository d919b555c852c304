#!/bin/bash
# The main job, end to end: an experiment file in, trained networks out, answers by
# SQL, arrays for Python; the same bits however it is run.
. "$(dirname "$0")/lib.sh"
smoke=$source/experiments/smoke.yaml

run run "$smoke" -j 2 --progress=plain
expect_code 0
expect_out activation
expect_err '32 trials in'
expect_err 'runs/smoke'

sql() { sqlite3 runs/smoke/results.sqlite "$1"; }
check "32 finished trials" [ "$(sql "select count(*) from trial where status = 'finished'")" = 32 ]
check "six epoch rows each" [ "$(sql 'select count(*) from epoch')" = $((32 * 6)) ]
check "a row for each layer and epoch" \
    [ "$(sql 'select count(*) from layer_epoch')" = $((6 * 16 * (2 + 5))) ]
check "settings are JSON" \
    [ "$(sql "select distinct settings ->> '\$.dataset.name' from trial")" = mnist1d ]
check "the leaderboard answers" \
    [ "$(sql 'select count(*) from leaderboard where n = 2 and val_accuracy_mean >= 0.1')" = 16 ]

run query runs/smoke 'select count(*) from trial' --format csv
expect_code 0
expect_out 32

# A second call finds everything there.
run run "$smoke" --progress=plain
expect_code 0
expect_err 'all 32 trials were there already'

run run "$smoke" --dry-run
expect_out 'there already   32, to run 0'
expect_out 'time            none: nothing is to run'
run plan "$smoke" model.depth=2 activation=relu initializer=he_normal -o new
expect_code 0
refuse_out ' to '

# Commands to copy are right for every folder.
run run "$smoke" model.depth=1 activation=relu initializer=he_normal -o "it's a folder" --progress=plain
expect_code 0
next=$(grep -m 1 -o "actgrid query .* @gradient_decay" err)
run_command bash -c "actgrid() { '$actgrid' \"\$@\"; }; $next"
expect_code 0
expect_out gradient_initial

# One thread, and with other probes: the same weights.
run run "$smoke" -j 1 -o one --progress=none
expect_code 0
run run "$smoke" -j 2 -o often probes.every=3 --progress=none
expect_code 0
digests() { sqlite3 "$1/results.sqlite" 'select digest from trial order by digest'; }
check "-j 1 gives the bits of -j 2" [ "$(digests one)" = "$(digests runs/smoke)" ]
check "probes change no bit" [ "$(digests often)" = "$(digests runs/smoke)" ]

# The environment says how many threads, -j says it louder.
OMP_NUM_THREADS=3 run plan "$smoke" -o new
expect_out 'on 3 threads'
OMP_NUM_THREADS=3 run plan "$smoke" -o new -j 1
expect_out 'on 1 thread '

# More seeds extend the store; --fresh refuses it.
run run "$smoke" seeds=3 --progress=plain
expect_code 0
expect_err '16 trials in'
expect_err '32 were there already'
run run "$smoke" --fresh
expect_code 2
expect_err 'runs/smoke'

# A learning rate of a million: stored as diverged, and the sweep goes on.
run run "$smoke" optimizer.learning_rate=0.05,1e6 activation=relu -o wild --progress=plain
expect_code 0
expect_err diverged
check "diverged trials have step and layer" [ "$(sqlite3 wild/results.sqlite \
    "select count(*) from trial where status = 'diverged' and diverged_step >= 1 and diverged_layer >= 1")" = 8 ]
check "the others finished" [ "$(sqlite3 wild/results.sqlite \
    "select count(*) from trial where status = 'finished'")" = 8 ]

# More memory than there is: said before anything runs.
run run "$smoke" training.steps=1000000000 '~training.epochs' probes.every=1 -o huge
expect_code 3
expect_err 'of memory, this machine has'
check "nothing was made" [ ! -e huge ]

# curves.h5 from Python.
python=/usr/bin/python3
if $python -c 'import h5py' 2>/dev/null; then
    run_command $python -c '
import h5py
f = h5py.File("runs/smoke/curves.h5")
n, layers = len(f["trials"]), f["layer/grad_norm"].shape
print(n, layers, f["step/loss"].shape, f["layer/grad_norm"].attrs["unit"] != "")'
    expect_code 0
    expect_out '48 (48, 6, 5) (48, 75)'
else
    skip "curves.h5 from Python: h5py is not installed"
fi
finish

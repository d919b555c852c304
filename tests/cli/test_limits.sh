#!/bin/bash
# What a run says when something is taken from it: the folder, the lock, files, the right to write, room in
# a file, descriptors. That nothing is lost is tried at every point by tests/ordeal (part_full_disk, part_limits).
. "$(dirname "$0")/lib.sh"

cat >tiny.yaml <<'END'
name: tiny
dataset: {name: blobs, samples: 60}
model: {type: mlp, depth: 2, width: 6}
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.05}
training: {epochs: 2, batch_size: 16}
seeds: 2
grid: {activation: [relu, tanh]}
END
run run tiny.yaml --progress=none -o whole
expect_code 0

# --- a folder that may not be written, as a medium or another's share is
# sealed COMMAND...: with the folder `sealed` mounted read-only; nobody else sees that.
sealed() { unshare -rm sh -c 'mount --bind sealed sealed && mount -o remount,bind,ro sealed && "$@"' - "$@"; }
# A trial takes some 0.1 s, and there are more than will be waited for.
slow=(training.epochs=1000 seeds=500 -j 1 --progress=none)
start() { # in folder $1; returns when some trials are there
    "$actgrid" run tiny.yaml "${slow[@]}" -o "$1" >out 2>err &
    pid=$!
    for ((i = 0; i < 500; i++)); do
        n=$(sqlite3 "$1/results.sqlite" 'select count(*) from trial' 2>/dev/null)
        if ((${n:-0} >= 2)); then return; fi
        sleep 0.02
    done
}
# ended TEXT: the run of start() ends by itself with code 3 and this text.
ended() {
    wait $pid
    code=$? said="run ${slow[*]}: $1"
    expect_code 3
    expect_err "$1"
}

mkdir sealed
cp -r whole sealed/whole
cp -r whole sealed/log
start killed
kill -KILL $pid
wait $pid
n=$(cp -r killed copy && "$actgrid" query copy --format csv 'select count(*) from trial' | tail -1)
cp -r killed sealed/killed
rm sealed/killed/results.sqlite-shm
touch sealed/log/arrays.log
if sealed true 2>/dev/null; then
    run_command sealed "$actgrid" run tiny.yaml -o sealed/whole
    expect_code 0
    expect_err 'all 4 trials were there already'
    expect_out tanh
    run_command sealed "$actgrid" query sealed/killed --format csv 'select count(*) from trial'
    expect_out_is "$(printf 'count(*)\n%s' "$n")"
    run_command sealed "$actgrid" status sealed/killed
    expect_code 0
    for unfinished in "seeds=3 -o sealed/whole" "-o sealed/log"; do
        # shellcheck disable=SC2086
        run_command sealed "$actgrid" run tiny.yaml $unfinished
        expect_code 3
        expect_err "/lock': Read-only file system; a folder that may be written is needed, such as another with -o DIR"
    done
    head -c 1024 /dev/zero >sealed/whole/results.sqlite-journal
    run_command sealed "$actgrid" query sealed/whole 'select 1'
    expect_code 3
    expect_err "was not closed and its folder cannot be written: copy the folder"
else
    skip 'read-only folders (nothing may be mounted here)'
fi

# --- taken away while a run goes on
start gone
rm -rf gone
ended "the folder 'gone' was removed or renamed while the run went on"
start before
mv before after
ended "the folder 'before' was removed or renamed while the run went on"
run run tiny.yaml training.epochs=1000 --progress=none -o after
expect_code 0
start unlocked
rm unlocked/lock
ended "'unlocked/lock' was removed or replaced while the run went on"
start rowless
rm rowless/results.sqlite
ended "'rowless/results.sqlite' was removed or replaced while the run went on"
start logless
rm logless/arrays.log
ended "'logless/arrays.log' was removed or replaced while the run went on"

# --- who holds it. On a local disk the lock alone counts, whatever an old file says.
cp -r whole stale
echo '1 elsewhere 2020-01-01T00:00:00Z' >stale/lock
run run tiny.yaml seeds=3 --progress=none -o stale
expect_code 0
check 'nobody is named any more' [ ! -s stale/lock ]
start held
run run tiny.yaml --progress=none -o held
expect_code 3
expect_err "'held' is in use by process $pid on $(hostname) since 20"
expect_err 'wait until it ends, or choose another folder with -o DIR'
kill -KILL $pid
wait $pid

# --- limits of the process
for kilobytes in 10 300; do
    run_command bash -c "ulimit -f $kilobytes && exec \"\$@\"" - "$actgrid" run tiny.yaml seeds=20 --progress=none -o large$kilobytes
    expect_code 3
    expect_err 'File too large; what was finished is kept: allow larger files (ulimit -f) and run again'
    run run tiny.yaml seeds=20 --progress=none -o large$kilobytes
    expect_code 0
done
for descriptors in 6 7; do
    run_command bash -c "ulimit -n $descriptors && exec \"\$@\"" - "$actgrid" run tiny.yaml --progress=none -o few
    expect_code 3
    expect_err 'Too many open files'
done
run run tiny.yaml --progress=none -o few
expect_code 0
finish

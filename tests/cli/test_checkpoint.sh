#!/bin/bash
# A long trial goes on from its checkpoint: killed, stopped or without a place to write, it ends
# with the same store, bit for bit, as one that nobody interrupted.
. "$(dirname "$0")/lib.sh"

# AG_KILLS=300: so many kills; a sanitizer takes ten times as long.
epochs=120 kills_wanted=${AG_KILLS:-12}
if grep -qa -e __asan_init -e __tsan_init "$actgrid"; then epochs=20 kills_wanted=4; fi

# Two long trials at a time, with whatever keeps something from step to step.
cat >long.yaml <<END
name: long
dataset: {name: mnist1d, samples: 1000, validation: 0.2}
model: {type: mlp, depth: 3, width: 48, normalization: batch, dropout: 0.1}
initializer: he_normal
optimizer: {name: adam, learning_rate: 0.002}
training: {epochs: $epochs, batch_size: 40, noise: 0.05, early_stopping: {patience: 100}}
probes: {every: 10, histograms: true}
grid: {activation: [{name: prelu, learned: per_channel}, rrelu]}
seeds: 1
END
often=(-j 2 --progress=none --checkpoint-every 0.05s)

expect_whole() { # STORE: equals the uninterrupted one
    run diff whole "$1"
    expect_code 0
    expect_out 'equal: 2 trials, '
    check "$1: curves.h5 has the same bits" cmp -s whole/curves.h5 "$1/curves.h5"
    check "$1: nothing is left of checkpoints" [ ! -e "$1/checkpoints" ]
}

# start WORD...: a run in the background, until something is checkpointed
start() {
    said="$*"
    "$actgrid" "$@" >out 2>err &
    pid=$!
    for ((i = 0; i < 500; i++)); do
        compgen -G 'broken/checkpoints/*.ckpt' >/dev/null && return
        sleep 0.01
    done
    failed "no checkpoint in 5 s"
}
stop() { # SIGNAL: sets $code
    kill "-$1" $pid 2>/dev/null
    wait $pid 2>/dev/null
    code=$?
}
kept() { compgen -G 'broken/checkpoints/*.ckpt' | wc -l; }

run run long.yaml -j 2 --progress=none --checkpoint-every off -o whole
expect_code 0
check "off keeps nothing" [ ! -e whole/checkpoints ]
check "there are trials to compare" [ "$(sqlite3 whole/results.sqlite 'select count(*) from trial')" = 2 ]

# --- killed again and again, at any instant
# A run that got through is compared, and the next one begins.
rm -rf broken
kills=0 whole_runs=0
for ((round = 0; round < 20 * kills_wanted && kills < kills_wanted; round++)); do
    said="run $round" code=0
    "$actgrid" run long.yaml "${often[@]}" -o broken >out 2>err &
    pid=$!
    sleep "0.$((10 + RANDOM % 40))"
    stop KILL
    if [ $code = 137 ]; then
        kills=$((kills + 1))
    else
        expect_code 0
        expect_whole broken
        whole_runs=$((whole_runs + 1))
        rm -rf broken
    fi
done
run run long.yaml "${often[@]}" -o broken
expect_code 0
expect_whole broken
echo "killed $kills times, got through $((whole_runs + 1)) times"
check "killed as often as wanted" [ $kills = $kills_wanted ]

# --- stopped: what is kept, and how to go on
rm -rf broken
start run long.yaml "${often[@]}" -o broken
before=$SECONDS
stop INT
expect_code 130
check "it leaves at once, not when the trials end" [ $((SECONDS - before)) -le 5 ]
expect_err 'stopping:'
expect_err 'checkpointed '
expect_err ' checkpointed, '
expect_err "run long.yaml -o broken -j 2 --checkpoint-every=0.05s --progress=none"
n=$(kept)
check "some are kept: $n" [ "$n" -ge 1 ]
run status broken
expect_out 'checkpoints'
expect_out ': step '
run status broken --json
check "status --json counts them" [ "$(grep -o '"step":' out | wc -l)" = "$n" ]
run run long.yaml "${often[@]}" --dry-run -o broken
expect_code 0
run run long.yaml -j 2 --progress=plain --checkpoint-every 0.05s -o broken
expect_code 0
expect_err "continuing $n trial"
expect_err ' at step '
expect_whole broken

# --- a second run beside it is refused, and does not say that it goes on
rm -rf broken
start run long.yaml training.epochs=20000 "${often[@]}" -o broken
run run long.yaml training.epochs=20000 -j 1 --progress=plain -o broken
expect_code 3
expect_err 'is in use by process'
refuse_err 'continuing'
stop KILL

# --- times add up, and the trial began when it began
rm -rf broken
start run long.yaml "${often[@]}" -o broken
stop TERM
expect_code 130
sleep 1.1
run run long.yaml "${often[@]}" -o broken
expect_code 0
check "a trial that went on began before the pause" [ "$(sqlite3 broken/results.sqlite \
    "select count(*) from trial where unixepoch(finished_at) - unixepoch(started_at) >= 1")" -ge 1 ]
check "its time is the sum" [ "$(sqlite3 broken/results.sqlite \
    "select count(*) from trial t where seconds < (select max(seconds) from epoch e where e.trial_id = t.trial_id)")" = 0 ]
expect_whole broken

# --- damaged, of another program, of another plan
for harm in cut flip other; do
    rm -rf broken
    start run long.yaml "${often[@]}" -o broken
    stop KILL
    program=$actgrid
    for file in broken/checkpoints/*.ckpt; do
        case $harm in
        cut) truncate -s -1 "$file" ;;
        flip) printf '\377' | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") - 100)) conv=notrunc status=none ;;
        other)
            program=$work/other
            cp "$actgrid" "$program"
            echo >>"$program"
            ;;
        esac
    done
    n=$(kept)
    run_command "$program" run long.yaml "${often[@]}" -o broken
    expect_code 0
    check "each is said once: $harm" [ "$(grep -c 'begins anew' err)" = "$n" ]
    if [ $harm = other ]; then expect_err 'was made by actgrid'; else expect_err 'is damaged'; fi
    expect_whole broken
done

rm -rf broken
start run long.yaml "${often[@]}" -o broken
stop KILL
touch broken/checkpoints/0123456789abcdef.ckpt.tmp
n=$(kept)
run run long.yaml seeds='[7]' training.epochs=1 -j 2 -o broken
expect_code 0
expect_err 'not in this plan'
check "those of another plan stay" [ "$(kept)" = "$n" ]
check "what was half written is gone" [ ! -e broken/checkpoints/0123456789abcdef.ckpt.tmp ]
run run long.yaml "${often[@]}" -o broken
expect_code 0
check "they were still of use" [ ! -e broken/checkpoints ]

# --- no place to write: training goes on, and says so once
rm -rf broken
run run long.yaml training.epochs=1 activation=relu '~grid' -j 2 --progress=none -o broken
touch broken/checkpoints
run run long.yaml "${often[@]}" -o broken
expect_code 0
check "said once" [ "$(grep -c 'could not be written' err)" = 1 ]
expect_err 'training goes on'
check "both trials are there" [ "$(sqlite3 broken/results.sqlite 'select count(*) from trial')" = 3 ]

# --- before the first step nothing can be kept, and it is said what that costs
"$actgrid" run long.yaml '~grid' activation=relu dataset='{name: blobs, samples: 60000}' model.depth=8 \
    model.width=1200 -j 1 --progress=plain -o broken >out 2>err &
pid=$!
sleep 6
stop INT
expect_code 130
expect_err 'had not begun its first step, and begins anew: '

# --- a program that cannot read its own file does not know whether it is the same one
unread=(./unread run long.yaml -j 2 --progress=plain --checkpoint-every 0.05s --keep-final -o unread_store)
if [ "$(id -u)" = 0 ]; then unread=(setpriv --reuid=65534 --regid=65534 --clear-groups "${unread[@]}"); fi
if ! grep -qa -e __asan_init -e __tsan_init "$actgrid"; then
    cp "$actgrid" unread
    chmod 111 unread
    mkdir -m 777 unread_store
    chmod 777 .
    run_command "${unread[@]}"
    expect_code 0
    expect_err 'note: no checkpoints are kept or used: this program cannot read its own file'
    check "nothing is kept" [ ! -e unread_store/checkpoints ]
    expect_whole unread_store
    check "it does not say which program it was" [ "$(sqlite3 unread_store/results.sqlite \
        "select count(*) from environment where key = 'origin'")" = 0 ]
fi

run run long.yaml --checkpoint-every 5 -o broken
expect_code 2
expect_err "--checkpoint-every is '5', must be a time (30s, 5m, 1h) or off"
finish

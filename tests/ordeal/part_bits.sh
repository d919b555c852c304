#!/bin/bash
# The same bits of every trial whatever stands around it: threads, probes, order, interruptions, other
# experiments, the environment, the processor's mode. Every element of the catalogues trains.
. "$(dirname "$0")/lib.sh"
library=$shims/shim_library.so
cp "$source"/tests/ordeal/bits/*.yaml .

# activations.yaml: all that the catalogue has. $activations: their names.
mapfile -t activations < <("$actgrid" activations list --json | sed -n 's/^ *\[*{"name": "\([^"]*\)".*/\1/p')
cat >activations.yaml <<END
dataset: {name: mnist1d, samples: 300}
model: {type: mlp, depth: 2, width: 16}
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.05}
training: {epochs: 1, batch_size: 50}
grid:
  activation: [$(IFS=,; echo "${activations[*]}"), {name: prelu, learned: per_channel}, {layers: [tanh, relu]},
    {formula: "x*sigmoid(b*x)", parameters: {b: {init: 1, learned: per_layer}}}]
END
files=(models parts activations denormal)
if [ $ordeal_kind = full ] && "$actgrid" plan pictures.yaml >/dev/null 2>&1; then files+=(pictures); fi

# weights STORE FILE: what probes must not change.
weights() {
    sqlite3 "$1/results.sqlite" "select json_remove(settings, '\$.probes'), status, digest, epochs, steps,
        train_loss, val_loss, test_loss, val_accuracy, best_epoch, diverged_step, diverged_what
        from trial order by 1" >"$2"
}

# expect_same STORE REFERENCE: all tables and arrays but times; the file of the arrays to the last byte.
expect_same() {
    run diff "$1" "$2"
    check "$1 has the bits of $2" [ $code = 0 ]
    check "the arrays of $1 are those of $2" cmp "$1/curves.h5" "$2/curves.h5"
}

# around WHAT COMMAND...: all files in fresh stores by this command in front of `actgrid run`.
around() {
    local what=$1 file
    shift
    for file in "${files[@]}"; do
        attempt "$file: $what"
        rm -rf other
        run_command "$@" "$actgrid" run $file.yaml -j ${jobs:-2} -o other --progress=none
        expect_code 0
        expect_same other $file
    done
}

subject "same bits: threads, order"
for file in "${files[@]}"; do
    attempt "$file: a thread"
    run run $file.yaml -j 1 -o $file --progress=none
    expect_code 0
    check "trials differ" [ "$(sqlite3 $file/results.sqlite 'select count(distinct digest) from trial')" -gt 2 ]
done
for jobs in $(count 8 "2 3 8"); do around "$jobs threads" env; done
jobs=2
for ((i = 0; i < $(count 2 20); i++)); do
    attempt "activations in an order drawn by lot"
    rm -rf other
    for ((k = 0; k < 4; k++)); do
        chosen=
        for ((c = 0; c < 6; c++)); do
            pick ${#activations[@]}
            if [[ ,$chosen, != *,${activations[picked]},* ]]; then chosen+=${chosen:+,}${activations[picked]}; fi
        done
        pick 3
        run run activations.yaml "activation=$chosen" -j $((picked + 1)) -o other --progress=none
        expect_code 0
    done
    run run activations.yaml -j 2 -o other --progress=none
    expect_code 0
    expect_same other activations
done
attempt "one store for all experiments"
for file in "${files[@]}"; do
    run run $file.yaml -j 2 -o all --progress=none
    expect_code 0
done
pick_digests() { sqlite3 "$1/results.sqlite" "select trial_id, digest, val_loss from trial" | LC_ALL=C sort; }
pick_digests all >all.txt
for file in "${files[@]}"; do
    pick_digests $file >one.txt
    check "the trials of $file, among others" [ -z "$(LC_ALL=C comm -13 all.txt one.txt)" ]
done
big=(seeds=1 'initializer=orthogonal' 'optimizer={name: adam, learning_rate: 0.001}' 'dataset={name: mnist1d, samples: 3000}'
    'model={type: mlp, depth: 2, width: 300}' training.batch_size=500)
run run parts.yaml "${big[@]}" -j 1 -o big --progress=none
expect_code 0
for jobs in 2 4; do
    attempt "a trial that $jobs threads share"
    rm -rf other
    run run parts.yaml "${big[@]}" -j $jobs -o other --progress=none
    expect_code 0
    expect_same other big
done
jobs=2

subject "same bits: probes"
for file in models activations denormal; do
    weights $file reference.txt
    ways=(none '{every: 1, which: [grad_norm], examples: 7}' '{every: 1, histograms: true, channels: true}')
    if [ $ordeal_kind = full ]; then ways+=('{every: 7, channels: true}' '{every: epoch, histograms: true}'); fi
    for probes in "${ways[@]}"; do
        attempt "$file: probes $probes"
        rm -rf other
        run run $file.yaml "probes=$probes" -j 2 -o other --progress=none
        expect_code 0
        weights other other.txt
        check "the weights with probes $probes" cmp reference.txt other.txt
    done
done

# interrupt SIGNAL: models.yaml, stopped again and again at instants drawn by lot.
interrupt() {
    rm -rf other
    for ((stops = 0; stops < $(count 5 12); stops++)); do
        "$actgrid" run models.yaml training.epochs=30 -j 2 --checkpoint-every=0.02s -o other --progress=none \
            >out 2>err </dev/null &
        local pid=$!
        pick 900
        sleep "0.$(printf %03d "$picked")"
        kill -"$1" $pid 2>/dev/null
        { wait $pid; } 2>/dev/null # nothing about the killed job
        code=$? said="run, then SIG$1"
        if [ $code = 0 ]; then return; fi
    done
}
subject "same bits: interrupted"
attempt "not interrupted"
run run models.yaml training.epochs=30 -j 2 -o long --progress=none
expect_code 0
for ((i = 0; i < $(count 1 10); i++)); do
    for signal in KILL TERM; do
        attempt "SIG$signal at any time, with checkpoints"
        interrupt $signal
        run run models.yaml training.epochs=30 -j 2 -o other --progress=none
        expect_code 0
        expect_same other long
    done
done

subject "same bits: environment"
around "umask 077, time zone, no addresses at random, OMP_*" env TZ=America/St_Johns OMP_NUM_THREADS=3 OMP_DYNAMIC=true \
    OMP_WAIT_POLICY=active OMP_SCHEDULE=static,4 sh -c 'umask 077 && exec setarch "$(uname -m)" -R "$@"' sh
if [ $ordeal_kind = full ]; then
    around "OMP_* otherwise" env OMP_NUM_THREADS=1 OMP_DYNAMIC=false OMP_WAIT_POLICY=passive OMP_PROC_BIND=true
    around "one thread at most" env OMP_THREAD_LIMIT=1
    around "other addresses" env MALLOC_PERTURB_=165 MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=4096
    around "a small stack" sh -c 'ulimit -s 1024 && exec "$@"' sh
fi
if localedef -i de_DE -f UTF-8 "$work/de_DE.UTF-8" >/dev/null 2>&1; then
    comma() { around "$1" env LOCPATH="$work" LC_ALL=de_DE.UTF-8 "${@:2}"; }
    if [ $ordeal_kind = full ]; then comma "a decimal comma"; fi
    comma "a decimal comma that a library insists on" LD_PRELOAD="$library" AG_LIBRARY=locale
else
    skip "decimal comma: no sources of locales here (package locales)"
fi

subject "same bits: rounding of others"
around "small numbers flushed by a library" env LD_PRELOAD="$library" AG_LIBRARY=ftz,daz AG_LIBRARY_AT=load,threads
if [ $ordeal_kind = full ]; then
    around "small numbers flushed as it is loaded" env LD_PRELOAD="$library" AG_LIBRARY=ftz,daz AG_LIBRARY_AT=load
    around "small numbers flushed in new threads" env LD_PRELOAD="$library" AG_LIBRARY=ftz,daz AG_LIBRARY_AT=threads
fi
around "rounding up" env LD_PRELOAD="$library" AG_LIBRARY=up AG_LIBRARY_AT=load,threads
attempt "changed in the middle of a trial"
rm -rf other
run_command env LD_PRELOAD="$library" AG_LIBRARY=ftz AG_LIBRARY_AT=maps "$actgrid" run denormal.yaml -j 2 -o other
expect_code 3
expect_err 'changed its mode during a trial'
check "nothing is stored" [ "$(sqlite3 other/results.sqlite 'select count(*) from trial')" = 0 ]

# Matrix products of v2 have no fused multiply-add, and so other bits than those of v3 and v4, which agree;
# convolutions have bits of their own on each.
subject "same bits: instruction sets"
has() { env ACTGRID_ISA=$1 "$actgrid" --version >/dev/null 2>&1; }
for level in v2 v3; do
    if ! has $level; then
        skip "$level: this processor does not have it"
        continue
    fi
    for file in "${files[@]}"; do
        attempt "$file: $level"
        rm -rf level other
        for jobs in 1 2; do
            run_command env ACTGRID_ISA=$level "$actgrid" run $file.yaml -j $jobs -o "$([ $jobs = 1 ] && echo level || echo other)" --progress=none
            expect_code 0
        done
        expect_same other level
        if [[ $level = v3 && $file =~ parts|activations|denormal ]]; then expect_same level $file; fi
    done
done
ordeal_finish

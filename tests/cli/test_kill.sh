#!/bin/bash
# kill -9 in the middle of a run: finished trials are kept, the rest completes, and
# the store equals an uninterrupted one except for times. Ctrl-C likewise. Two runs at a time.
. "$(dirname "$0")/lib.sh"
smoke=$source/experiments/smoke.yaml
slow=(training.epochs=40 -j 2 --progress=none)

run run "$smoke" "${slow[@]}" -o whole
expect_code 0

finished() { sqlite3 broken/results.sqlite "select count(*) from trial" 2>/dev/null || echo 0; }

for signal in KILL INT; do
    rm -rf broken
    "$actgrid" run "$smoke" "${slow[@]}" -o broken >out 2>err &
    pid=$!
    for ((i = 0; i < 400; i++)); do
        n=$(finished)
        if ((${n:-0} >= 4)); then break; fi
        sleep 0.02
    done
    kill -$signal $pid
    wait $pid
    code=$? said="run, then SIG$signal"
    if [ $signal = INT ]; then expect_code 130; fi
    n=$(finished)
    check "some finished, some not: $n" [ "$n" -ge 4 -a "$n" -lt 32 ]
    check "the rows are sound" [ "$(sqlite3 broken/results.sqlite 'pragma integrity_check')" = ok ]

    run run "$smoke" training.epochs=40 -j 2 --progress=plain -o broken
    expect_code 0
    expect_err 'were there already'
    run diff whole broken
    expect_code 0
    expect_out 'equal: 32 trials, '
    # the same without this program: what a trial is and what came out
    for store in whole broken; do
        sqlite3 $store/results.sqlite "select trial_id, status, settings, digest, val_loss, test_accuracy from trial order by 1" >$store.txt
    done
    check "after SIG$signal, trials equal those of an uninterrupted run" cmp -s whole.txt broken.txt
    check "after SIG$signal, curves.h5 has the same bits" cmp -s whole/curves.h5 broken/curves.h5
done

# Another run stores everything after this one looked at what there is to do, and before it has the
# store to itself. It waits 0.2 s for that; on a busy machine it may have waited in vain.
for ((i = 0; i < 20; i++)); do
    rm -rf shared
    mkdir shared
    exec 9>shared/lock
    flock 9
    "$actgrid" run "$smoke" training.epochs=40 -j 2 --progress=plain -o shared >out 2>err 9>&- &
    sleep 0.1
    cp whole/results.sqlite shared
    exec 9>&-
    wait $!
    code=$? said="run, while another one ends"
    if ! grep -q 'is in use by' err; then break; fi
done
expect_code 0
expect_err 'all 32 trials were there already'
finish

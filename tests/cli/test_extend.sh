#!/bin/bash
# A store that grows: trainings that go on where shorter ones ended are the bits of trainings from
# the beginning, and it is said which they are.
. "$(dirname "$0")/lib.sh"

short=3 long=7 longest=11
if grep -qa -e __asan_init -e __tsan_init "$actgrid"; then short=1 long=2 longest=3; fi

# Whatever keeps something from step to step.
cat >mlp.yaml <<END
name: mlp
dataset: {name: mnist1d, samples: 600, validation: 0.2}
model: {type: mlp, depth: 2, width: 24, normalization: batch, dropout: 0.1}
initializer: he_normal
optimizer: {name: adam, learning_rate: 0.003}
training: {epochs: $short, batch_size: 40, noise: 0.05}
probes: {every: 1, histograms: true, channels: true}
seeds: 1
zip: [{optimizer: [adam, rmsprop, {name: sgd, momentum: 0.9}],
       training.schedule: [{name: constant, warmup: 20}, {name: step, every: 2, gamma: 0.5}, constant],
       training.early_stopping: [none, {patience: 2}, {patience: 1, min_delta: 0.5}]}]
grid: {activation: [{name: prelu, learned: per_channel}, rrelu]}
END
cat >cnn.yaml <<END
name: cnn
dataset: {name: mnist1d, samples: 300, validation: 0.2}
model: {type: cnn, depth: 2, width: 6, normalization: batch}
initializer: he_normal
optimizer: {name: adam, learning_rate: 0.003}
training: {epochs: $short, batch_size: 40}
activation: elu
seeds: 1
grid: {model: [{type: cnn, depth: 2, width: 6}, {type: autoencoder, layers: [12], code: 4}]}
END
quick=(-j 2 --progress=plain)

same_store() { # STORE STORE
    run diff "$1" "$2"
    expect_code 0
    expect_out 'equal: '
    check "$1 and $2: the same arrays" cmp -s "$1/curves.h5" "$2/curves.h5"
}
finals() { compgen -G "$1/checkpoints/*.final" | wc -l; }

# --- more epochs, from the beginning and from where the shorter ones ended
for file in mlp cnn; do
    n=$("$actgrid" plan $file.yaml --trials | wc -l)
    run run $file.yaml "${quick[@]}" -o whole
    expect_code 0
    refuse_err 'shorter training'
    for epochs in $long $longest; do
        run run $file.yaml training.epochs=$epochs "${quick[@]}" -o whole
        expect_code 0
        expect_err "$n trials are trained from the beginning, though a shorter training is finished: its end was not kept (--keep-final)"
    done

    run plan $file.yaml --keep-final -o kept
    expect_out "the ends of $n trials, about "
    run run $file.yaml --keep-final "${quick[@]}" -o kept
    expect_code 0
    check "$file: each is kept" [ "$(finals kept)" = "$n" ]
    cp -r kept/checkpoints kept_${file}_short
    run run $file.yaml training.epochs=$long -o kept --dry-run
    expect_code 0
    expect_out "$n trials from epoch"
    run run $file.yaml training.epochs=$long --keep-final "${quick[@]}" -o kept
    expect_code 0
    expect_err "$n trials go on from epoch"
    refuse_err 'from the beginning'
    run run $file.yaml training.epochs=$longest "${quick[@]}" -o kept
    expect_code 0
    expect_err "$n trials go on from epoch"
    if [ $file = cnn ]; then expect_err "from epoch $long, where"; fi
    check "$file: without --keep-final nothing more is kept" [ "$(finals kept)" = $((2 * n)) ]
    same_store whole kept
    mv kept kept_$file
    mv whole whole_$file
done
check "what went on began before" [ "$(sqlite3 kept_cnn/results.sqlite \
    "select count(*) from trial l join trial s on l.started_at = s.started_at and l.epochs > s.epochs")" -ge 1 ]

run status kept_cnn
expect_out 'final states  4 kept for longer trainings, '
run status kept_cnn --json
bytes=$(cat kept_cnn/checkpoints/*.final | wc -c)
expect_out "\"final_states\": {\"trials\": 4, \"bytes\": $bytes}"
run plan cnn.yaml --json -o none
check "what plan says of their size is right within a tenth" sh -c "
    said=\$(grep -o '\"state_bytes\": [0-9]*' out | grep -o '[0-9]*')
    real=\$(cat kept_cnn_short/*.final | wc -c); test \$((10 * said)) -gt \$((9 * real)) -a \$((10 * real)) -gt \$((9 * said))"

# --- a number of steps, in the middle of an epoch: from the end of the last whole one
for n in 22 29; do
    run run cnn.yaml '~grid' training="{steps: $n, batch_size: 40}" --keep-final "${quick[@]}" -o steps
    expect_code 0
done
expect_err '1 trial goes on from epoch 4'
for n in 22 29; do
    run run cnn.yaml '~grid' training="{steps: $n, batch_size: 40}" "${quick[@]}" -o steps_whole
    expect_code 0
done
same_store steps steps_whole

# --- a schedule that depends on the length
cosine=(run mlp.yaml '~zip' training.schedule=cosine,constant --keep-final "${quick[@]}" -o cosine)
run "${cosine[@]}" --dry-run
expect_out 'keeps nothing   of 2 trials: their schedule depends on the length of the training'
run "${cosine[@]}"
check "nothing is kept of those" [ "$(finals cosine)" = 2 ]
run "${cosine[@]}" training.epochs=$long
expect_err '2 trials go on from epoch'
expect_err '2 trials are trained from the beginning, though a shorter training is finished: their schedule depends on the length of the training'
run plan mlp.yaml '~zip' training.schedule=cosine,constant training.epochs=$longest -o cosine --json
expect_out '"extended": 2, "begun_anew": {"schedule": 2, "not_kept": 0, "other_program": 0, "damaged": 0}'

# --- another program, damaged files
run run cnn.yaml --keep-final "${quick[@]}" -o harm
cp "$actgrid" other
echo >>other
run_command ./other plan cnn.yaml training.epochs=$long -o harm
expect_out '2 trials of which a shorter training is finished: its end was kept by another program'
files=(harm/checkpoints/*.final)
printf '\377' | dd of="${files[0]}" bs=1 seek=20 conv=notrunc status=none
printf '\377' | dd of="${files[1]}" bs=1 seek=$(($(stat -c %s "${files[1]}") - 100)) conv=notrunc status=none
run run cnn.yaml training.epochs=$long "${quick[@]}" -o harm
expect_code 0
expect_err '1 trial is trained from the beginning, though a shorter training is finished: the file of its end is damaged'
expect_err 'begins anew: '
expect_err '.final'"' is damaged"
run run cnn.yaml training.epochs=$longest "${quick[@]}" -o harm
same_store harm whole_cnn

# --- killed while it goes on, and while the end is being kept
run run mlp.yaml --keep-final "${quick[@]}" -o killed
kills=0
for ((round = 0; round < 8; round++)); do
    "$actgrid" run mlp.yaml training.epochs=$long --keep-final --checkpoint-every 0.05s -j 2 --progress=none -o killed >out 2>err &
    sleep "0.0$((2 + RANDOM % 8))$((RANDOM % 10))"
    kill -KILL $! 2>/dev/null
    wait $! 2>/dev/null
    if [ $? = 137 ]; then kills=$((kills + 1)); else break; fi
done
run run mlp.yaml training.epochs=$long --keep-final --progress=none -o killed
expect_code 0
run run mlp.yaml training.epochs=$longest --progress=none -o killed
expect_code 0
echo "killed $kills times"
same_store killed whole_mlp
check "the ends of all are there, and nothing half written" \
    [ "$(find killed/checkpoints -type f | wc -l)" = "$(finals killed)" ]

# --- no place to keep it: said once, and everything else as ever
run run cnn.yaml "${quick[@]}" -o full
touch full/checkpoints
run run cnn.yaml training.epochs=$long --keep-final "${quick[@]}" -o full
expect_code 0
check "said once" [ "$(grep -c 'could not be written' err)" = 1 ]
rm full/checkpoints
run run cnn.yaml training.epochs=$longest "${quick[@]}" -o full
same_store full whole_cnn

# --- more seeds, other values, other experiments: what is there is not trained again
sed 's/^name: .*/name: other/; s/^grid: .*/grid: {activation: [rrelu, tanh], training.epochs: [2, 3]}/; /^zip/,/training.early/d' mlp.yaml >other.yaml
echo 'grid: {activation: [rrelu, relu]}' >grid
sed 's/^name: .*/name: first/; /^zip/,/training.early/d; /^grid/d' mlp.yaml | cat - grid >first.yaml
run run first.yaml training.epochs=2 "${quick[@]}" -o shared
expect_err '2 trials in '
refuse_err 'there already'
run run first.yaml training.epochs=2 seeds=3 activation=rrelu,relu,elu "${quick[@]}" -o shared
expect_err '7 trials in '
expect_err '; 2 were there already; '
run run other.yaml "${quick[@]}" seeds=2 -o shared
expect_err '6 trials in '
expect_err '; 2 were there already (of these 2 from experiment first); '
run run other.yaml "${quick[@]}" seeds=2 -o shared
expect_err 'all 8 trials were there already (of these 2 from experiment first)'
run plan other.yaml "${quick[@]:0:2}" seeds=3 -o shared
expect_out 'there already   9 (of these 3 from experiment first), to run 3'
run run first.yaml training.epochs=2 seeds=3 activation=tanh,relu "${quick[@]}" -o shared
expect_err '1 trial in '
expect_err '; 5 were there already (of these 2 from experiment other); '
run status shared
expect_out 'experiment  first'
expect_out 'planned     6'
expect_out 'finished    16'
expect_out 'before it   other: 8 of 8 trials done'
expect_out 'first: 9 of 9 trials done'
run status shared --json
expect_out '"experiments": [{"name": "first", "planned": 6, "done": 6}, {"name": "other", "planned": 8, "done": 8}, '
run query shared 'SELECT count(*), count(DISTINCT trial_id) FROM trial' --format csv
expect_out '16,16'
# the same as one plan that has them all
for words in 'first.yaml training.epochs=2 seeds=3 activation=rrelu,relu,elu,tanh' 'other.yaml seeds=2'; do
    read -ra words <<<"$words"
    run run "${words[@]}" "${quick[@]}" -o once
    expect_code 0
done
same_store shared once

# --- whose checkpoints they are
"$actgrid" run mlp.yaml training.epochs=2000 '~zip' --checkpoint-every 0.05s -j 2 --progress=none -o whose >out 2>err &
for ((i = 0; i < 500; i++)); do
    compgen -G 'whose/checkpoints/*.ckpt' >/dev/null && break
    sleep 0.02
done
kill -KILL $!
wait $! 2>/dev/null
n=$(compgen -G 'whose/checkpoints/*.ckpt' | wc -l)
run status whose --json
check "all are of the plan" [ "$(grep -o '"in_plan": true' out | wc -l)" = "$n" ]
refuse_out '"in_plan": false'
run plan mlp.yaml training.epochs=2000 '~zip' -o whose
expect_out "continued       $n trial"
run run cnn.yaml "${quick[@]}" -o whose
run status whose --json
check "none is of the other plan" [ "$(grep -o '"in_plan": false' out | wc -l)" = "$n" ]
run status whose
expect_out '; not of this experiment'
finish

#!/bin/bash
# actgrid verify: what is the same, what is not, and what cannot be said. Planted: another digest,
# one bit of one number, a row that is gone, other data, settings of another version.
. "$(dirname "$0")/lib.sh"

cat >grid.yaml <<'END'
dataset: {name: csv, path: table.csv, target: y}
model: {type: mlp, depth: 2, width: 8}
optimizer: {name: sgd, learning_rate: 0.05}
training: {epochs: 4, batch_size: 10, robustness: {normal: [0, 0.5]}}
initializer: he_normal
seeds: 2
grid:
  activation: [relu, {formula: 'x*tanh(b*x)', name: mine, parameters: {b: {init: 1, learned: per_layer}}}]
  optimizer.learning_rate: [0.05, 1e9]
END
awk 'BEGIN { OFS = ","; print "a,b,y"; for (i = 0; i < 80; i++) print sin(i), cos(3*i), (sin(i) > 0 ? "p" : "n") }' >table.csv

run run grid.yaml -o store
expect_code 0
if ((code)); then finish; fi
run query store "select count(*) n, sum(status = 'diverged') d from trial" --format csv
expect_out_is "n,d
8,4"
first=$(sqlite3 store/results.sqlite "select trial_id from trial where status = 'finished' order by 1 limit 1")
second=$(sqlite3 store/results.sqlite "select trial_id from trial where status = 'finished' order by 1 limit 1 offset 1")
sum() { (cd "$1" && find . -type f ! -name '*-wal' ! -name '*-shm' -exec sha256sum {} + | sort); }
before=$(sum store)

# --- all of it, by any number of threads, finished and diverged, formulas with names
for threads in 1 3; do
    run verify store -j $threads
    expect_code 0
    expect_out 'verified   8 of 8 trials: the same weights, and the same bits in '
    refuse_out different
    refuse_out cannot
done
check "nothing is written" [ "$(sum store)" = "$before" ]

run verify store --json --progress=none
expect_code 0
expect_err_is
check "JSON" python3 -c '
import json
v = json.load(open("out"))
assert v["trials"] == v["chosen"] == v["verified"] == 8 and v["rest"] == [], v
assert v["different"] == v["cannot"] == v["other_bits"] == v["not_reached"] == 0, v
assert v["values"] > 500, v'

# --- samples: the same ones twice, others by another seed, all there are at most
run verify store --sample 3 --progress=none
expect_code 0
expect_out 'verified   3 of 3 trials (chosen from 8 by seed 0)'
for sample in 25% 0.25; do
    run verify store --sample $sample --progress=none
    expect_out 'verified   2 of 2 trials'
done
run run grid.yaml seeds=25 -o hundred --progress=none
run verify hundred --sample 7% --progress=none # 7, although 0.07 * 100 is a little more
expect_out 'verified   7 of 7 trials (chosen from 100 by seed 0)'
run verify store --sample 100 --progress=none
expect_out 'verified   8 of 8 trials:'
for wrong in 0 -1 200% x 2.5 nan; do
    run verify store "--sample=$wrong"
    expect_code 2
    expect_err "--sample is '$wrong', must be"
done

# --- planted
plant() { # NAME SQL: a copy of the store in which SQL was done
    rm -rf "$1"
    cp -r store "$1"
    sqlite3 "$1/results.sqlite" "$2" || failed "sqlite3: $2"
}
number="(select number from trial where trial_id = '$first')"

plant digest "update trial set digest = '0123456789abcdef' where trial_id = '$first'"
run verify digest
expect_code 4
expect_out 'verified   7 of 8'
expect_out 'different  1'
expect_out "$first"
expect_out 'first digest: 0123456789abcdef stored, '
expect_err "actgrid diff digest $first $first"

plant bit "update epoch_row set val_loss = val_loss * (1 + 2.3e-16) where trial = $number and epoch = 3;
    update layer_epoch_row set weight_norm = weight_norm * 2 where trial = $number and epoch = 2 and layer = 1;
    update trial set seconds = 1e6, started_at = 'x' where trial_id = '$second'"
run verify bit --json
expect_code 4
check "JSON" python3 -c '
import json, sys
v = json.load(open("out"))
assert v["verified"] == 7 and v["different"] == 1, v
(t,) = v["rest"]
assert t["trial_id"] == sys.argv[1] and t["verdict"] == "different" and t["different"] == 2, t
assert t["first"] == "epoch 2, layer 1, weight_norm" == t["largest_at"], t
assert t["largest_relative"] == 0.5 and float(t["stored"]) == 2 * float(t["now"]), t' "$first"

# Words of a store do not command the terminal.
plant escapes "update trial set digest = char(27) || '[31m' where trial_id = '$first';
    update trial set trial_id = char(27) || '[31mevil5678901', activation = char(27) || '[2J' where trial_id = '$second'"
run verify escapes
expect_code 4
expect_out 'different  1'
expect_out 'cannot     1'
check "no escape is printed" not grep -q $'\033' out err

plant gone "delete from epoch_row where trial = $number and epoch = 1"
run verify gone
expect_code 4
expect_out 'first epoch 1, its row: none stored, there now'
refuse_out ' inf '
sqlite3 gone/results.sqlite "update environment set value = 'ffffffffffffffff' where key = 'origin'"
run verify gone
expect_out 'machine; there, or a finite number, on one side only: epoch 1, its row'
refuse_out ' inf '
mkdir -p 'my runs'
cp -r digest 'my runs/digest'
run verify 'my runs/digest'
expect_err "actgrid diff 'my runs/digest' $first $first"

plant robust "update robustness set loss = 0 where trial_id = '$first' and level = 0.5"
run verify robust
expect_code 4
expect_out 'first noise normal, level 0.5, loss: 0 stored, '

plant status "update trial set status = 'diverged', diverged_step = 3 where trial_id = '$first'"
run verify status
expect_code 4
expect_out 'first status: diverged stored, finished now'

plant flight "delete from flight_row"
run verify flight --progress=none
expect_code 4
expect_out "different  4"

# One bit of an array; and the row of the trial, which stands first.
python=
for candidate in python3 /usr/bin/python3; do
    "$candidate" -c 'import numpy, h5py' 2>/dev/null && python=$candidate && break
done
plant array ""
if [ -n "$python" ]; then
    "$python" -c '
import h5py, numpy, sys
with h5py.File("array/curves.h5", "r+") as f:
    ids = [i.decode() for i in f["trials"]["trial_id"]]
    row = ids.index(sys.argv[1])
    f["step/loss"][row, 3] = numpy.nextafter(f["step/loss"][row, 3], numpy.float32(9))' "$first"
    run verify array
    expect_code 4
    expect_out '1 of '
    expect_out 'first curves.h5 step/loss[3]: '
    refuse_out 'no arrays'
    plant lone ""
    "$python" -c '
import h5py
with h5py.File("lone/curves.h5", "r+") as f:
    del f["step/loss"]'
    run verify lone --progress=none
    expect_code 4
    expect_out 'different  8'
    expect_out '1 of '
    expect_out 'first curves.h5 step/loss: none stored, there now'
else
    skip "one bit of an array, because python3 with numpy and h5py is not here"
fi
sqlite3 array/results.sqlite "update epoch_row set train_accuracy = 7 where trial = $number and epoch = 4"
run verify array --progress=none
expect_out 'first epoch 4, train_accuracy: 7 stored'
rm array/curves.h5
run verify array --progress=none
expect_out 'first epoch 4, train_accuracy: 7 stored'
expect_out 'verified   7 of 8'
expect_out 'no arrays  of 8 are in the store'
run verify array --progress=none --json
expect_out '"without_arrays":8,'
echo hello >array/curves.h5
run verify array --progress=none
expect_code 3
expect_err 'array/curves.h5'

# A file that is not as it was written is not read: HDF5 crashes on one byte near its end, and numbers that
# are others by damage are no difference of training.
bytes=$(stat -c %s store/curves.h5)
for at in $((bytes / 2)) $((bytes - 80)); do
    plant damaged ""
    printf '\x5a' | dd of=damaged/curves.h5 bs=1 seek=$at conv=notrunc status=none
    run verify damaged --progress=none
    expect_code 3
    expect_out_is
    expect_err "'damaged/curves.h5' is not as it was written"
    expect_err 'move it away and run again'
done
plant damaged ""
truncate -s -1000 damaged/curves.h5
run verify damaged --progress=none
expect_code 3
expect_err "'damaged/curves.h5'"
expect_err 'move it away and run again'

# Numbers of another program: others are no surprise, and are measured.
plant other "update environment set value = 'ffffffffffffffff' where key = 'origin';
    update environment set value = 'x86-64-v9' where key = 'isa';
    update epoch_row set train_loss = train_loss * 1.001 where trial = $number and epoch = 4"
run verify other
expect_code 0
expect_out 'verified   7 of 8'
expect_out 'other bits 1: expected where they come from another program or machine; the largest difference is 0.001 of the number, epoch 4, train_loss'
expect_out ', was x86-64-v9'
plant other "update environment set value = 'ffffffffffffffff' where key = 'origin'; update trial set digest = ''"
run verify other
expect_code 3
expect_out 'other bits 8'
expect_out 'another build of the program, or another C library'
# A store from before there was an origin: what its words say counts.
plant old "delete from environment where key = 'origin'; update trial set digest = '' where trial_id = '$first'"
run verify old
expect_code 4
plant old "delete from environment where key = 'origin'; update environment set value = 'gcc 3' where key = 'compiler';
    update trial set digest = '' where trial_id = '$first'"
run verify old
expect_code 0
expect_out ', was gcc 3'

# --- what cannot be trained again
plant settings "update trial set settings = replace(settings, 'he_normal', 'he_abnormal') where trial_id = '$first'"
run verify settings
expect_code 0
expect_out 'verified   7 of 8'
expect_out 'cannot     1'
expect_out "did you mean 'he_normal'?"
plant settings "update trial set settings = replace(settings, '\"momentum\":0', '\"momentum\":0.5')"
run verify settings
expect_code 3
expect_out 'cannot     8'
expect_out 'a version stored it whose ids were made otherwise'

echo '1,2,p' >>table.csv
run verify store
expect_code 3
expect_out 'cannot     8 be trained again'
expect_out 'its data set, csv, was another one: digest '
mv table.csv elsewhere.csv
run verify store
expect_code 3
expect_out 'table.csv of csv is no file'

# --- from another folder: the experiment file's is found beside runs/
mkdir -p project/experiments
head -n 81 elsewhere.csv >project/experiments/table.csv
sed '/1e9/d' grid.yaml >project/experiments/grid.yaml
(cd project && "$actgrid" run experiments/grid.yaml --progress=none >/dev/null 2>&1)
run verify project/runs/grid --progress=none
expect_code 0
expect_out 'verified   4 of 4'

# --- a failed trial is counted, a store that is none is said to be
plant failed "update trial set status = 'failed' where trial_id <> '$first'"
mv elsewhere.csv table.csv
sed -i '$d' table.csv
run verify failed
expect_code 0
expect_out 'verified   1 of 1'
expect_out 'failed     7'
rm -rf failed
run verify nowhere
expect_code 3
expect_err nowhere
mkdir empty
run verify empty
expect_code 3

# --- read-only; and while another process has the store open for writing
cp -r store fixed
chmod -R a-w fixed
run verify fixed --progress=none
expect_code 0
chmod -R u+w fixed
rm -rf busy
"$actgrid" run grid.yaml training.epochs=100 seeds=60 ~grid.optimizer.learning_rate -j 1 --progress=none -o busy >/dev/null 2>&1 &
pid=$!
for ((i = 0; i < 400; i++)); do
    n=$(sqlite3 busy/results.sqlite 'select count(*) from trial' 2>/dev/null)
    if ((${n:-0} >= 3)); then break; fi
    sleep 0.02
done
run verify busy --sample 2 --progress=none
expect_code 0
expect_out 'verified   2 of 2'

# --- Ctrl-C: what was verified so far
kill -INT $pid
wait $pid
"$actgrid" verify busy -j 1 --progress=json >out 2>err &
pid=$!
for ((i = 0; i < 400; i++)); do
    if grep -q trial_id err; then break; fi
    sleep 0.01
done
kill -INT $pid
wait $pid
code=$? said="verify, then SIGINT"
expect_code 130
expect_out 'verified '
expect_out 'when it was stopped'
refuse_out 'cannot'

# --- numbers of a higher level are others at a lower one, and the reason is said
run doctor
if grep -q 'isa_processor *x86-64-v[34]' out; then
    ACTGRID_ISA=x86-64-v2 run verify store --progress=none
    expect_out 'isa x86-64-v2, was x86-64-v'
    check "another level: exit 0 or 3" [ $code = 0 -o $code = 3 ]
else
    skip "another level: this processor has one"
fi
finish

# Claims where there is nothing to claim: how often are they SUPPORTED or CONTRADICTED?
#
# relu goes by two names, and each name gets seeds of its own, so that all that differs is chance: a pool
# of trained nets, dealt out to many experiments of 5 seeds and 3 claims. Each is judged by `compare`.
# Of single claims at most 5 % may say anything by the uncorrected p, half of that SUPPORTED; of
# experiments at most 5 % may say anything at all. What is allowed above that is chance in 1 of 1000.
#
#     AG_SPLITS=200 AG_PROGRAM=$PWD/build/release/actgrid bash tests/cli/test_claims_null.sh    in full
. "$(dirname "$0")/lib.sh"
splits=${AG_SPLITS:-25}
seeds=5

cat >null.yaml <<'END'
name: null
dataset: {name: moons, samples: 200, noise: 0.3}
model: {type: mlp, depth: 2, width: 8}
activation: relu
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.1}
training: {epochs: 2}
grid: {activation: [relu, {formula: "max(x,0)", name: same}]}
claims:
  - val_loss(relu) > val_loss(same)
  - mean_train_loss(relu) < mean_train_loss(same)
  - gradient_decay(relu) > gradient_decay(same)
END
sed -e '/^claims/,$d' -e '/^grid/d' null.yaml >pool.yaml

run run pool.yaml -o pool seeds=$((2 * seeds * splits)) --progress=none
expect_code 0
run run null.yaml -o split seeds=$seeds --progress=none
expect_code 0
expect_out 'UNDECIDED     val_loss(relu) > val_loss(same)' # the same nets: no difference at all

# Trials of split $1, relu's and its namesake's, become trials of the pool.
deal() {
    sqlite3 split/results.sqlite "
        ATTACH 'pool/results.sqlite' AS pool;
        BEGIN;
        UPDATE trial SET (val_loss, gradient_decay) = (SELECT p.val_loss, p.gradient_decay
            FROM pool.trial p WHERE p.seed = $(($1 * 2 * seeds)) + trial.seed + $seeds * (trial.activation = 'same'));
        UPDATE epoch_row SET train_loss = (SELECT q.train_loss FROM trial t
            JOIN pool.trial p ON p.seed = $(($1 * 2 * seeds)) + t.seed + $seeds * (t.activation = 'same')
            JOIN pool.epoch_row q ON q.trial = p.number AND q.epoch = epoch_row.epoch
            WHERE t.number = epoch_row.trial);
        COMMIT;" || failed "dealing out split $1"
}

: >verdicts
for ((i = 0; i < splits; i++)); do
    deal $i
    run compare split --metric val_loss --format csv
    expect_code 0
    awk -F, -v dealt=$i '$1 == "claims" && $6 ~ /^(verdict|verdict_alone|test)$/ { print dealt, $6, $7 }' out >>verdicts
done

# count QUANTITY VERDICT...: how many say so; `some` QUANTITY: how many experiments have one that does.
count() { awk -v q="$1" -v v="$2" '$2 == q && index(v, $3) { n++ } END { print n + 0 }' verdicts; }
some() { awk '$2 == "verdict" && $3 != "UNDECIDED" { s[$1] } END { for (i in s) n++; print n + 0 }' verdicts; }

# at_most WHAT FOUND N PERCENT: FOUND of N, where PERCENT are meant: binomial, 1 of 1000.
at_most() {
    printf '%s: %d of %d, at most %s %% are meant\n' "$@"
    check "$1 too often: $2 of $3" awk -v k="$2" -v n="$3" -v p="$4" 'BEGIN {
        p /= 100; term = (1 - p) ^ n; below = 0
        for (i = 0; i < k; i++) { below += term; term *= (n - i) / (i + 1) * p / (1 - p) }
        exit !(1 - below > 0.001) }'
}

claims=$((3 * splits))
check "each claim has a verdict" [ "$(count verdict 'SUPPORTED CONTRADICTED EQUIVALENT UNDECIDED')" = $claims ]
check "each by a t test: seeds differ" [ "$(count test t)" = $claims ]
at_most "claims, uncorrected, false SUPPORTED" "$(count verdict_alone SUPPORTED)" $claims 2.5
at_most "claims, uncorrected, false verdicts" "$(count verdict_alone 'SUPPORTED CONTRADICTED')" $claims 5
at_most "claims, false SUPPORTED" "$(count verdict SUPPORTED)" $claims 2.5
at_most "experiments with a false verdict" "$(some)" "$splits" 5
finish

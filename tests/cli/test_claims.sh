# Claims: read before anything runs, answered at the end of `run` and by `compare`.
. "$(dirname "$0")/lib.sh"

cat >depth.yaml <<'END'
name: depth
dataset: {name: moons, samples: 200, noise: 0.2}
model: {type: mlp, depth: 8, width: 12}
activation: relu
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.1}
training: {epochs: 4}
seeds: 6
grid: {activation: [relu, sigmoid, {formula: "max(x,0)", name: mine}], model.depth: [2, 8]}
claims:
  - gradient_decay(relu) > gradient_decay(sigmoid) at model.depth=8
  - val_loss(relu) ~= val_loss(mine) within 0.01
  - dead_fraction(relu) < 0.9
END

# What is wrong is said before the first trial, at its column.
claim() { sed '/^claims/,$d' depth.yaml; printf 'claims: ["%s"]\n' "$1"; }
claim 'val_los(relu) > val_loss(sigmoid)' >bad.yaml
run run bad.yaml
expect_code 2
expect_err "bad.yaml:10:27: claim: val_los is compared with val_loss"
claim 'val_los(relu) > val_los(sigmoid)' >bad.yaml
run run bad.yaml
expect_code 2
expect_err "bad.yaml:10:11"
expect_err "did you mean 'val_loss'?"
claim 'val_loss(relu) ~= val_loss(sigmoid) within 10%' >bad.yaml
run plan bad.yaml
expect_code 2
expect_err "bad.yaml:10:54: claim: val_loss is compared by differences"
claim 'gradient_decay(relu) ~= gradient_decay(sigmoid) within 0.1' >bad.yaml
run plan bad.yaml
expect_code 2
expect_err "must be a share: within 10%"
claim 'gradient_decay(relu) > 0' >bad.yaml
run plan bad.yaml
expect_code 2
expect_err "the number must be above 0"
claim 'diverged(relu) < 20' >bad.yaml
run plan bad.yaml
expect_code 2
expect_err "bad.yaml:10:28: claim: diverged is a share of trials, the number must be 0 to 1"
check "nothing was started" [ ! -e runs ]

# All four verdicts, and what they rest on.
run run depth.yaml --progress=none
expect_code 0
expect_out 'claims of depth: 2 SUPPORTED, 1 EQUIVALENT'
expect_out 'Holm-corrected over 3 claims'
expect_out 'SUPPORTED     gradient_decay(relu) > gradient_decay(sigmoid) at model.depth=8'
expect_out 'EQUIVALENT    val_loss(relu) ~= val_loss(mine) within 0.01'
expect_out '+0 for every seed, 6 seeds, p = 0.031 (sign test)'
run compare depth --format json
expect_code 0
cp out json
check "numbers of every claim" python3 - json <<'END'
import json, sys
claims = [s for s in json.load(open(sys.argv[1]))["sections"] if s["name"] == "claims"][0]["rows"]
assert [c["verdict"] for c in claims] == ["SUPPORTED", "EQUIVALENT", "SUPPORTED"], claims
assert claims[0]["scale"] == "ratio" and claims[0]["low"] > 1 and claims[0]["n"] == 6
assert abs(claims[1]["p"] - 2 / 2**6) < 1e-15 and claims[1]["test"] == "sign"
assert claims[2]["right"] == 0.9 and claims[2]["high"] < 0
END
run compare depth --format csv # each number with its own metric
expect_out 'claims,gradient_decay,,,gradient_decay(relu) > gradient_decay(sigmoid) at model.depth=8,p,'
expect_out 'claims,val_loss,,,val_loss(relu) ~= val_loss(mine) within 0.01,p,'
run compare depth --metric gradient_decay --cost --format csv
expect_out 'cost,val_accuracy,overall,relu,steps,mean,'
refuse_out 'cost,gradient_decay'
run compare depth --format md
expect_out 'claims of depth'

# Contradicted: 4 where it matters.
claim 'gradient_decay(relu) < gradient_decay(sigmoid)' >wrong.yaml
run run wrong.yaml -o runs/depth --progress=none
expect_code 0
expect_out 'CONTRADICTED  gradient_decay(relu) < gradient_decay(sigmoid)'
run run wrong.yaml -o runs/depth --progress=none --strict
expect_code 4
run compare depth --strict # the one that ran last
expect_code 4
run run depth.yaml --progress=none --strict
expect_code 0
run run wrong.yaml -o runs/depth --progress=none --strict '~claims'
expect_code 0
refuse_out 'claims of'

# Yes or no: exact tests, and few trials say little of what is rare.
sed '/^claims/,$d' depth.yaml >rare.yaml
cat >>rare.yaml <<'END'
claims:
  - diverged(relu) < 0.5 at model.depth=8
  - diverged(relu) < 0.01 at model.depth=8
  - diverged(relu) ~= diverged(sigmoid) at model.depth=8 within 0.5
  - diverged(relu) < 0.6
  - born_dead(mine) ~= born_dead(sigmoid) within 0.6
END
run run rare.yaml -o runs/rare --progress=none seeds=12 training.epochs=1
expect_code 0
expect_out 'claims of depth: 2 SUPPORTED, 2 EQUIVALENT, 1 UNDECIDED'
expect_out '0: -0.01 [-0.01, +0.255], 12 seeds, p = 1 (exact, of a share)'
expect_out 'about 368 seeds would probably settle it'
expect_out '12 seeds, p = 0.0015 (exact, of pairs)'
expect_out '(a seed as one trial, of a share)'
expect_out 'of a share against a number'
run compare rare
expect_out '1, 2: yes or no, one trial a seed: exact binomial test'
run compare rare --format json
cp out json
check "exact tests of shares" python3 - json <<'END'
import json, sys
claims = [s for s in json.load(open(sys.argv[1]))["sections"] if s["name"] == "claims"][0]["rows"]
assert [c["test"] for c in claims] == ["binomial", "binomial", "mcnemar", "binomial", "share"], claims
assert abs(claims[0]["p"] - 2 / 2**12) < 1e-15 and abs(claims[2]["p"] - 2 / 2**12) < 1e-15
assert abs(claims[0]["high"] - (0.5 - 0.025**(1 / 12))) < 1e-12 and claims[0]["low"] == -0.5
END

# Where one side diverged, the other is that of the same seeds: the difference is theirs.
sed '/^claims/,$d' depth.yaml >lost.yaml
echo 'claims: ["val_loss(relu) < val_loss(sigmoid) at model.depth=8"]' >>lost.yaml
run run lost.yaml -o runs/lost --progress=none
expect_code 0
sqlite3 runs/lost/results.sqlite \
    "UPDATE trial SET status = 'diverged' WHERE seed < 2 AND activation = 'relu'"
run compare lost --format json
cp out json
check "sides of the same seeds" python3 - json <<'END'
import json, sys
claim = [s for s in json.load(open(sys.argv[1]))["sections"] if s["name"] == "claims"][0]["rows"][0]
assert claim["n"] == 4 and claim["left_out"] == 2, claim
assert abs(claim["left"] - claim["right"] - claim["difference"]) < 1e-12, claim
END

# More seeds and other settings in the store are not what the claim is about.
run run wrong.yaml -o runs/depth --progress=none seeds=9 model.depth=3
run run depth.yaml --progress=none
expect_out 'p = 0.031 (sign test)'

# A store that lacks trials gives no verdict.
run run wrong.yaml -o runs/part --progress=none seeds=2
sqlite3 runs/part/results.sqlite "DELETE FROM trial WHERE seed = 1 AND activation = 'relu'"
run compare part --strict
expect_code 0
expect_out 'not yet'
expect_out '6 of 8 trials are done'

run help claims
expect_code 0
expect_out 'METRIC(ACTIVATION'
expect_out 'gradient_decay'
finish

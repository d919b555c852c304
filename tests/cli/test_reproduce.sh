#!/bin/bash
# reproduce: the list, a paper of one's own, its report, what is refused.
. "$(dirname "$0")/lib.sh"

mkdir -p experiments/papers mine
printf '%s\n' 'description: what is asked' 'dataset: xor' 'model: {type: mlp, width: 4}' \
    'initializer: he_normal' 'optimizer: sgd' 'training: {epochs: 2}' 'seeds: 3' \
    'grid: {activation: [relu, tanh]}' >experiments/papers/lines.yaml
write_paper() { # TOLERANCE CERTAINTY STEPS
    cat >experiments/papers/lines.paper.yaml <<END
title: On lines
authors: A. Author
year: 2020
id: arXiv:0000.00000
what: Two functions are compared.
figure: curves
deviations: [the data are others]
scales:
  reduced: {overrides: [seeds=2], deviations: [two seeds]}
  full: {}
numbers:
  - what: validation loss before the first step
    metric: val_loss
    epoch: 0
    at: {activation: relu}
    paper: 0.7
    tolerance: $1
    certainty: $2
    source: table 3 of the paper
  - what: steps
    metric: steps
    at: {activation: tanh}
    paper: $3
    tolerance: 0.1
    certainty: $2
    source: table 3 of the paper
  - what: steps
    metric: steps
    at: {activation: gelu}
    paper: 2
    tolerance: 0.1
    certainty: $2
    source: table 4 of the paper
END
}
write_paper 100 figure 10

# The list has all papers, here and beside the program, with every scale.
run reproduce
expect_code 0
expect_out 'On lines'
expect_out 'what is asked'
expect_out 'reduced        4 trials'
expect_out 'full           6 trials'
expect_out 'mnist1d_activations'

run reproduce lines --progress=none
expect_code 0
for words in 'On lines' 'A. Author, 2020, arXiv:0000.00000' 'Scale reduced: seeds=2. 4 trials.' \
    '2 of 3 numbers hold, 1 not compared.' '1 not compared: not in this grid.' \
    'read off the figure' 'table 3 of the paper' 'the data are others' 'two seeds'; do
    expect_out "$words"
done
refuse_out 'command line'
expect_err 'The report is runs/lines-reduced/REPORT.md'
check "the report is Markdown" grep -q '^| validation loss before the first step: relu, epoch 0 | 0.7 | 100 |' runs/lines-reduced/REPORT.md

# Again: nothing is trained, and the same report is not written twice. Another one has another name.
cp runs/lines-reduced/REPORT.md first.md
run reproduce lines --progress=none
expect_code 0
check "one report" [ "$(ls runs/lines-reduced/REPORT*)" = runs/lines-reduced/REPORT.md ]
run reproduce lines seeds=3 -o runs/lines-reduced
expect_code 0
expect_err '4 were there already'
expect_err 'runs/lines-reduced/REPORT-2.md'
expect_out 'asked for on the command line: seeds=3'
check "the first report stays" cmp first.md runs/lines-reduced/REPORT.md
for report in REPORT REPORT-2; do
    figure=$(sed -n 's/^!\[.*\](\(.*\.svg\))$/\1/p' runs/lines-reduced/$report.md)
    check "$report has a figure" [ -f "runs/lines-reduced/$figure" ]
    echo "$figure" >>figures
done
check "each its own" [ "$(sort -u figures | wc -l)" = 2 ]

# The store may have other trials beside those that are asked for.
run reproduce lines training.epochs=3 -o runs/lines-reduced --progress=none
expect_code 0
expect_out 'asked for on the command line: training.epochs=3'
run reproduce lines -o runs/lines-reduced --progress=none
expect_code 0
check "of its own seeds" grep -Eq '^validation loss before .* 2  HOLDS' out
expect_err 'The report is runs/lines-reduced/REPORT.md'

run reproduce lines --scale full --format csv --progress=none
expect_code 0
check "a row for each number" [ "$(grep -c 'table [34]' out)" = 3 ]
run reproduce lines --format json --progress=none
check "JSON" /usr/bin/python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
assert d["paper"] == "lines" and d["scale"] == "reduced", d
assert [n["verdict"] for n in d["numbers"]] == ["HOLDS", "HOLDS", "not compared"], d
assert d["claims"] == [], d' out

# Claims come with their verdicts.
cp experiments/papers/lines.yaml plain.yaml
echo 'claims: ["steps(relu) ~= steps(tanh) within 1", "val_loss(relu) > 100"]' >>experiments/papers/lines.yaml
run reproduce lines --format json --progress=none
expect_code 0
check "JSON with claims" /usr/bin/python3 -c '
import json, sys
c = json.load(open(sys.argv[1]))["claims"]
assert [x["verdict"] for x in c] == ["UNDECIDED", "CONTRADICTED"], c
assert c[1]["item"] == "val_loss(relu) > 100" and c[1]["n"] == 2, c' out
run reproduce lines --format csv --progress=none
expect_code 0
check "CSV with claims" /usr/bin/python3 -c '
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
assert [r["kind"] for r in rows] == ["number"] * 3 + ["claim"] * 2, rows
assert rows[3]["verdict"] == "UNDECIDED" and float(rows[3]["ours"]) == 0 and float(rows[3]["+-"]) == 1, rows
assert float(rows[4]["low"]) < float(rows[4]["ours"]) < float(rows[4]["high"]) < 0, rows' out
cp plain.yaml experiments/papers/lines.yaml

# A paper of one's own, elsewhere; --strict when it differs.
write_paper 100 verified 11
mv experiments/papers/lines* mine
run reproduce mine/lines.paper.yaml --progress=none --strict
expect_code 4
expect_out 'DIFFERS'
run reproduce mine/lines.paper.yaml --progress=none
expect_code 0

run reproduce mine/lines.paper.yaml --scale ful
expect_code 2
expect_err "no scale 'ful'; did you mean 'full'?"
run reproduce born_ded
expect_code 2
expect_err "did you mean 'born_dead'?"
run reproduce mine/none.paper.yaml
expect_code 2
expect_err 'mine/none.paper.yaml'
run reproduce mine/lines.paper.yaml model.dept=2
expect_code 2
expect_err 'depth'
run reproduce mine/lines.paper.yaml --format xml
expect_code 2
write_paper 100 unverified 10
mv experiments/papers/lines.paper.yaml mine
run reproduce mine/lines.paper.yaml
expect_code 2
expect_err 'mine/lines.paper.yaml:18:16: certainty'
run help paper
expect_code 0
expect_out 'read off the figure'
finish

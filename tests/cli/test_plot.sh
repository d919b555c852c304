#!/bin/bash
# plot: figures of a store that a small run left behind.
. "$(dirname "$0")/lib.sh"

cat >small.yaml <<'END'
name: small
dataset: {name: blobs, classes: 3, samples: 300}
model: {type: mlp, width: 8}
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.1}
training: {epochs: 3, batch_size: 50}
seeds: 3
grid:
  activation: [relu, tanh, {formula: "x/(1+exp(-1.5*x))*(x<5)+5*(x>=5)"}]
  model.depth: [2, 4]
END
run run small.yaml -o runs/small --progress=none
expect_code 0

# --- all figures: files, and what is not drawn
run plot small
expect_code 0
expect_out 'runs/small/figures/curves.svg'
expect_out 'runs/small/figures/heatmap.csv'
expect_err 'no figure learning_rates: the trials asked for do not differ in optimizer.learning_rate'
for name in curves gradients dead heatmap box; do
    for ending in svg csv; do
        check "$name.$ending is there" [ -s "runs/small/figures/$name.$ending" ]
    done
    if command -v xmllint >/dev/null; then
        check "$name.svg is well-formed" xmllint --noout "runs/small/figures/$name.svg"
    fi
done
check "nothing else is left" [ "$(ls runs/small/figures | grep -c part)" = 0 ]
check "names are escaped" grep -q 'x&lt;5' runs/small/figures/curves.svg

# --- long titles have several lines
run run small.yaml 'initializer=glorot_uniform,he_normal' -o runs/long --progress=none
run plot long --figure gradients -o titles
expect_code 0
check "no title is cut" not grep -q 'bold.*\.\.\.</text>' titles/gradients.svg
check "all of them are there" [ "$(grep -c 'glorot_uniform' titles/gradients.svg)" = 8 ]
run plot long --figure heatmap --metric born_dead -o titles
expect_code 0
check "nor that of the page" not grep -q 'bold.*\.\.\.</text>' titles/heatmap_born_dead.svg

# --- the numbers are those of the store
want=$("$actgrid" query small "SELECT avg(val_accuracy) FROM trial WHERE activation = 'relu' AND depth = 4" \
    --format csv | tail -n 1)
got=$(grep 'relu,model.depth,4,val_accuracy' runs/small/figures/heatmap.csv | cut -d, -f7)
check "the mean of the heat map is $want" awk "BEGIN { exit !(($want - $got) ^ 2 < 1e-24) }"
trials=$("$actgrid" query small 'SELECT count(*) FROM trial' --format csv | tail -n 1)
check "a point for each trial" [ "$(($(wc -l <runs/small/figures/box.csv) - 1))" = "$trials" ]

# --- nothing is overwritten, and then nothing is written either
run plot small
expect_code 3
expect_err "figures/box.svg' exists, and plot overwrites nothing"
rm runs/small/figures/box.*
run plot small --figure box -o pictures/deep/er --metric train_loss --at model.depth=2
expect_code 0
expect_out_is 'pictures/deep/er/box_train_loss.svg
pictures/deep/er/box_train_loss.csv'
check "half of the trials" [ "$(($(wc -l <pictures/deep/er/box_train_loss.csv) - 1))" = 9 ]
run plot small --figure curves --by none_such -o x
expect_code 2
expect_err "--by is 'none_such', must be one of model.depth"
check "no folder for nothing" [ ! -e x ]

# --- what is wrong, and what would be right
run plot small --figure curve
expect_code 2
expect_err "no figure 'curve'; did you mean 'curves'?"
run plot small --metric val_acuracy
expect_code 2
expect_err "no metric 'val_acuracy'; did you mean 'val_accuracy'?"
run plot small --format svg,gif
expect_code 2
expect_err "--format has 'gif', must be of svg, csv, pdf and png"
run plot small --at depth
expect_code 2
expect_err "--at is 'depth', must be key=value"
run plot small --at model.depth=3
expect_code 2
expect_err 'no trial has model.depth=3; there are: 2, 4'
run plot small --figure curves --metric seconds -o x
expect_code 2
expect_err 'epochs have no seconds: curves are of val_accuracy'
run plot nowhere
expect_code 3

# --- PDF and PNG
if command -v rsvg-convert >/dev/null; then
    run plot small --figure heatmap --format pdf,png -o printed
    expect_code 0
    check "a PDF" grep -qa '^%PDF' printed/heatmap.pdf
    check "a PNG" grep -qa PNG printed/heatmap.png
    check "and nothing else" [ "$(ls printed | wc -l)" = 2 ]
fi
mkdir empty_path
PATH=$work/empty_path run plot small --format png -o unprinted
expect_code 3
expect_err 'PDF and PNG are made by rsvg-convert, which is not on this machine: install librsvg2-bin'
check "nothing was made" [ ! -e unprinted ]

# --- a folder that may not be made
touch file
run plot small -o file/in
expect_code 3
expect_err "could not create the folder 'file/in'"
finish

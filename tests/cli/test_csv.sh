#!/bin/bash
# A table of one's own: three lines of YAML, where it is looked for, and what happens when it
# changes under a store.
. "$(dirname "$0")/lib.sh"
unset ACTGRID_DATA

mkdir lab
{
    echo "length,width,species"
    for i in $(seq 1 60); do
        echo "$((i % 3 * 10 + i % 7)).5,$((i % 5)),$(echo setosa versicolor virginica | cut -d' ' -f$((i % 3 + 1)))"
    done
} >lab/iris.csv
cat >lab/iris.yaml <<'END'
name: iris
dataset: {name: csv, path: iris.csv, target: species}
model: {type: mlp, depth: 1, width: 8}
activation: relu
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.1}
training: {epochs: 2}
END

# --- found beside the experiment file, from wherever it runs
run run lab/iris.yaml -o store --progress=plain
expect_code 0
run query store 'select dataset, status from trial' --format csv
expect_out 'csv(path=iris.csv target=species),finished'

# --- the same again is the same; a changed file is noticed, with and without new trials
run run lab/iris.yaml -o store
expect_code 0
expect_err 'all 1 trials were there already'
sed -i '2s/^.*$/99,4,setosa/' lab/iris.csv
run run lab/iris.yaml -o store
expect_code 3
expect_err 'the data of csv(path=iris.csv target=species) are not those'
run run lab/iris.yaml seeds=2 -o store
expect_code 3
expect_err 'run into another folder (-o DIR)'
run run lab/iris.yaml -o other
expect_code 0
run query store 'select count(*) from trial' --format csv
expect_out 1

# --- mistakes: the experiment file's place for its own, the table's for the table's
run plan lab/iris.yaml dataset.path=nowhere.csv
expect_code 3
expect_err 'nowhere.csv of csv is no file; looked in lab, .'
run plan lab/iris.yaml dataset.target=specis
expect_code 2
expect_err "did you mean 'species'?"
echo '1,?,setosa' >>lab/iris.csv
run plan lab/iris.yaml
expect_code 3
expect_err "lab/iris.csv:62:3: 'width' has no value here"
run plan lab/iris.yaml dataset.missing=drop
expect_code 0
expect_out '1 of 61 rows dropped for missing values'

# --- what a file holds, as text and as JSON
run datasets info lab/iris.csv
expect_code 0
expect_out 'lab/iris.csv: CSV, a table as text; fields separated by commas, with a header'
expect_out '1 values are missing, in 1 column'
expect_out 'dataset: {name: csv, path: lab/iris.csv, target: species, missing: mean}'
run datasets info lab/iris.csv --json
expect_code 0
expect_out '"format": "csv"'
if command -v python3 >/dev/null; then
    check "info --json is JSON" python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$work/out"
fi
run datasets info csv path=lab/iris.csv target=species missing=drop
expect_code 0
expect_out 'note        1 of 61 rows dropped for missing values'
run datasets info lab/iris.csv target=species
expect_code 2
expect_err 'info csv path=FILE target=NAME'
run datasets info csv
expect_code 0
expect_out 'columns that are not read'
run datasets info uci --json
expect_code 0
expect_out '"name": "test_part"'
run datasets info lab/none.csv
expect_code 3
expect_err 'cannot read lab/none.csv'

# --- a value as an axis
run plan lab/iris.yaml dataset.missing=drop,mean
expect_code 0
expect_out '2 trials'
finish

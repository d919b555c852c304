#!/bin/bash
# ag_benchmark, the tool for tuning: it trains, and prints a line per trial. No number is
# looked at, as tests do not time.
. "$(dirname "$0")/lib.sh"
benchmark=${AG_BUILD:?set AG_BUILD to the build folder}/ag_benchmark
unset ACTGRID_DATA

run_command "$benchmark" --both f --rounds 2 --seconds 0.01
expect_code 0
expect_out mnist1d_cnn
expect_out 'relu                               plain'
expect_out 'probes cost'
check "a line per trial" [ "$(grep -c samples/s "$work/out")" = 2 ]

# Every workload is a valid experiment. Without data, examples of the same shape, said so.
for file in "$source"/benchmarks/workloads/*.yaml; do
    run plan "$file" --json
    expect_code 0
done
small="model.depth=1 model.width=8 training.batch_size=64 activation=relu training.steps=10"
# shellcheck disable=SC2086
run_command "$benchmark" a $small --rounds 1 --seconds 0.001
expect_code 0
expect_out 'mlp128, generated instead of mnist'

run_command "$benchmark" a nosuch
expect_code 2
run_command "$benchmark" c model.depht=3
expect_code 2
expect_err "did you mean 'depth'"
run_command "$benchmark" c activation=relu 'optimizer={name: sgd, learning_rate: 1e9}'
expect_code 2
expect_err diverges
run_command "$benchmark" c --rounds 0
expect_code 2
expect_err '--rounds needs a number above 0'
run_command "$benchmark" --help
expect_code 0
expect_out 'ag_benchmark a c'

# The store at scale, small: every view and query answers, the export has every row.
run_command "$AG_BUILD/ag_benchmark_store" --trials 60 --epochs 4 --layers 3 --seeds 3 --json store.json
expect_code 0
expect_out '0.00 M layer rows'
expect_out '@convergence'
check "the same as JSON" python3 -c '
import json
store = json.load(open("store.json"))
assert store["layer_rows"] == 60 * 15, store
assert {e["rows"] for e in store["exports"]} == {60 * 15}, store
assert len(store["queries"]) > 15, store'
# The driver, without PyTorch: nothing is measured well in a hundredth of a second.
run_command "$source/scripts/benchmark" --help
expect_code 0
expect_out 'scripts/benchmark --json'
driver="$source/benchmarks/benchmark.py"
run_command python3 "$driver" --build "$AG_BUILD" --no-torch training --workloads f --rounds 1 \
    --seconds 0.01 --json all.json --markdown table.md
expect_code 0
expect_out 'f mnist1d_cnn b100 sgd relu'
expect_out 'GFLOP/s'
check "JSON has every round" python3 -c 'import json; t = json.load(open("all.json"))["sections"]
assert len(t["training"]["trials"][0]["rounds"]) == 1'
check "Markdown has the row" grep -q '^| f mnist1d_cnn' table.md
run_command python3 "$driver" nosuch
expect_code 2
expect_err "'nosuch' is no section"
run_command "$benchmark" --storing store "$source/experiments/smoke.yaml" training.epochs=1
expect_code 0
expect_out '"trials": 32'
check "it is a store" [ -f store/results.sqlite ]

finish

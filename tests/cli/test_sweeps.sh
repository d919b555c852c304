#!/bin/bash
# A large finished sweep, made as benchmarks/sweeps.sh makes it, is recognised: nothing is
# trained again, and everything is counted.
. "$(dirname "$0")/lib.sh"

run_command "$source/benchmarks/finished_sweep.sh" "$actgrid" made 20
expect_code 0

run run made/sweep.yaml -o made/store
expect_code 0
expect_err 'all 2000 trials were there already'
run query made/store 'SELECT n, count(*) AS cells FROM leaderboard GROUP BY n' --format csv
expect_out_is 'n,cells
20,100'
run plan made/sweep.yaml -o made/store
expect_out 'there already   2000, to run 0'
expect_out 'time            none: nothing is to run'
run plan made/sweep.yaml seeds=21 -o made/store
expect_out 'there already   2000, to run 100'
run status made/store --json
expect_out '"planned": 2000, "done": 2000, "left": 0, "finished": 2000'

# a trial longer than the rest of the plan shares the idle threads: said, as it ends sooner
run plan made/sweep.yaml seeds=1 activation=relu 'optimizer.learning_rate=0.01' -j 2
expect_out ': 1 trial = '
expect_out 'at most about a second on 2 threads'
expect_out 'threads without a trial share the steps of the longest'
run plan made/sweep.yaml seeds=1 activation=relu 'optimizer.learning_rate=0.01' -j 1
refuse_out 'share'

# one trial is missing: it alone is trained
sqlite3 made/store/results.sqlite "delete from trial where number = 1234"
run run made/sweep.yaml -o made/store --progress=none
expect_code 0
run status made/store --json
expect_out '"left": 0, "finished": 2000'
finish

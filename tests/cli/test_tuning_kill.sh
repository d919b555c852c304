#!/bin/bash
# A tuned run that is killed or stopped in either phase goes on to the same choice and the same bits.
. "$(dirname "$0")/lib.sh"
. "$source/tests/cli/tuned.sh"

run run tuned.yaml training.steps=1500 -j 1 -o long --progress=none
expect_code 0
all long >long.txt
stops=0
for n in 5 24 27; do
    for signal in KILL INT; do
        rm -rf broken
        stop_at $n $signal broken run tuned.yaml training.steps=1500 -j 2 -o broken --progress=none
        if grep -q '^stopped after' err; then
            stops=$((stops + 1))
            read -r finished kept begin < <(sed -nE 's/^stopped after .*: ([0-9]+) finished, .* ([0-9]+) checkpointed, ([0-9]+) to begin.*/\1 \2 \3/p' err)
            check "it counts all that it did" [ "$finished" = "$(sql broken 'select count(*) from trial')" ]
            check "and all that is left" [ "$((finished + kept + begin))" = 36 ]
        fi
        run run tuned.yaml training.steps=1500 -j 2 -o broken --progress=none
        expect_code 0
        all broken >broken.txt
        check "killed at $there by $signal: the same" cmp -s long.txt broken.txt
    done
done
check "it was stopped" [ "$stops" -gt 0 ]
finish

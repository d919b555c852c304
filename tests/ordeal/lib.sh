# Helpers of the parts of the ordeal; those of tests/cli/lib.sh are there, too. Source it first:
#
#     . "$(dirname "$0")/lib.sh"
#     subject "full disks"                    # what the table's row is called
#     for ((i = 0; i < $(count 5 50); i++)); do
#         pick 900
#         attempt "disk of $((size = 100 + picked)) KiB"
#         run run ...
#         expect_code 3                       # a check that fails: this attempt is lost
#     done
#     ordeal_finish
#
# The part runs in an empty folder that is removed at the end.
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.sh"

ordeal_kind=${AG_ORDEAL:-short}
ordeal_part=$(basename "$0") ordeal_part=${ordeal_part#part_} ordeal_part=${ordeal_part%.*}
seed=${AG_SEED:-$((SRANDOM % 1000000))}
shims=${AG_SHIMS:-} # the folder of shim_*.so
case $ordeal_kind in
short | full) ;;
*) echo "AG_ORDEAL is '$ordeal_kind', must be short or full" >&2; exit 2 ;;
esac
if [[ ! $seed =~ ^[0-9]+$ ]]; then
    echo "AG_SEED is '$seed', must be a whole number" >&2
    exit 2
fi
RANDOM=$seed
echo "ordeal $ordeal_part: $ordeal_kind, seed $seed"

# count SHORT FULL: the one of the two that is asked for.
count() { if [ "$ordeal_kind" = full ]; then echo "$2"; else echo "$1"; fi; }

# pick N: sets $picked to a whole number from 0 to N - 1, drawn from the seed. No $(pick 9): what a
# subshell draws, the next one draws again.
pick() { picked=$(((RANDOM << 15 | RANDOM) % $1)); }

# subject NAME: what follows is counted under this name.
subject_name= attempt_name= ordeal_lines=() ordeal_lost=0
subject() {
    subject_close
    subject_name=$1 tried=0 lost=0
}
subject_close() {
    attempt_close
    if [ -z "$subject_name" ]; then return; fi
    ordeal_lines+=("ordeal: $subject_name: tried $tried, survived $((tried - lost)), lost $lost")
    ordeal_lost=$((ordeal_lost + lost))
    subject_name=
}

# attempt WHAT: begins one; it survives if no check fails until the next begins.
attempt() {
    attempt_close
    attempt_name=$1 failures_before=$failures tried=$((tried + 1))
}
attempt_close() {
    if [ -z "$attempt_name" ]; then return; fi
    if ((failures > failures_before)); then
        lost=$((lost + 1))
        echo "LOST: $subject_name: $attempt_name"
        echo "  again: scripts/ordeal $([ "$ordeal_kind" = full ] || echo '--short ')--seed $seed $ordeal_part"
    fi
    attempt_name=
}

# ordeal_finish: the lines of the table; the last thing a part does.
ordeal_finish() {
    subject_close
    printf '%s\n' "${ordeal_lines[@]}"
    ((${#ordeal_lines[@]} > 0 && ordeal_lost == 0 && failures == 0))
    exit
}

# ordeal_skip TEXT: this machine cannot do it.
ordeal_skip() {
    skip "ordeal $ordeal_part: $1"
    exit 77
}

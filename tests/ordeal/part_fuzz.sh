#!/bin/bash
# Every fuzz target (tests/fuzz) for a given time, AG_FUZZ_SECONDS each (1800; in short 1), as many at once as
# there are processors: executions, and what they found. Needs clang; in short only where the targets are built
# (scripts/build.sh fuzz). The corpus grows in build/fuzz/corpus, findings lie in build/fuzz/findings.
. "$(dirname "$0")/lib.sh"
fuzz=$source/build/fuzz
if ! command -v clang >/dev/null; then ordeal_skip "clang is not installed"; fi
if [ "$ordeal_kind" = full ]; then
    mapfile -t targets < <(basename -s .c "$source"/tests/fuzz/fuzz_*.c)
    "$source/scripts/build.sh" fuzz "${targets[@]}" || exit
elif ! compgen -G "$fuzz/tests/fuzz_*" >/dev/null; then
    ordeal_skip "the fuzz targets are not built (scripts/build.sh fuzz)"
fi
seconds=${AG_FUZZ_SECONDS:-$(count 1 1800)}
if [[ ! $seconds =~ ^[1-9][0-9]*$ ]]; then
    echo "AG_FUZZ_SECONDS is '$seconds', must be a whole number of seconds" >&2
    exit 2
fi

# fuzz_one NAME: its output goes to the file NAME.
fuzz_one() {
    local name=$1 seeds=()
    if [ -d "$source/tests/cases/$name" ]; then seeds+=("$source/tests/cases/$name"); fi
    mkdir -p "$fuzz/corpus/$name" "$fuzz/findings"
    # More than a process of its own for HDF5 may take, on a busy machine.
    "$fuzz/tests/fuzz_$name" -seed=$((seed + 1)) -max_total_time="$seconds" -timeout=100 -rss_limit_mb=3000 \
        -print_final_stats=1 -artifact_prefix="$fuzz/findings/$name-" "$fuzz/corpus/$name" "${seeds[@]}" >"$name" 2>&1
    echo $? >"$name.code"
}

names=()
for file in "$source"/tests/fuzz/fuzz_*.c; do
    name=$(basename "$file" .c)
    if [ -x "$fuzz/tests/$name" ]; then names+=("${name#fuzz_}"); fi
done
for name in "${names[@]}"; do
    while (($(jobs -rp | wc -l) >= $(nproc))); do wait -n; done
    fuzz_one "$name" &
done
wait
for name in "${names[@]}"; do
    n=$(sed -n 's/^stat::number_of_executed_units: *//p' "$name") code=$(cat "$name.code") found=$((code != 0))
    if ((found)); then
        grep -E 'ERROR|SUMMARY|Test unit written' "$name" || tail -n 5 "$name"
        echo "LOST: fuzz $name: ended with $code"
        echo "  again: build/fuzz/tests/fuzz_$name build/fuzz/findings/$name-..."
    fi
    ordeal_lines+=("ordeal: fuzz $name: tried ${n:-0}, survived $((${n:-0} - (n > 0 ? found : 0))), lost $found")
    ordeal_lost=$((ordeal_lost + found))
done
ordeal_finish

#!/bin/bash
# Configures and builds a preset in build/PRESET, quietly: progress on stderr, the
# whole log only if it fails.
#     scripts/build.sh PRESET [TARGET ...]       no target: all
set -eu -o pipefail
cd "$(dirname "$0")/.."
preset=$1
shift
folder=build/$preset
log=$folder/build.log
mkdir -p "$folder"

# Two builds at once in one folder would trip over each other. 9 is closed with us.
if command -v flock >/dev/null; then
    exec 9>"$folder/.lock"
    flock 9
fi

fail() {
    cat "$log" >&2
    echo "scripts/build.sh: $1 (preset $preset), see above; the log is $folder/build.log" >&2
    exit 3
}

# A copied or renamed checkout brings a build folder that belongs elsewhere.
cache=$folder/CMakeCache.txt
if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$cache"; then
    find "$folder" -mindepth 1 ! -name .lock -delete
fi
# ninja sees changes of everything but the presets.
if [ ! -f "$folder/build.ninja" ] || [ CMakePresets.json -nt "$folder/build.ninja" ]; then
    echo "actgrid: configuring $folder" >&2
    cmake --preset "$preset" >"$log" 2>&1 9>&- || fail "the configuration failed"
    touch "$folder/build.ninja"
fi

# One line that changes on a terminal, one line elsewhere, none if nothing is to do.
progress() {
    local line said=
    while IFS= read -r line; do
        [[ $line == \[*/*\]\ *ing\ C\ * ]] || continue # Building C object, Linking C executable
        if [ -t 2 ]; then
            printf '\r\033[K%.*s' 79 "actgrid: building $line" >&2
        elif [ -z "$said" ]; then
            echo "actgrid: building $folder (a minute or two the first time)" >&2
        fi
        said=1
    done
    if [ -n "$said" ] && [ -t 2 ]; then printf '\r\033[K' >&2; fi
}
targets=()
for target; do targets+=(--target "$target"); done
cmake --build "$folder" "${targets[@]}" 2>&1 9>&- | tee "$log" | progress || fail "the build failed"

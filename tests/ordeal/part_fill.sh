#!/bin/bash
# What nobody has written decides nothing: the same bits, and the same output of every command, whatever
# memory holds before it is written and after it is given back.
. "$(dirname "$0")/lib.sh"
cp "$source"/tests/ordeal/bits/*.yaml .
files=(models parts denormal)
filling=0 # what `random` draws from
fills=($(count "0xff random" "0x00 0x01 0x7f 0x80 0xff random random"))

# expect_same STORE REFERENCE: all tables and arrays but times; the file of the arrays to the last byte.
expect_same() {
    run diff "$1" "$2"
    check "$1 has the bits of $2" [ $code = 0 ]
    check "the arrays of $1 are those of $2" cmp "$1/curves.h5" "$2/curves.h5"
}

# with FILL WORD...: the program, in such memory.
with() { run_command env LD_PRELOAD="$shims/shim_fill.so" AG_FILL="$1" AG_SEED="$filling" "$actgrid" "${@:2}"; }

for file in "${files[@]}"; do
    run run $file.yaml -j 2 -o $file --progress=none
    expect_code 0
done
printf 'x,y\n1,a\n2,b\n3,a\n' >table.csv

# Their output, but for what is measured.
measured=" ns an element| ns, dy |_ns\"|^ *(memory|time) "
commands=(
    "plan models.yaml --trials"
    "plan parts.yaml"
    "query models select trial_id,digest,val_loss,status from trial order by 1"
    "query models @leaderboard --format csv"
    "query parts @gradient_decay --format json"
    "status parts"
    "activations list"
    "activations show gelu --json"
    "activations show x*tanh(softplus(x))"
    "activations check swish"
    "initializers show orthogonal"
    "models show cnn"
    "optimizers"
    "datasets list"
    "datasets info table.csv"
    "datasets info mnist1d samples=200"
    "datasets export mnist1d samples=100"
    "completion bash"
    "help experiment"
    "plan nowhere.yaml"
)
# say WORD...: the words of a command, of which SQL is one.
say() {
    if [ "$1" = query ] && [ "$3" = select ]; then
        printf '%s\n' "$1" "$2" "${*:3}"
    else
        printf '%s\n' "$@"
    fi
}

for fill in "${fills[@]}"; do
    pick 1000000
    filling=$picked
    subject "memory that holds $fill"
    attempt "memory holds it"
    holds='import ctypes; c = ctypes.CDLL(None); c.malloc.restype = ctypes.c_void_p; print(ctypes.string_at(c.malloc(99), 99).hex())'
    run_command env LD_PRELOAD="$shims/shim_fill.so" AG_FILL=$fill AG_SEED=$filling python3 -c "$holds"
    expect_code 0
    if [ $fill = random ]; then
        check "many different bytes" [ "$(fold -w 2 out | sort -u | wc -l)" -gt 20 ]
    else
        expect_out_is "$(printf "${fill#0x}%.0s" {1..99})"
    fi
    for file in "${files[@]}"; do
        attempt "run $file.yaml in memory of $fill"
        rm -rf other
        with $fill run $file.yaml -j 2 -o other --progress=none
        expect_code 0
        expect_same other $file
    done
    attempt "going on from a checkpoint in memory of $fill"
    rm -rf other
    for ((i = 0; i < 3; i++)); do
        LD_PRELOAD="$shims/shim_fill.so" AG_FILL=$fill AG_SEED=$filling timeout -s TERM "0.$((3 + i))" "$actgrid" run models.yaml \
            -j 2 --checkpoint-every=0.01s -o other --progress=none >/dev/null 2>&1 </dev/null
    done
    with $fill run models.yaml -j 2 -o other --progress=none
    expect_code 0
    expect_same other models
    for command in "${commands[@]}"; do
        attempt "$command in memory of $fill"
        mapfile -t words < <(say $command)
        run "${words[@]}"
        grep -vE "$measured" out >out.plain
        cp err err.plain
        plain=$code
        with $fill "${words[@]}"
        expect_code $plain
        check "what it prints" cmp out.plain <(grep -vE "$measured" out)
        check "what it says" cmp err err.plain
    done
    attempt "export in memory of $fill"
    rm -rf tables tables.plain
    run export models -o tables.plain
    with $fill export models -o tables
    expect_code 0
    check "the same files" diff -r tables tables.plain
done
ordeal_finish

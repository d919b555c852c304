#!/bin/bash
# The frame of the command line: help, options, unknown words, streams.
. "$(dirname "$0")/lib.sh"

# --- overview ---------------------------------------------------------------
run
expect_code 2
expect_out_is
expect_err 'usage: actgrid COMMAND'

run --help
expect_code 0
expect_err_is
cp out overview
run help
expect_code 0
check '--help and help say the same' cmp -s out overview
check 'the overview fits 80 columns' not grep -qE '.{81}' overview
run -h
check '-h and help say the same' cmp -s out overview

run --version
expect_code 0
check 'version is one line' grep -qxE 'actgrid [0-9]+\.[0-9]+\.[0-9]+ \(.+\)' out

# --- every command there is, and no other, is in the overview and has a help ----
commands=$(cd "$source/harness/cli/commands" && ls cmd_*.c | sed 's/cmd_\(.*\)\.c/\1/')
for command in $commands; do
    check "overview lists $command" grep -qE "^  $command  *[^ ]" overview
    run "$command" --help
    expect_code 0
    expect_err_is
    expect_out "usage: actgrid $command"
    expect_out '--trace'
    check "help of $command has an example" grep -qE "^ +actgrid $command" out
    check "help of $command fits 80 columns" not grep -qE ".{81}" out
    cp out first
    run help "$command"
    check "help $command is $command --help" cmp -s out first
    run "$command" --no-such-option-anywhere
    expect_code 2
    expect_err "unknown option '--no-such-option-anywhere'"
    expect_err "see: actgrid $command --help"
    expect_out_is
done
check 'commands were found' [ "$(wc -w <<<"$commands")" -ge 10 ]

# --- wrong words ------------------------------------------------------------
while read -r word right; do
    run "$word"
    expect_code 2
    expect_out_is
    expect_err_is "actgrid: unknown command '$word'; did you mean '$right'?
see: actgrid --help"
done <<'WORDS'
dcotor doctor
optimiser optimizers
hepl help
PROBES probes
WORDS
run zzzzzzzzzz
expect_code 2
expect_err_is "actgrid: unknown command 'zzzzzzzzzz'
see: actgrid --help"
run --jsn
expect_code 2
expect_err "unknown option '--jsn'; a command comes first"
run ''
expect_code 2
run "$(printf 'a\033[31mb\nc')"
expect_code 2
expect_err 'a\x1b[31mb\nc'
run "$(head -c 100000 /dev/zero | tr '\0' x)"
expect_code 2

run help experimnt
expect_code 2
expect_err "no command or topic 'experimnt'; did you mean 'experiment'?"
for topic in experiment environment sql exit-codes; do
    run help $topic
    expect_code 0
    check "topic $topic says something" [ "$(wc -l <out)" -ge 4 ]
    check "topic $topic fits 80 columns" not grep -qE ".{81}" out
done
run help exit-codes
expect_out '130'
run help environment
expect_out 'ACTGRID_DATA'
run help sql
expect_out 'quantile(x, p)'

# --- options ----------------------------------------------------------------
run losses --jsno
expect_code 2
expect_err "unknown option '--jsno'; did you mean '--json'?"
run losses --json=yes
expect_code 2
expect_err '--json takes no value'
run losses --json --json
expect_code 2
expect_err '--json is given twice'
run losses -1
expect_code 2
expect_err "unknown option '-1'; write -- before words that begin with -"
run losses show -- -1
expect_code 2
expect_err "no loss '-1'"
run losses -- --json
expect_code 2
expect_err "'--json' is not list or show"
run losses --json show cross_entropy
expect_code 0
cp out first
run losses show cross_entropy --json
check 'options may stand anywhere' cmp -s out first
run losses show ~a=b
expect_code 2
expect_err "no loss '~a=b'"
run losses show a b
expect_code 2
expect_err "'b' is too much"
run doctor x
expect_code 2
expect_err "'doctor' takes no words, but 'x' was given"
run completion
expect_code 2
expect_err "'completion' needs bash|zsh|fish"
run losses nothing --trace -h
expect_code 0

# --- catalogues -------------------------------------------------------------
for kind in initializers models optimizers schedules losses probes; do
    run $kind
    expect_code 0
    cp out first
    run $kind list
    check "$kind and $kind list are the same" cmp -s out first
    check "$kind are there" [ "$(wc -l <out)" -ge 1 ]
    for name in $(awk '{print $1}' first); do
        run $kind show "$name"
        expect_code 0
        expect_out formula
        expect_out parameters
        run $kind show "$name" --json
        expect_out "{\"name\": \"$name\""
    done
    run $kind show zzzzzzzzzzzz
    expect_code 2
    expect_err "\`actgrid $kind\` lists what there is"
    run $kind show
    expect_code 2
    expect_err "'show' needs a NAME"
    run $kind lits
    expect_code 2
    expect_err "did you mean 'list'?"
done
run optimizers show adm
expect_code 2
expect_err "no optimizer 'adm'; did you mean 'adam'?"
run optimizers adam
expect_code 2
expect_err "did you mean 'show adam'?"
run optimizers show sgd
expect_case optimizers_show_sgd
run losses show cross_entropy --json
expect_case losses_show_json

# --- doctor -----------------------------------------------------------------
unset ACTGRID_ISA
run doctor
expect_code 0
for key in version git_revision compiler flags cpu isa cores threads hdf5 sqlite gsl denormals \
    disk_free; do
    check "doctor prints $key" grep -qE "^  $key +[^ ]" out
done
expect_out 'mnist1d           generated, needs no files'
expect_out 'csv               files of your own'
expect_out 'isa_forced        no'

# Instruction-set levels; v2 is on every machine that has levels.
if [ "$(uname -m)" = x86_64 ]; then
    for word in v2 x86-64-v2; do
        ACTGRID_ISA=$word run doctor
        expect_code 0
        check "the level is v2" grep -qE '^  isa +x86-64-v2$' out
        check "doctor says why" grep -qE "^  isa_forced +ACTGRID_ISA=$word$" out
    done
fi
ACTGRID_ISA=v33 run --version
expect_code 2
expect_out_is
expect_err_is "actgrid: ACTGRID_ISA is 'v33', must be v2, v3 or v4, or x86-64-v2 and so on"
ACTGRID_DATA=$work run doctor
expect_out 'missing: actgrid datasets fetch mnist'
expect_out 'tar.xz is missing: actgrid datasets fetch uci'
if command -v python3 >/dev/null; then
    for words in 'doctor' 'optimizers' 'models show mlp' 'probes list'; do
        run $words --json
        cp out text.json
        run_command python3 -m json.tool text.json
        expect_code 0
    done
else
    skip 'that JSON is well-formed: there is no python3'
fi

# --- colours ----------------------------------------------------------------
run --help
refuse_out "$(printf '\033')"
# `script` gives the program a terminal.
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    help="$(printf %q "$actgrid") --help"
    TERM=xterm script -qec "$help" /dev/null >out 2>err </dev/null
    expect_out "$(printf '\033[1m')"
    NO_COLOR=1 TERM=xterm script -qec "$help" /dev/null >out 2>err </dev/null
    refuse_out "$(printf '\033[1m')"
else
    skip 'colours on a terminal: no script(1), or no terminal to be had'
fi

# --- completions and the manual page ----------------------------------------
run completion bash
expect_code 0
check 'the bash completion is bash' bash -n out
cp out completion.bash
complete_words() { # what bash would offer for the last word
    bash -c '. ./completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _actgrid
             printf "%s\n" "${COMPREPLY[@]}"' bash "$@" >out 2>err
    said="complete $*" code=$?
}
complete_words actgrid do
expect_out_is doctor
complete_words actgrid optimizers sh
expect_out_is show
complete_words actgrid optimizers show ada
expect_out_is "$(printf 'adam\nadamw')"
complete_words actgrid losses --j
expect_out_is --json
complete_words actgrid help exp
expect_out experiment
complete_words actgrid completion z
expect_out_is zsh
touch some_file.yaml
complete_words actgrid run some
expect_out_is some_file.yaml

run completion zsh
expect_code 0
check 'the zsh completion begins as it must' [ "$(head -n 1 out)" = '#compdef actgrid' ]
if command -v zsh >/dev/null; then
    check 'the zsh completion is zsh' zsh -n out
else
    skip 'that zsh reads its completion: there is no zsh'
fi
run completion fish
expect_code 0
expect_out "complete -c actgrid -n __fish_use_subcommand -f -a doctor"
if command -v fish >/dev/null; then
    check 'the fish completion is fish' fish -n out
else
    skip 'that fish reads its completion: there is no fish'
fi
run completion csh
expect_code 2
expect_err "no completion for 'csh'"

run help --man
expect_code 0
expect_out '.TH ACTGRID 1'
for command in $commands; do
    check "the manual page has $command" grep -qE "^\.SS actgrid $command( |\$)" out
done
if command -v man >/dev/null && command -v groff >/dev/null; then
    cp out actgrid.1
    run_command man -l --warnings=all -E UTF-8 -Tutf8 actgrid.1
    expect_code 0
    expect_err_is
else
    skip 'that man reads the manual page: there is no man'
fi

# --- streams ----------------------------------------------------------------
# A full disk is noticed, a reader that leaves is not worth a word.
if [ -w /dev/full ]; then
    said='--help > /dev/full'
    "$actgrid" --help >/dev/full 2>err </dev/null
    code=$?
    expect_code 3
    expect_err 'could not write the output: No space left on device'
else
    skip 'a full disk: there is no /dev/full'
fi
said='--help >&-'
"$actgrid" --help >&- 2>err </dev/null
code=$?
expect_code 3
expect_err 'could not write the output'
said='doctor 2>&-'
"$actgrid" doctor 2>&- >out </dev/null
code=$?
expect_code 0
said='help --man | true'
for i in 1 2 3; do
    { "$actgrid" help --man 2>err </dev/null; echo $? >code; } | true
    code=$(cat code)
    check 'a closed pipe ends it quietly' [ "$code" = 0 -o "$code" = 141 ]
    check 'a closed pipe is no message' [ ! -s err ]
done

finish

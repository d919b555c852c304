# Helpers of the tests that run the program. Source it first:
#
#     . "$(dirname "$0")/lib.sh"
#     run query store 'select 1'
#     expect_code 0
#     expect_out '1'
#     finish
#
# The test runs in an empty folder that is removed at the end, with the program's
# path in $actgrid, the repository in $source, and without NO_COLOR and friends.
set -u
actgrid=${AG_PROGRAM:?set AG_PROGRAM to the actgrid program}
source=${AG_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
work=$(mktemp -d)
cd "$work" || exit 3
trap 'cd /; rm -rf "$work"' EXIT
unset NO_COLOR OMP_NUM_THREADS
export LC_ALL=C TERM=dumb XDG_CACHE_HOME=$work/.cache

checks=0 failures=0
code= said="" there= # of the last run; of stop_at

# run WORD...: the program with these words; sets $code, fills files out and err.
# stdin is empty.
run() { run_command "$actgrid" "$@"; }

# run_command COMMAND WORD...: the same for any command.
run_command() {
    said="$*"
    "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    if ((code >= 128 && code != 130 && code != 141)); then failed "ended by signal $((code - 128))"; fi
}

# stop_at N SIGNAL STORE WORD...: the program with these words, ended by the signal when STORE has N
# trials. Sets $there to how many it had, fills files out and err.
stop_at() {
    local n=$1 signal=$2 store=$3 pid i
    shift 3
    "$actgrid" "$@" >"$work/out" 2>"$work/err" </dev/null &
    pid=$!
    for ((i = 0; i < 1500; i++)); do
        there=$(sqlite3 "$store/results.sqlite" 'select count(*) from trial' 2>/dev/null)
        if ((${there:-0} >= n)); then break; fi
        sleep 0.01
    done
    kill -"$signal" $pid 2>/dev/null
    wait $pid 2>/dev/null
    said="$* (ended by $signal at $there trials)"
}

# failed TEXT: notes a failure with what was run and what it said.
failed() {
    failures=$((failures + 1))
    printf 'FAILED: %s\n  command: %s\n  code: %s\n' "$1" "$said" "$code"
    sed 's/^/  out: /' "$work/out" | head -n 20
    sed 's/^/  err: /' "$work/err" | head -n 20
}

# check TEXT COMMAND...: COMMAND must succeed; TEXT says what that means.
check() {
    local text=$1
    shift
    checks=$((checks + 1))
    "$@" || failed "$text"
}

expect_code() { check "exit code must be $1" [ "$code" = "$1" ]; }

# Fixed text somewhere in stdout or stderr.
expect_out() { check "stdout must contain: $1" grep -qF -e "$1" "$work/out"; }
expect_err() { check "stderr must contain: $1" grep -qF -e "$1" "$work/err"; }
refuse_out() { check "stdout must not contain: $1" not grep -qF -e "$1" "$work/out"; }
refuse_err() { check "stderr must not contain: $1" not grep -qF -e "$1" "$work/err"; }
not() { ! "$@"; }

# The whole of stdout or stderr; without words: nothing at all.
expect_out_is() { check "stdout must be exactly: ${1-}" [ "$(cat "$work/out")" = "${1-}" ]; }
expect_err_is() { check "stderr must be exactly: ${1-}" [ "$(cat "$work/err")" = "${1-}" ]; }

# expect_case NAME: stdout, stderr and code are those of tests/cli/cases/NAME. With
# AG_ACCEPT=1 the file is written instead, and the difference is reviewed in git.
expect_case() {
    local file=$source/tests/cli/cases/$1
    { cat "$work/out"; sed 's/^/stderr: /' "$work/err"; echo "code: $code"; } >"$work/now"
    if [ -n "${AG_ACCEPT-}" ]; then cp "$work/now" "$file"; fi
    checks=$((checks + 1))
    diff -u "$file" "$work/now" || failed "output differs from tests/cli/cases/$1"
}

# skip TEXT: says plainly what was not tested.
skip() { printf 'skipped: %s\n' "$1"; }

# finish: the verdict; the last line of every test.
finish() {
    printf '%d checks, %d failed\n' "$checks" "$failures"
    ((failures == 0 && checks > 0))
    exit
}

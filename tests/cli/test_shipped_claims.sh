#!/bin/bash
# The textbook's claims, experiments/claims: every file plans, is explained and stands in the table of
# the folder's README; the fastest are run, and come to the verdicts of the table.
. "$(dirname "$0")/lib.sh"
folder=$source/experiments/claims
page=$folder/README.md

claims_of() { sed -n '/^claims:/,$s/^  - //p' "$1"; }

# The rows of a table as: experiment, claim, verdict; the experiment's name stands in its first row only.
verdicts() {
    awk -F ' [|] ' '/^[|] *[a-z_]* *[|] `/ {
        sub(/^[|] */, "", $1)
        if ($1 != "") name = $1
        print name, $2, $3
    }' "$1"
}

verdicts "$page" >in_table
count=0
for file in "$folder"/*.yaml; do
    name=$(basename "$file" .yaml)
    count=$((count + 1))
    run plan "claims/$name" --trials
    expect_code 0
    check "$name has no errors, notes or warnings" [ ! -s err ]
    check "$name is called what its file is" grep -qx "name: $name" "$file"
    check "$name has runs/$name for itself" \
        [ "$(cat "$source"/experiments/*.yaml "$source"/experiments/*/*.yaml | grep -cx "name: $name")" = 1 ]
    for word in Textbook Measured Found; do
        check "$name says: $word" grep -qE "^# $word( \(.*)?:? " "$file"
    done
    claims_of "$file" >claims
    check "$name has claims" [ -s claims ]
    while IFS= read -r claim; do
        check "the table has of $name: $claim" grep -qF -e "$name \`$claim\` " in_table
    done <claims
    check "the table has nothing else of $name" \
        [ "$(grep -c "^$name " in_table)" = "$(wc -l <claims)" ]
done
check "there are experiments" [ "$count" -ge 20 ]
check "the table is of these experiments" [ "$(cut -d' ' -f1 in_table | sort -u | wc -l)" = "$count" ]

for name in linear_collapse vanishing_gradients regression_head; do
    run_command env AG_PROGRAM="$actgrid" "$source/scripts/claims" -o stores "$name"
    expect_code 0
    verdicts out >verdicts_now
    grep "^$name " in_table >verdicts_then
    check "$name: verdicts are those of the table" cmp -s verdicts_then verdicts_now
done

run_command env AG_PROGRAM="$actgrid" "$source/scripts/claims" no_such_claim
expect_code 2
expect_err "no experiment 'no_such_claim'"
finish

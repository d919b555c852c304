#!/bin/bash
# at_level.sh LEVEL COMMAND...: the command with ACTGRID_ISA=LEVEL, or 77, which ctest
# takes for skipped, where this processor does not have that level.
set -u
export ACTGRID_ISA=$1
shift
"${AG_PROGRAM:?set AG_PROGRAM to the actgrid program}" --version >/dev/null 2>&1
if (($? == 3)); then
    echo "skipped: this processor does not have x86-64-$ACTGRID_ISA"
    exit 77
fi
exec "$@"

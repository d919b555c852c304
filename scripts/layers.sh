#!/bin/sh
# Compares every #include "..." with scripts/layers.txt. Silence means they agree.
cd "$(dirname "$0")/.." || exit 2
grep -rn --include='*.[ch]' '^#include "[a-z]*/' harness activations datasets models results |
awk '
    function module(path,   part) {
        split(path, part, "/")
        return part[1] == "harness" || part[1] == "results" ? part[1] "/" part[2] : part[1]
    }
    FILENAME == "scripts/layers.txt" {
        if (/^#/ || NF == 0) next
        for (i = 3; i <= NF; i++) {
            may[$1, $i] = 1
            if (!($i in known)) { print FILENAME ":" FNR ": " $i " must stand above " $1; bad = 1 }
        }
        known[$1] = 1
        next
    }
    {
        split($0, at, ":"); from = module(at[1])
        split($0, quoted, "\""); to = module(quoted[2])
        if (from == to || (from, to) in may) next
        print at[1] ":" at[2] ": " from " does not depend on " to
        bad = 1
    }
    END { exit bad }
' scripts/layers.txt -

#!/bin/bash
# actgrid activations: list, show, check.
. "$(dirname "$0")/lib.sh"

run activations
expect_code 0
expect_out 'gelu               x Phi(x)'
expect_out 'arXiv:1606.08415'
expect_err_is
run activations list --json
python3 -c '' 2>/dev/null || { skip "JSON: no python3"; python3() { :; }; }
check "list --json is JSON" python3 -c 'import json; json.load(open("out"))'

# Expectations under N(0, 1): E relu = 1 / sqrt(2 pi), E relu^2 = 1/2, gain sqrt 2;
# SELU keeps mean 0 and variance 1, and E f'^2 =
# lambda^2 (1/2 + alpha^2 e^2 Phi(-2)).
run activations show relu
expect_code 0
expect_out 'E f(z)      0.398942'
expect_out 'E f(z)^2    0.500000'
expect_out 'gain        1.414214'
expect_out 'two formulas meet at 0'
run activations show selu
expect_out 'E f(z)^2    1.000000'
expect_out "E f'(z)^2   1.07157"
run activations show gelu --at -10
expect_out '-7.619853024e-23   -7.618400096e-22'
run activations show step
expect_out 'forward only'
run activations show silu
expect_out 'also called silu'

# Points in double precision, at parameters that are not standard.
run activations show elu alpha=0.5 --at -1,2 --json
check "show --json has the points" python3 -c '
import json, math
p = json.load(open("out"))
assert p["settings"] == {"alpha": 0.5}
a, b = p["points"]
assert a["x"] == -1 and abs(a["value"] - 0.5 * math.expm1(-1)) < 1e-15
assert abs(a["derivative"] - 0.5 * math.exp(-1)) < 1e-15 and b["derivative"] == 1'

run activations check
expect_code 0
refuse_out 'DOES NOT HOLD'
run activations check swish beta=-2.5 --json
expect_code 0
expect_out '"good": true'

run activations show glu
expect_code 2
expect_err_is "actgrid: unknown activation 'glu'; did you mean 'elu'?"
run activations show elu alpha=-1
expect_code 2
expect_err 'alpha is -1, must be 0 to 100'
run activations show elu beta=1
expect_code 2
expect_err "elu has no parameter 'beta'"
run activations show elu alpha=1 alpha=2
expect_code 2
expect_err "'alpha' is given twice"
run activations show elu alpha
expect_code 2
expect_err "'alpha' must be a parameter: NAME=VALUE"
run activations show gelu --at 1,nan
expect_code 2
expect_err "--at has 'nan', must be numbers with commas between"
run activations shwo relu
expect_code 2
expect_err "did you mean 'show'?"
run activations relu
expect_code 2
expect_err "did you mean 'show relu'?"
finish

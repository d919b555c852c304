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
expect_out 'f jumps by 1'
expect_out 'every net is chaotic'
expect_out 'bounded     yes'
run activations show silu
expect_out 'also called silu'

expect_out 'turns at x = -1.27846 (f = -0.278465)'
expect_out 'bounded     below'
# The edge of chaos (Hayou et al. 2019 print 1.3029 for tanh, by Monte Carlo).
run activations show tanh
expect_out '0.2     1.3041'
expect_out 'range       (-1, 1)'
expect_out 'symmetry    odd'
expect_out 'smooth      yes'
run activations show elu
expect_out "at 0 f'' jumps by -1"

# Formulas with bad places.
run activations show 'sqrt(x)'
expect_code 0
expect_out 'undefined   for x < 0'
run activations show 'exp(x)'
expect_out 'overflow    f for x > 88.72283'
run activations show 'log(x)' --json
check "what is not finite is null or a word in JSON" python3 -c '
import json
a = json.load(open("out"))
assert a["infimum"] == "-infinity" and a["mean"] is None and len(a["undefined"]) == 1
assert a["mean_field"]["kind"] == "undefined"'

# Points in double precision, at parameters that are not standard.
run activations show elu alpha=0.5 --at -1,2 --json
check "show --json has the points" python3 -c '
import json, math
p = json.load(open("out"))
assert p["settings"] == {"alpha": 0.5}
keys = """activation settings forward_only can_learn seams jumps continuous_derivatives smooth
undefined infimum infimum_taken supremum supremum_taken limit_before limit_after bounded monotone
turns symmetry zero_centred overflows derivative_overflows mean mean_square mean_derivative_square
gain mean_field float_path points""".split()
assert list(p) == keys, p.keys()
assert p["infimum"] == -0.5 and p["supremum"] == "infinity" and p["jumps"][0]["order"] == 1
assert len(p["mean_field"]["edge_of_chaos"]) == 6 and len(p["mean_field"]["depth_scales"]) == 3
assert p["float_path"]["forward_ns"] > 0 and 0 < p["float_path"]["value_ulp"] <= 4
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

#!/bin/bash
# actgrid activations: list, show, check, bench.
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
expect_out 'derivative  (1+erf(x/sqrt(2)))/2+x*exp(-x^2/2)/sqrt(2*pi)'
expect_out '-7.619853024e-23   -7.618400096e-22'
run activations show step
expect_out 'forward only'
expect_out 'f jumps by 1'
expect_out 'chaos where q'
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

# What oscillates: exact, or it is said how far that goes.
run activations show 'x*sin(x)'
expect_code 0
expect_out 'derivative  sin(x)+x*cos(x)'
expect_out 'he           1.4142   grows without bound'
expect_out '0.7023     2.394'
run activations show 'sin(10*x)'
expect_out '< 0.05'
expect_out 'q comes back at once'
refuse_out 'off by'
refuse_out nan
run activations show 'sin(1e6*x)'
expect_out 'off by'

# Formulas with bad places.
run activations show 'sqrt(x)'
expect_code 0
expect_out 'undefined   for x < 0'
run activations show 'exp(x)'
expect_out 'overflow    f for x > 88.72283'
run activations show '1/x'
expect_out 'E f(z)^2    undefined, or infinite'
expect_out 'zero-centred no: E f(z) is undefined'
expect_out 'symmetry    odd'
refuse_out inf" "
run activations show '1e308*x'
refuse_out nan
expect_out 'symmetry    odd'
run activations show '0*x'
refuse_out ' -0 '
run activations show 'log(x)' --json
check "what is not finite is null or a word in JSON" python3 -c '
import json
a = json.load(open("out"))
assert a["infimum"] == "-infinity" and a["mean"] is None and len(a["undefined"]) == 1
assert a["gain"] is None and a["points"][0] == {"x": -3, "value": None, "derivative": None}
assert a["mean_field"]["kind"] == "undefined"'

# Points in double precision, at parameters that are not standard.
run activations show elu alpha=0.5 --at -1,2 --json
check "show --json has the points" python3 -c '
import json, math
p = json.load(open("out"))
assert p["settings"] == {"alpha": 0.5} and p["derivative"] == "where(x>0,1,alpha*exp(x))"
keys = """activation derivative settings forward_only can_learn seams jumps continuous_derivatives smooth
undefined infimum infimum_taken supremum supremum_taken limit_before limit_after bounded monotone
turns n_turns symmetry zero_centred overflows derivative_overflows mean mean_square mean_derivative_square
expectations_off gain mean_field float_path points""".split()
assert list(p) == keys, p.keys()
assert p["infimum"] == -0.5 and p["supremum"] == "infinity" and p["jumps"][0]["order"] == 1
assert len(p["mean_field"]["edge_of_chaos"]) == 6 and len(p["mean_field"]["depth_scales"]) == 3
assert p["float_path"]["forward_ns"] > 0 and 0 < p["float_path"]["value_ulp"] <= 4
a, b = p["points"]
assert a["x"] == -1 and abs(a["value"] - 0.5 * math.expm1(-1)) < 1e-15
assert abs(a["derivative"] - 0.5 * math.exp(-1)) < 1e-15 and b["derivative"] == 1'

run activations show 'x^3' --at=-1,1e200 --json
check "what is too large for a double is no null" python3 -c '
import json
p = json.load(open("out"))["points"]
assert p[1] == {"x": 1e200, "value": "infinity", "derivative": "infinity"} and p[0]["value"] == -1'
run activations show '-atan(x)'
expect_code 2
expect_err 'write -- before words that begin with -'
run activations show -- '-atan(x)'
expect_out 'monotone    decreasing'

# A picture of characters, for terminals with UTF-8 and without.
run activations show relu
expect_out '*: f    o: f'
check "without UTF-8, no byte is above 127" not grep -qP '[\x80-\xff]' out
LC_ALL=C.UTF-8 run activations show relu
expect_out "line: f    dots: f'"

# On a narrow terminal sources have lines of their own, and the picture is as wide as fits.
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
    on_terminal() {
        TERM=xterm script -qec "stty cols $1; $(printf '%q ' "$actgrid") $2" /dev/null >out </dev/null
        said="$2 at $1 columns"
    }
    widest() { tr -d '\r' <out | awk '{ if (length($0) > n) n = length($0) } END { print n }'; }
    on_terminal 80 'activations list'
    check "list keeps to 80 columns" [ "$(widest)" -le 80 ]
    expect_out '                   D. Hendrycks, K. Gimpel, 2016, arXiv:1606.08415'
    on_terminal 40 'activations show gelu'
    sed -i -n '/\*: f/,$p' out
    check "the picture keeps to 40 columns" [ "$(widest)" -le 40 ]
    on_terminal 200 'activations show gelu'
    sed -i -n '/\*: f/,$p' out
    check "and is no wider than can be read" [ "$(widest)" -le 80 ]
else
    skip "terminals: no script"
fi
run activations list
check "elsewhere a line for each" [ "$(wc -l <out)" = "$("$actgrid" activations list --json | grep -c '"formula"')" ]
check "which are over 60" [ "$(wc -l <out)" -gt 60 ]

# The figure is XML, whatever is in the formula, and holds both curves.
run activations show 'where(x<1, where(x>-2, exp(x), 3), x^2)' --svg figure.svg
expect_code 0
check "--svg writes XML" python3 -c '
import xml.dom.minidom
d = xml.dom.minidom.parse("figure.svg")
paths = {p.getAttribute("class"): p.getAttribute("d") for p in d.getElementsByTagName("path")}
assert paths["value"].count("M") == 3 and paths["derivative"].count("M") == 3, paths.keys()
assert "x<1" in d.getElementsByTagName("title")[0].firstChild.data
assert "nan" not in open("figure.svg").read() and "inf" not in open("figure.svg").read()'
run activations show 'log(x)' --svg figure.svg
check "no derivative where there is no function" python3 -c '
import xml.dom.minidom
d = xml.dom.minidom.parse("figure.svg")
paths = {p.getAttribute("class"): p.getAttribute("d") for p in d.getElementsByTagName("path")}
starts = [min(float(p.split()[0]) for p in d.split("M")[1:]) for d in (paths["value"], paths["derivative"])]
assert abs(starts[0] - starts[1]) < 2, starts'
run activations show gelu --svg nowhere/figure.svg
expect_code 3
expect_err "could not create 'nowhere/figure.svg'"

run activations check
expect_code 0
refuse_out 'DOES NOT HOLD'
run activations check swish beta=-2.5 --json
expect_code 0
expect_out '"good": true'
check "check --json is JSON" python3 -c '
import json
(c,) = json.load(open("out"))
assert c["points"] == 10000 and c["points_skipped"] == 0 and c["fault"] is None
assert c["parameter_differences"] < 1e-8 and c["nan_stays"] and c["limits_agree"]'
run activations check 'x*tanh(softplus(x))'
expect_code 0
expect_out 'this is mish'
run activations check 'x*sigmoid(1.702*x)'
expect_out 'gelu_sigmoid'
expect_out 'swish with beta 1.702'
run activations check gelu_sigmoid --json
check "what it is like, with the parameter that makes it so" python3 -c '
import json
(c,) = json.load(open("out"))
assert {"name": "swish", "settings": {"beta": 1.702}} in c["alike"]'

run activations check elu --svg figure.svg
expect_code 2
expect_err "--svg goes with 'show', not with 'check'"
run activations list --csv
expect_code 2

run activations bench relu elu alpha=0.5 --csv
expect_code 0
expect_out '"elu(alpha=0.5)",L1,2048,' 
check "bench --csv: a line for each function, size and pass" python3 -c '
import csv
rows = list(csv.DictReader(open("out")))
assert len(rows) == 2 * 3 * 3 and {r["size"] for r in rows} == {"L1", "L2", "memory"}
assert all(0 < float(r["least_ns"]) <= float(r["median_ns"]) <= float(r["most_ns"]) for r in rows)'
run activations bench 'x^2' --json
expect_code 0
check "bench --json is JSON" python3 -c '
import json
(b,) = json.load(open("out"))
assert set(b) == {"name", "settings", "isa", "L1", "L2", "memory"}
assert b["L1"]["elements"] == 2048 and b["memory"]["identity_ns"]["median"] > 0'
run activations bench --json --csv
expect_code 2

run activations show mishh
expect_code 2
expect_err_is "actgrid: unknown activation 'mishh'; did you mean 'mish'?"
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
# Names as PyTorch writes them are no formulas.
for name in nn.LeakyReLU leaky-relu LeakyReLU; do
    run activations show $name --json
    expect_code 0
    expect_out '"name": "leaky_relu"'
done
run activations show hard-sigmoid
expect_code 2
expect_err "must be 'hardsigmoid' or 'hardsigmoid_keras'"

finish

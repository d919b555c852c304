#!/bin/bash
# Formulas that a user types in place of an activation's name.
. "$(dirname "$0")/lib.sh"

# Without any file: show and check.
run activations show "x*sin(x)" --at 0,2
expect_code 0
expect_out 'x*sin(x)'
expect_out '1.818594854      0.07700375373'
run activations show "x*sigmoid(beta*x)" beta=1.702 --json
expect_code 0
run activations check "x*sigmoid(x)"
expect_out 'x*sigmoid(x)'
run activations show "x*tahn(x)"
expect_code 2
expect_err "unknown name 'tahn' at column 3; did you mean 'tanh'?"
run activations show 'x;$(id)'
expect_code 2
expect_err "unexpected ';' at column 2"
run activations show "x*sigmoid(beta*x)"
expect_code 2
expect_err "unknown name 'beta'"

cat >formulas.yaml <<'END'
name: formulas
dataset: mnist1d
model: {type: mlp, depth: 2, width: 16}
activation: relu
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.05, momentum: 0.9}
training: {epochs: 2, batch_size: 100}
grid:
  activation:
    - swish
    - {formula: "x*sigmoid(x)", name: my_swish}
    - {formula: "x * sin(x)"}
    - {formula: "x*sigmoid(beta*x)", name: gate, parameters: {beta: {init: 1, learned: per_channel}}}
    - {formula: "where(x>0,x,0.1*x)", name: leaky-0.1}
    - {layers: [tanh, {formula: "x/(1+abs(x))", name: my_sign}]}
END
run run formulas.yaml -o store --progress=none
expect_code 0
for name in my_swish 'x*sin(x)' 'gate(beta=1 learned=per_channel)' 'leaky-0.1' '[tanh my_sign]'; do
    expect_out "$name"
done

# The formula trains as the function of the catalogue does.
run query store --format csv "select max(test_loss) - min(test_loss) < 1e-3, count(*) from trial
                 where activation in ('swish', 'my_swish')"
expect_out '1,2'
run query store --format csv "select activation_name, settings->>'activation' from trial
                 where activation_name = 'my_swish'"
expect_out 'my_swish,"{""formula"":""x*sigmoid(x)""}"'

# So does mish, however it is written down.
run run formulas.yaml -o mish --progress=none 'activation=mish,{formula: x*tanh(softplus(x)), name: a},{formula: "x*tanh(log(1+exp(x)))", name: b}'
expect_code 0
run query mish --format csv "select max(test_loss) - min(test_loss) < 1e-3,
                 max(test_accuracy) - min(test_accuracy) < 1e-3, count(*) from trial"
expect_out '1,1,3'

# Finished trials are recognised, whatever the blanks and the name are.
run run formulas.yaml -o store --progress=plain
expect_code 0
expect_err 'all 6 trials were there already'
sed 's/x \* sin(x)/x*sin( x )/; s/my_swish/other/' formulas.yaml >renamed.yaml
run run renamed.yaml -o store --progress=plain
expect_code 0
expect_err 'all 6 trials were there already'

# What the store says was run can be run again: the same trials.
run query store --format csv "select resolved from experiment limit 1"
sed -e 1d -e 's/^"//' -e 's/"$//' -e 's/""/"/g' out >resolved.yaml
run run resolved.yaml -o store --progress=plain
expect_code 0
expect_err 'all 6 trials were there already'

# On the command line.
run plan formulas.yaml '~grid.activation' 'activation={formula: "max(x, 0.2*x)"}'
expect_code 0
expect_out '1 trial'
run plan formulas.yaml '~grid.activation' 'activation={formula: "x*b", parameters: {b: 1}}' \
    activation.parameters.b=1,2,3
expect_code 0
expect_out '3 trials'

# What cannot be trained is said before the first trial.
run run formulas.yaml '~grid.activation' 'activation={formula: "log(x)"}' -o other
expect_code 2
expect_err 'log(x) has no value at'
run run formulas.yaml '~grid.activation' 'activation={formula: "sin(x)/x"}' -o other
expect_code 2
expect_err 'sin(x)/x has no value at 0'
run run formulas.yaml '~grid.activation' 'activation={formula: "abs(x)^0.5*sign(x)"}' -o other
expect_code 2
expect_err 'abs(x)^0.5*sign(x) has no derivative at 0'
run run formulas.yaml '~grid.activation' 'activation={formula: "x*tanh(exp(exp(exp(x))))"}' -o other
expect_code 2
expect_err 'x*tanh(exp(exp(exp(x)))) has a value and no derivative at 8.37'
run run formulas.yaml '~grid.activation' 'activation={formula: "x*beta"}' -o other
expect_code 2
expect_err "unknown name 'beta' at column 3; its input is x, parameters are declared in 'parameters'"
run activations show 'x*beta'
expect_code 2
expect_err "unknown name 'beta' at column 3; its input is x, parameters follow it as NAME=VALUE"

# Where doubles overflow on the way, value and derivative are what they are by definition.
run activations check "x*tanh(exp(x))"
expect_code 0
expect_out 'this is tanhexp'
run activations check "sqrt(abs(x))"
expect_code 0
finish

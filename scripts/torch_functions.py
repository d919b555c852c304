"""Every activation of the catalogue in PyTorch: what it has as its own module, the rest written
out in its operations. Independent of ours: from papers and PyTorch's documentation.

TORCH[name](p) and UNITS[name](p) are functions of a tensor, for the parameters p by our names."""
import torch
from torch import nn
from torch.nn import functional as F

where, clamp, sigmoid, tanh = torch.where, torch.clamp, torch.sigmoid, torch.tanh


def rational(p):
    """PAU, version A of its authors' code, with |b1 x + ...| as in the paper's safe form."""
    def f(x):
        a = sum(p["a%d" % k] * x ** k for k in range(6))
        return a / (1 + torch.abs(sum(p["b%d" % k] * x ** k for k in range(1, 5))))
    return f


def srelu(p):
    def f(x):
        right = p["threshold_right"] + p["slope_right"] * (x - p["threshold_right"])
        left = p["threshold_left"] + p["slope_left"] * (x - p["threshold_left"])
        return where(x > p["threshold_right"], right, where(x <= p["threshold_left"], left, x))
    return f


def soft_exponential(p):
    alpha = p["alpha"]
    if alpha == 0:
        return nn.Identity()
    if alpha > 0:
        return lambda x: torch.expm1(alpha * x) / alpha + alpha
    return lambda x: -torch.log1p(-alpha * (x + alpha)) / alpha


# PyTorch's own, by the name of its module. One that is neither here nor below is missed.
MODULES = {
    "CELU": ("celu", lambda p: nn.CELU(p["alpha"])),
    "ELU": ("elu", lambda p: nn.ELU(p["alpha"])),
    "GELU": ("gelu", lambda p: nn.GELU()),
    "GLU": ("glu", None),
    "Hardshrink": ("hardshrink", lambda p: nn.Hardshrink(p["lambda"])),
    "Hardsigmoid": ("hardsigmoid", lambda p: nn.Hardsigmoid()),
    "Hardswish": ("hardswish", lambda p: nn.Hardswish()),
    "Hardtanh": ("hardtanh", lambda p: nn.Hardtanh(p["min"], p["max"])),
    "LeakyReLU": ("leaky_relu", lambda p: nn.LeakyReLU(p["slope"])),
    "LogSigmoid": ("log_sigmoid", lambda p: nn.LogSigmoid()),
    "Mish": ("mish", lambda p: nn.Mish()),
    "PReLU": ("prelu", lambda p: nn.PReLU(1, p["slope"]).double()),
    "RReLU": ("rrelu", lambda p: nn.RReLU(p["lower"], p["upper"]).eval()),
    "ReLU": ("relu", lambda p: nn.ReLU()),
    "ReLU6": ("relu6", lambda p: nn.ReLU6()),
    "SELU": ("selu", lambda p: nn.SELU()),
    "SiLU": ("swish", lambda p: nn.SiLU() if p["beta"] == 1 else lambda x: x * sigmoid(p["beta"] * x)),
    "Sigmoid": ("sigmoid", lambda p: nn.Sigmoid()),
    # without a threshold of ours: 20 would drop a tail of 2e-9
    "Softplus": ("softplus", lambda p: nn.Softplus(
        p["beta"], 700 if p["threshold"] == "none" else p["threshold"])),
    "Softshrink": ("softshrink", lambda p: nn.Softshrink(p["lambda"])),
    "Softsign": ("softsign", lambda p: nn.Softsign()),
    "Tanh": ("tanh", lambda p: nn.Tanh()),
    "Tanhshrink": ("tanhshrink", lambda p: nn.Tanhshrink()),
    "Threshold": ("threshold", lambda p: nn.Threshold(p["threshold"], p["value"])),
}
# Not elementwise, nor gated units.
OTHERS = {"LogSoftmax", "MultiheadAttention", "Softmax", "Softmax2d", "Softmin"}

# Units that make one number of several: functions of a tensor whose columns are their inputs.
# PyTorch has GLU; the others are N. Shazeer's, 2020, and maxout.
UNITS = {
    "bilinear": lambda p: lambda z: z[:, 0] * z[:, 1],
    "geglu": lambda p: lambda z: z[:, 0] * F.gelu(z[:, 1]),
    "glu": lambda p: lambda z: nn.GLU()(z)[:, 0],
    "maxout": lambda p: lambda z: z.max(1).values,
    "reglu": lambda p: lambda z: z[:, 0] * F.relu(z[:, 1]),
    "swiglu": lambda p: lambda z: z[:, 0] * z[:, 1] * sigmoid(p["beta"] * z[:, 1]),
}

TORCH = {name: make for name, make in MODULES.values() if make}
TORCH.update({
    "absolute": lambda p: torch.abs,
    "acon_c": lambda p: lambda x: (p["p1"] - p["p2"]) * x * sigmoid(
        p["beta"] * (p["p1"] - p["p2"]) * x) + p["p2"] * x,
    "apl": lambda p: lambda x: F.relu(x) + sum(
        p["slope_%d" % s] * F.relu(p["place_%d" % s] - x) for s in (1, 2)),
    "arctan": lambda p: torch.atan,
    "aria2": lambda p: lambda x: x * torch.exp(p["alpha"] * F.logsigmoid(p["beta"] * x)),
    "bent_identity": lambda p: lambda x: (torch.hypot(x, torch.ones_like(x)) - 1) / 2 + x,
    "bipolar": lambda p: lambda x: where(x < 0, -torch.ones_like(x), torch.ones_like(x)) + 0 * x,
    "cosine": lambda p: torch.cos,
    "elish": lambda p: lambda x: sigmoid(x) * where(x > 0, x, torch.expm1(clamp(x, max=0))),
    "elliott": lambda p: lambda x: (F.softsign(x) + 1) / 2,
    "erf": lambda p: torch.erf,
    "exponential": lambda p: torch.exp,
    "gaussian": lambda p: lambda x: torch.exp(-x * x),
    "gelu_sigmoid": lambda p: lambda x: x * sigmoid(1.702 * x),
    "gelu_tanh": lambda p: nn.GELU(approximate="tanh"),
    "hard_elish": lambda p: lambda x: where(x > 0, x, torch.expm1(clamp(x, max=0))) * where(
        (x > -1) & (x < 1), (x + 1) / 2, (x >= 1).to(x.dtype)),
    "hardsigmoid_keras": lambda p: lambda x: clamp(0.2 * x + 0.5, 0, 1),
    "isrlu": lambda p: lambda x: where(x > 0, x, x / torch.sqrt(
        1 + p["alpha"] * clamp(x, max=0) ** 2)),
    "isru": lambda p: lambda x: x / torch.sqrt(1 + p["alpha"] * x * x),
    "lecun_tanh": lambda p: lambda x: 1.7159 * tanh(2 * x / 3),
    "linear": lambda p: nn.Identity(),
    "lisht": lambda p: lambda x: x * tanh(x),
    "logish": lambda p: lambda x: x * torch.log1p(sigmoid(x)),
    "pau": rational,
    "penalized_tanh": lambda p: lambda x: where(x > 0, tanh(x), p["slope"] * tanh(x)),
    "phish": lambda p: lambda x: x * tanh(F.gelu(x)),
    "plu": lambda p: lambda x: torch.maximum(
        p["slope"] * (x + p["c"]) - p["c"],
        torch.minimum(p["slope"] * (x - p["c"]) + p["c"], x)),
    "relu_squared": lambda p: lambda x: F.relu(x) ** 2,
    "serf": lambda p: lambda x: x * torch.erf(F.softplus(x, threshold=700)),
    "sine": lambda p: torch.sin,
    "smish": lambda p: lambda x: x * tanh(torch.log1p(sigmoid(x))),
    "smu": lambda p: lambda x: ((1 + p["alpha"]) * x + (1 - p["alpha"]) * x * torch.erf(
        p["mu"] * (1 - p["alpha"]) * x)) / 2,
    "snake": lambda p: lambda x: x + torch.sin(p["alpha"] * x) ** 2 / p["alpha"],
    "soft_exponential": soft_exponential,
    "sparse_plus": lambda p: lambda x: where(x <= -1, 0 * x, where(x < 1, (x + 1) ** 2 / 4, x)),
    "sparse_sigmoid": lambda p: lambda x: clamp((x + 1) / 2, 0, 1),
    "sqnl": lambda p: lambda x: where(torch.abs(x) <= 2, x - x * torch.abs(x) / 4,
                                      torch.sign(x) + 0 * x),
    "squareplus": lambda p: lambda x: where(
        x < 0, p["b"] / 2 / (torch.sqrt(x * x + p["b"]) - clamp(x, max=0)),
        (x + torch.sqrt(x * x + p["b"])) / 2),
    "srelu": srelu,
    "star_relu": lambda p: lambda x: p["scale"] * F.relu(x) ** 2 + p["bias"],
    "step": lambda p: lambda x: (x >= 0).to(x.dtype) + 0 * x,
    "tanhexp": lambda p: lambda x: x * tanh(torch.exp(clamp(x, max=100))),
    "triangular": lambda p: lambda x: F.relu(1 - torch.abs(x)),
})

# Parameters that are not the standard ones, two and more of each that has some.
PARAMETERS = {
    "acon_c": [{"p1": 1.5, "p2": -0.3, "beta": 2}, {"p1": -0.5, "p2": 0.25, "beta": -1}],
    "apl": [{"slope_1": 0.3, "place_1": 0.7, "slope_2": -1.2, "place_2": -2.3}],
    "aria2": [{"alpha": 0.5, "beta": 3}, {"alpha": 4, "beta": 0.1}],
    "celu": [{"alpha": 0.1}, {"alpha": 3}],
    "elu": [{"alpha": 0}, {"alpha": 0.3}, {"alpha": 2.5}],
    "hardshrink": [{"lambda": 0}, {"lambda": 1.3}, {"lambda": 25}],
    "hardtanh": [{"min": -2, "max": 0.5}, {"min": 0, "max": 20}],
    "isrlu": [{"alpha": 0.1}, {"alpha": 9}],
    "isru": [{"alpha": 0.1}, {"alpha": 9}],
    "leaky_relu": [{"slope": 0}, {"slope": -0.4}, {"slope": 2}],
    "pau": [{"a0": 0.1, "a1": -1, "a2": 2, "a3": 0.5, "a4": 0, "a5": -0.25, "b1": -2, "b2": 1.5,
             "b3": 0.5, "b4": 0.75}],
    "penalized_tanh": [{"slope": 0}, {"slope": 2}],
    "plu": [{"slope": 0}, {"slope": 0.5, "c": 3}],
    "prelu": [{"slope": -0.5}, {"slope": 1.5}],
    "rrelu": [{"lower": 0.1, "upper": 0.2}, {"lower": -1, "upper": 3}],
    "smu": [{"mu": 0.5, "alpha": 0.25}, {"mu": 100, "alpha": 0}],
    "snake": [{"alpha": 0.3}, {"alpha": 5}],
    "soft_exponential": [{"alpha": 0}, {"alpha": -0.1}, {"alpha": 1.5}],
    "softplus": [{"beta": 2, "threshold": 20}, {"beta": 0.5, "threshold": 1.1}, {"beta": 5}],
    "softshrink": [{"lambda": 0}, {"lambda": 1.3}, {"lambda": 25}],
    "squareplus": [{"b": 0.01}, {"b": 50}],
    "srelu": [{"threshold_right": 2.2, "slope_right": 0.4, "threshold_left": -1.1,
               "slope_left": -0.6}],
    "star_relu": [{"scale": -2, "bias": 3}],
    "maxout": [{"pieces": 3}],
    "swiglu": [{"beta": 0.1}, {"beta": -1.5}],
    "swish": [{"beta": 0.1}, {"beta": 4}, {"beta": -1.5}],
    "threshold": [{"threshold": -1.3, "value": -7}, {"threshold": 0, "value": 3}],
}

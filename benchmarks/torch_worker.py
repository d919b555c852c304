#!/usr/bin/env python3
"""The PyTorch side of scripts/benchmark: trains the nets that ag_benchmark --worker wrote
to a folder, on the same examples in the same order, from the same weights.

    python3 torch_worker.py FOLDER    reads FOLDER/workload.json; answers commands on stdin

    about                     versions, kernels, number of threads
    check T N M               losses of the first N steps of trial T, and the means of the
                              first and the last M of all its steps
    tune T SECONDS            tries the settings below, keeps the fastest, says which
    go BENCH SECONDS          steps, samples, seconds of processor time, wall
                              BENCH / 2 is the trial; odd: with logging

What a competent user would write, and no more: eager mode, one thread, the whole data
set in one tensor, index_select of the batch, gradients set to None, losses kept as
tensors (no .item()). What is not ours to guess is tried: optimizers with and without
`foreach`, convolutions with and without channels_last."""
import ctypes
import json
import os
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)



class Typed(nn.Module):
    """A function of one's own, as one writes it."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def quick_gelu():
    return Typed(lambda x: x * torch.sigmoid(1.702 * x))


ACTIVATIONS = {"relu": lambda: nn.ReLU(inplace=True), "gelu": nn.GELU, "tanh": nn.Tanh,
               "elu": nn.ELU, "mish": nn.Mish, "gelu_sigmoid": quick_gelu,
               "max(x,0)": lambda: Typed(lambda x: torch.clamp_min(x, 0)),
               "x*sigmoid(1.702*x)": quick_gelu,
               "x*tanh(softplus(x))": lambda: Typed(lambda x: x * torch.tanh(F.softplus(x)))}
# A unit is dead when |f'(z)| < 1e-6 for every example. For each activation the cheapest
# way to see it: one reduction over what the hook is given anyway, z the input, a the output.
DEAD = {"relu": lambda z, a, over: a.amax(over) <= 0,
        "elu": lambda z, a, over: a.amax(over) < -1 + 1e-6,
        "tanh": lambda z, a, over: a.abs().amin(over) > 1 - 5e-7,
        "gelu": lambda z, a, over: z.amax(over) < -5.28,
        "gelu_sigmoid": lambda z, a, over: z.amax(over) < -9.73,
        "mish": lambda z, a, over: z.amax(over) < -16.56}
DEAD.update({"max(x,0)": DEAD["relu"], "x*sigmoid(1.702*x)": DEAD["gelu_sigmoid"],
             "x*tanh(softplus(x))": DEAD["mish"]})


def name_of(activation):
    return activation.get("name") or activation["formula"]


class Residual(nn.Module):
    """Two convolutions and the way around them: every second place and zeros for the new
    channels where the picture gets smaller (option A of the paper)."""

    def __init__(self, inside, channels, stride, activation):
        super().__init__()
        self.first = nn.Conv2d(inside, channels, 3, stride, 1, bias=False)
        self.norm1, self.act1 = nn.BatchNorm2d(channels), activation()
        self.second = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm2, self.act2 = nn.BatchNorm2d(channels), activation()
        self.stride, self.more = stride, channels - inside

    def forward(self, x):
        y = self.norm2(self.second(self.act1(self.norm1(self.first(x)))))
        if self.stride > 1:
            x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, 0, self.more))
        return self.act2(y + x)


class Mean(nn.Module):
    def forward(self, x):
        return x.mean((2, 3))


def build(settings, shape, classes):
    """The net of one trial; its layers are made in the order of the file of weights."""
    model = settings["model"]
    activation = ACTIVATIONS[name_of(settings["activation"])]
    channels, rows, columns = shape
    if model["type"] == "mlp":
        widths = [channels * rows * columns] + [model["width"]] * model["depth"]
        layers = []
        for a, b in zip(widths, widths[1:]):
            layers += [nn.Linear(a, b), activation()]
        return nn.Sequential(*layers, nn.Linear(widths[-1], classes))
    if model["type"] == "mnist1d_cnn":
        layers, length = [], columns
        for kernel in (5, 3, 3):
            layers += [nn.Conv1d(channels, model["width"], kernel, 2, 1), activation()]
            channels, length = model["width"], (length + 2 - kernel) // 2 + 1
        return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * length, classes))
    if model["type"] == "cnn" and model["end"] == "flatten":
        layers = []
        for block in model["blocks"]:
            for _ in range(block["convs"]):
                layers += [nn.Conv2d(channels, block["channels"], 3, 1, 1), activation()]
                channels = block["channels"]
            layers.append(nn.MaxPool2d(2))
            rows, columns = rows // 2, columns // 2
        layers.append(nn.Flatten())
        width = channels * rows * columns
        for units in model["head"]:
            layers += [nn.Linear(width, units), activation()]
            width = units
        return nn.Sequential(*layers, nn.Linear(width, classes))
    if model["type"] == "resnet8" and model["normalization"] == "batch":
        width = model["width"]
        layers = [nn.Conv2d(channels, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width),
                  activation()]
        for group in range(3):
            layers.append(Residual(width << max(group - 1, 0), width << group,
                                   2 if group else 1, activation))
        return nn.Sequential(*layers, Mean(), nn.Linear(4 * width, classes))
    raise SystemExit("torch_worker.py: no net here for %s" % model)


def with_parameters(net):
    return [m for m in net.modules() if isinstance(m, (nn.Linear, nn.Conv1d, nn.Conv2d,
                                                       nn.BatchNorm2d))]


def fill(net, layers, numbers):
    """Parameters from the file: of every layer its weights, biases, scales."""
    at = 0
    modules = with_parameters(net)
    layers = [layer for layer in layers if len(layer) > 1]
    if len(modules) != len(layers):
        raise SystemExit("torch_worker.py: %d layers, not %d" % (len(modules), len(layers)))
    for module, layer in zip(modules, layers):
        for role in ("weight", "bias", "scale"):
            n = layer.get(role, 0)
            if not n:
                continue
            values, at = numbers[at:at + n], at + n
            norm = isinstance(module, nn.BatchNorm2d)
            target = module.weight if role == ("scale" if norm else "weight") else module.bias
            if role == "weight" and isinstance(module, nn.Linear):
                values = values.reshape(module.in_features, module.out_features).t()
            elif role == "weight":
                values = values.reshape(module.in_channels, -1, module.out_channels)
                values = values.permute(2, 0, 1).reshape(target.shape)
            with torch.no_grad():
                target.copy_(values)
    if at != numbers.numel():
        raise SystemExit("torch_worker.py: %d parameters, not %d" % (at, numbers.numel()))


class Trial:
    def __init__(self, workload, number, folder, x, label):
        self.facts = workload["trials"][number]
        self.settings = self.facts["settings"]
        self.shape, self.classes = workload["shape"], workload["classes"]
        self.x, self.label = x, label
        self.batch = self.settings["training"]["batch_size"]
        self.steps = self.settings["training"]["steps"]
        self.pictures = self.settings["model"]["type"] != "mlp" and self.shape[1] > 1
        self.start = read(os.path.join(folder, self.facts["weights"]), torch.float32)
        order = read(os.path.join(folder, self.facts["order"]), torch.int32).long()
        n = workload["examples"]
        self.batches = [part for epoch in order.reshape(-1, n) for part in epoch.split(self.batch)]
        self.batches = self.batches[:self.steps]
        self.foreach, self.channels_last = False, False

    def begin(self, logging):
        """A net as it was before the first step, its optimizer, and room for the log."""
        net = build(self.settings, self.shape, self.classes)
        fill(net, self.facts["layers"], self.start)
        x = self.x.reshape(-1, *self.shape) if self.pictures else self.x
        if self.settings["model"]["type"] == "mnist1d_cnn":
            x = self.x.reshape(-1, self.shape[0], self.shape[2])
        if self.channels_last:
            net = net.to(memory_format=torch.channels_last)
            x = x.contiguous(memory_format=torch.channels_last)
        o = self.settings["optimizer"]
        if o["name"] == "adam":
            optimizer = torch.optim.Adam(net.parameters(), lr=o["learning_rate"],
                                         betas=(o["beta1"], o["beta2"]), eps=o["epsilon"],
                                         foreach=self.foreach)
        else:
            optimizer = torch.optim.SGD(net.parameters(), lr=o["learning_rate"],
                                        momentum=o["momentum"], foreach=self.foreach)
        return Run(self, net.train(), optimizer, x, logging)


class Run:
    def __init__(self, trial, net, optimizer, x, logging):
        self.trial, self.net, self.optimizer, self.x = trial, net, optimizer, x
        self.step, self.losses, self.logging = 0, [], logging
        self.loss = nn.CrossEntropyLoss()
        if logging:
            # Hooks leave small tensors behind; one stack a step joins them, and nothing
            # waits for a number in Python.
            self.dead, self.log = [], []
            self.weights = [m.weight for m in with_parameters(net)
                            if not isinstance(m, nn.BatchNorm2d)]
            rule = DEAD[name_of(trial.settings["activation"])]

            def hook(module, inputs, output):
                a = output.detach()
                over = (0,) + tuple(range(2, a.dim()))
                self.dead.append(rule(inputs[0].detach(), a, over).sum())

            for module in net.modules():
                if isinstance(module, (nn.ReLU, nn.GELU, nn.Tanh, nn.ELU, nn.Mish, Typed)):
                    module.register_forward_hook(hook)

    def one_step(self):
        index = self.trial.batches[self.step]
        x = torch.index_select(self.x, 0, index)
        label = torch.index_select(self.trial.label, 0, index)
        loss = self.loss(self.net(x), label)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if self.logging:
            norms = torch._foreach_norm([w.grad for w in self.weights])
            self.log.append((torch.stack(norms), torch.stack(self.dead)))
            self.dead.clear()
        self.optimizer.step()
        self.losses.append(loss.detach())
        self.step += 1
        return index.numel()


class Bench:
    """One trial, plain or logging; begins again when its steps are done, off the clock."""

    def __init__(self, trial, logging):
        self.trial, self.logging, self.run = trial, logging, None

    def go(self, seconds):
        spent = wall = samples = steps = 0
        while spent < seconds:
            if self.run is None or self.run.step == self.trial.steps:
                self.run = self.trial.begin(self.logging)
            run, last = self.run, self.trial.steps
            began, began_wall = time.process_time(), time.perf_counter()
            stop = began + seconds - spent
            now = began
            while now < stop and run.step < last:
                samples += run.one_step()
                steps += 1
                now = time.process_time()
            spent += now - began
            wall += time.perf_counter() - began_wall
        return {"steps": steps, "samples": samples, "seconds": spent, "wall": wall}


def read(path, kind):
    return torch.frombuffer(bytearray(open(path, "rb").read()), dtype=kind)


def mean(values):
    return sum(values) / len(values)


def tune(trial, seconds):
    """Every combination in turn, three times; the fastest by its median is kept."""
    choices = [(f, c) for f in (False, True) for c in ((False, True) if trial.pictures else (False,))]
    benches, rates = [], []
    for trial.foreach, trial.channels_last in choices:
        bench = Bench(trial, False)
        bench.run = trial.begin(False)
        benches.append(bench)
        rates.append([])
    for _ in range(3):
        for bench, rate in zip(benches, rates):
            bench.run.step = 0
            done = bench.go(seconds)
            rate.append(done["samples"] / done["seconds"])
    medians = [sorted(rate)[1] for rate in rates]
    trial.foreach, trial.channels_last = choices[medians.index(max(medians))]
    return {"foreach": trial.foreach, "channels_last": trial.channels_last,
            "tried": [{"foreach": f, "channels_last": c, "rate": rate}
                      for (f, c), rate in zip(choices, medians)]}


def core_name():
    """The kernels that OpenBLAS chose: it is whatever provides libblas.so.3."""
    for name in ("libopenblas.so.0", "libblas.so.3"):
        try:
            function = ctypes.CDLL(name).openblas_get_corename
        except (OSError, AttributeError):
            continue
        function.restype = ctypes.c_char_p
        return function().decode()
    return "none: no OpenBLAS behind libblas.so.3"


def about():
    return {"torch": torch.__version__, "python": sys.version.split()[0],
            "openblas_core": core_name(), "threads": torch.get_num_threads(),
            "aten": torch.backends.cpu.get_cpu_capability()
            if hasattr(torch.backends, "cpu") else os.environ.get("ATEN_CPU_CAPABILITY", "default"),
            "onednn": torch.backends.mkldnn.is_available()}


def main(folder):
    workload = json.load(open(os.path.join(folder, "workload.json")))
    x = read(os.path.join(folder, "x.f32"), torch.float32).reshape(workload["examples"], -1)
    label = read(os.path.join(folder, "label.i32"), torch.int32).long()
    trials = [Trial(workload, t, folder, x, label) for t in range(len(workload["trials"]))]
    benches = [Bench(trial, logging) for trial in trials for logging in (False, True)]
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "about":
            answer = about()
        elif word == "check":
            run = trials[int(rest[0])].begin(False)
            while run.step < run.trial.steps:
                run.one_step()
            losses = [float(loss) for loss in run.losses]
            answer = {"losses": losses[:int(rest[1])], "first": mean(losses[:int(rest[2])]),
                      "last": mean(losses[-int(rest[2]):])}
        elif word == "tune":
            answer = tune(trials[int(rest[0])], float(rest[1]))
        elif word == "go":
            answer = benches[int(rest[0])].go(float(rest[1]))
        else:
            raise SystemExit("torch_worker.py: '%s' is no command" % word)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])

"""Training against PyTorch: samples per second of the same nets, side by side.

Long-lived workers, one thread each, pinned to the same core, are told "go" in turn:
ours, PyTorch as installed, PyTorch tuned. So whatever else happens to the machine
happens to all of them, and only one computes at a time."""
import glob
import json
import os
import statistics

from measuring import HERE, KEEP_MEMORY, ONE_THREAD, Worker, folder, rate, torch_environment
from tables import Target, percent, percent1, ranged, spread, two

# Losses of the first steps must agree: same net, same numbers in another order of sums.
COMPARED_STEPS, TOLERANCE = 5, 1e-4
# Of how many steps at the begin and at the end the mean loss is taken: it must fall.
LOSS_STEPS = 20
# Letter, or letter and batch size: ratio to PyTorch, the same with logging on both sides,
# share of the peak.
TARGETS = {"a64": (3.0, 4.0, 0.80), "a128": (2.3, 2.8, 0.85), "b64": (2.1, 2.6, 0.82),
           "b128": (1.7, 2.0, 0.86), "c": (4.0, 6.0, 0.65), "d": (2.8, 3.2, 0.90),
           "e": (1.35, 1.55, 0.90), "f": (1.5, None, None), "h": (1.5, None, None)}
# A formula against the function of the catalogue in front of it.
TYPED = 0.8
# Seconds that a workload takes: before its rounds, and all of them; see Progress.
EXPECTED = {"a": (30, 80), "b": (9, 20), "c": (20, 40), "d": (20, 14), "e": (45, 32),
            "f": (9, 10), "g": (20, 60), "h": (30, 15)}


def workloads():
    """Letter -> file name without .yaml, in order. What has no letter is for other sections."""
    names = [os.path.basename(path)[:-5] for path in glob.glob(HERE + "/workloads/?_*.yaml")]
    return {name[0]: name for name in sorted(names)}


def chosen(options):
    return {letter: name for letter, name in workloads().items()
            if not options.workloads or letter in options.workloads}


def expected(options):
    share = options.rounds * options.seconds / (5 * 0.35) * (1 if options.torch else 0.4)
    for letter, name in chosen(options).items():
        before, rounds = EXPECTED.get(letter, (20, 20))
        yield "training " + name, (before if options.torch else 2) + share * rounds


def name_of(activation):
    return activation.get("name") or activation["formula"]


def losses_apart(ours, theirs):
    return max(abs(a - b) / abs(a) for a, b in zip(ours, theirs))


def ends(losses):
    return {"first": statistics.mean(losses[:LOSS_STEPS]),
            "last": statistics.mean(losses[-LOSS_STEPS:])}


def falls(loss):
    """By more than batches differ."""
    return loss["last"] < 0.9 * loss["first"]


class Comparison:
    """All trials of one workload. A worker counts two benches a trial: plain, logging."""

    def __init__(self, name, program, options, here):
        self.name, self.options = name, options
        self.ours = Worker([program, "--worker", here, name] + options.overrides, ONE_THREAD)
        self.workers = [self.ours]
        self.facts = self.ours.answer()
        self.usual = self.tuned = None
        if options.torch:
            with open(os.path.join(here, "workload.json"), "w") as out:
                json.dump(self.facts, out)
            words = [options.torch, os.path.join(HERE, "torch_worker.py"), here]
            environment = torch_environment()
            self.usual = Worker(words, environment)
            self.tuned = Worker(words, dict(environment, **KEEP_MEMORY))
            self.workers += [self.usual, self.tuned]

    def close(self):
        for worker in self.workers:
            worker.close()

    def prepare(self, trial):
        """The same net? Then the settings that suit PyTorch best, and everything warm."""
        facts = self.facts["trials"][trial]
        settings = facts["settings"]
        result = {"workload": self.name, "label": facts["label"], "letter": self.name[0],
                  "batch_size": settings["training"]["batch_size"],
                  "activation": name_of(settings["activation"]),
                  "typed": "formula" in settings["activation"],
                  "optimizer": settings["optimizer"]["name"],
                  "settings": settings, "parameters": facts["parameters"],
                  "flops_per_sample": facts["flops"], "generated": self.facts["generated"],
                  "loss": ends(facts["losses"])}
        if self.tuned:
            check = self.tuned.ask("check", trial, COMPARED_STEPS, LOSS_STEPS)
            result["torch_loss"] = {"first": check["first"], "last": check["last"]}
            result["losses_apart"] = losses_apart(facts["losses"], check["losses"])
            result["torch_settings"] = self.tuned.ask("tune", trial, self.options.seconds / 3)
        for worker, _, bench in self.turns(trial):
            worker.go(bench, self.options.seconds / 4)
        result["trouble"] = list(trouble(result))
        return result

    def turns(self, trial):
        plain, logging = 2 * trial, 2 * trial + 1
        if not self.tuned:
            return [(self.ours, "ours", plain), (self.ours, "ours_logging", logging)]
        return [(self.ours, "ours", plain), (self.tuned, "torch", plain),
                (self.ours, "ours_logging", logging), (self.tuned, "torch_logging", logging),
                (self.usual, "torch_usual", plain)]

    def one_round(self, trial, number):
        """Peak, work, peak, work, ...; who begins alternates."""
        turns = self.turns(trial)
        if number % 2:
            turns.reverse()
        done = {}
        before = self.ours.ask("peak")["flops"]
        for worker, name, bench in turns:
            done[name] = worker.go(bench, self.options.seconds)
            after = self.ours.ask("peak")["flops"]
            done[name]["peak"] = (before + after) / 2
            before = after
        return done


def trouble(result):
    """What would make the speed meaningless."""
    if not falls(result["loss"]):
        yield "our loss does not fall"
    if "torch_loss" in result:
        if not falls(result["torch_loss"]):
            yield "PyTorch's loss does not fall"
        if not result["losses_apart"] <= TOLERANCE:
            yield ("not the same net, batches and optimizer: losses of the first steps are "
                   "%.1e apart" % result["losses_apart"])


def summary(result, rounds):
    """Medians and ranges of everything; ratios are of the same round."""
    flops = result["flops_per_sample"]
    result["rounds"] = rounds
    result["peak"] = spread([done[name]["peak"] for done in rounds for name in done])
    for name in rounds[0]:
        result[name] = {
            "rate": spread([rate(done[name]) for done in rounds]),
            "wall_rate": spread([done[name]["samples"] / done[name]["wall"] for done in rounds]),
            "waited": spread([done[name]["wall"] / done[name]["seconds"] - 1 for done in rounds]),
            "share": spread([rate(done[name]) * flops / done[name]["peak"] for done in rounds])}
    for name, above, below in (("ratio", "ours", "torch"), ("ratio_usual", "ours", "torch_usual"),
                               ("ratio_logging", "ours_logging", "torch_logging"),
                               ("logging_cost", "ours", "ours_logging"),
                               ("torch_logging_cost", "torch", "torch_logging")):
        if above in rounds[0] and below in rounds[0]:
            ratios = [rate(done[above]) / rate(done[below]) for done in rounds]
            result[name] = spread([r - 1 for r in ratios] if "cost" in name else ratios)
    return result


def measure_workload(name, program, options, progress):
    """Versions of PyTorch, and a result for each trial."""
    piece = "training " + name
    with folder() as here:
        progress(piece, "the same nets in PyTorch" if options.torch else "")
        comparison = Comparison(name, program, options, here)
        try:
            about = comparison.tuned.ask("about") if comparison.tuned else None
            trials = range(len(comparison.facts["trials"]))
            found = []
            for trial in trials:
                progress(piece, "losses and settings of trial %d of %d" % (trial + 1, len(trials)))
                found.append(comparison.prepare(trial))
            rounds = [[] for _ in trials]
            for number in range(options.rounds):
                progress(piece, "round %d of %d" % (number + 1, options.rounds))
                for trial in trials:
                    rounds[trial].append(comparison.one_round(trial, number))
            return about, [summary(f, r) for f, r in zip(found, rounds)]
        finally:
            comparison.close()


def measure(tools, options, progress):
    """One entry per trial of the chosen workloads."""
    results, about = [], None
    for name in chosen(options).values():
        about, found = measure_workload(name, tools["benchmark"], options, progress)
        results += found
    return {"trials": results, "torch": about, "torch_environment": torch_environment(),
            "torch_tuned_environment": KEEP_MEMORY, "rounds": options.rounds,
            "seconds": options.seconds}


# --- tables ----------------------------------------------------------------------------


def target(result, which, value, form):
    """The cell behind a figure; empty where nothing is wanted of it."""
    letter = result["letter"]
    wanted = TARGETS.get("%s%d" % (letter, result["batch_size"]), TARGETS.get(letter))
    if not wanted or wanted[which] is None:
        return ""
    return Target(value, form, least=wanted[which])


# Title, what stands there, whether PyTorch is needed for it.
PLAIN = [
    ("actgrid", lambda r: ranged(r["ours"]["rate"]), False),
    ("PyTorch", lambda r: ranged(r["torch"]["rate"]), True),
    ("ratio", lambda r: ranged(r["ratio"], two), True),
    ("target: ratio", lambda r: target(r, 0, r["ratio"], two), True),
    ("% of peak", lambda r: ranged(r["ours"]["share"], percent), False),
    ("target: % of peak", lambda r: target(r, 2, r["ours"]["share"], percent), False),
    ("PyTorch's %", lambda r: percent(r["torch"]["share"]["median"]), True),
    ("ratio as installed", lambda r: ranged(r["ratio_usual"], two), True),
]
LOGGING = [
    ("actgrid", lambda r: ranged(r["ours_logging"]["rate"]), False),
    ("PyTorch", lambda r: ranged(r["torch_logging"]["rate"]), True),
    ("ratio", lambda r: ranged(r["ratio_logging"], two), True),
    ("target: ratio with logging", lambda r: target(r, 1, r["ratio_logging"], two), True),
    ("logging costs %", lambda r: ranged(r["logging_cost"], percent1), False),
    ("PyTorch's %", lambda r: percent(r["torch_logging_cost"]["median"]), True),
]


def row_name(result):
    return "%s %s b%d %s %s" % (result["letter"], result["workload"][2:], result["batch_size"],
                                result["optimizer"], result["activation"])


def table(section, title, columns):
    """A row for each trial. Without PyTorch, without its columns."""
    columns = [c for c in columns if section["torch"] or not c[2]]
    yield [title] + [c[0] for c in columns]
    for result in section["trials"]:
        yield [row_name(result)] + [c[1](result) for c in columns]


def rows(section):
    return table(section, "training, samples per second of processor time", PLAIN)


def rows_logging(section):
    return table(section, "... with logging at every step", LOGGING)


def rows_typed(section):
    """Formulas, each with the function of the catalogue that stands in front of it; of the
    same round."""
    yield ["formulas", "of the catalogue's speed", "target"]
    for known, result in zip(section["trials"], section["trials"][1:]):
        if not result["typed"]:
            continue
        ratio = spread([rate(b["ours"]) / rate(a["ours"])
                        for a, b in zip(known["rounds"], result["rounds"])])
        yield ["%s against %s" % (row_name(result), known["activation"]), ranged(ratio, two),
               Target(ratio, two, least=TYPED)]


def notes(section):
    """What must be known about the tables."""
    trials = section["trials"]
    for result in trials:
        for words in result["trouble"]:
            yield "%s: %s" % (row_name(result), words)
    generated = sorted({r["generated"] for r in trials if r["generated"]})
    if generated:
        yield ("no files of %s: generated examples of the same shape (set ACTGRID_DATA)"
               % ", ".join(generated))
    yield ("peak: %.0f GFLOP/s [%.0f-%.0f], fused multiply-adds on one core, measured between "
           "all pieces of work" % (statistics.median(r["peak"]["median"] for r in trials) / 1e9,
                                   min(r["peak"]["least"] for r in trials) / 1e9,
                                   max(r["peak"]["most"] for r in trials) / 1e9))
    waited = [r["ours"]["waited"] for r in trials]
    yield ("the thread waited %s %% of its time for the core [at most %s]: other programs, which "
           "also empty caches" % (percent1(statistics.median(w["median"] for w in waited)),
                                  percent1(max(w["most"] for w in waited))))
    if section["torch"]:
        yield from notes_torch(section)


def notes_torch(section):
    trials, about = section["trials"], section["torch"]
    yield ("PyTorch %s, OpenBLAS kernels %s, one thread; losses of the first %d steps at most %.1e "
           "apart, and %s" % (about["torch"], about["openblas_core"], COMPARED_STEPS,
                              max(r["losses_apart"] for r in trials),
                              "falling on both sides" if not any(r["trouble"] for r in trials)
                              else "see above"))
    for key, words in (("foreach", "optimizers with foreach"), ("channels_last", "channels_last")):
        letters = sorted({r["letter"] for r in trials if r["torch_settings"][key]})
        yield "PyTorch, the faster way: %s in %s" % (words, "".join(letters) or "none")
    yield ("\"PyTorch\" keeps freed memory (malloc's thresholds, as jemalloc or tcmalloc would); "
           "\"as installed\" is the ratio to PyTorch without that, NCHW, no foreach")
    yield ("logging: norms of every layer's weight gradient and dead units at every step on both "
           "sides; ours is every probe of the catalogue")

"""Training against PyTorch: samples per second of the same nets, side by side.

Long-lived workers, one thread each, pinned to the same core, are told "go" in turn:
ours, PyTorch as installed, PyTorch tuned. So whatever else happens to the machine
happens to all of them, and only one computes at a time."""
import glob
import json
import os
import statistics
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# Losses of the first steps must agree: same net, same numbers in another order of sums.
COMPARED_STEPS, LOSS_STEPS, TOLERANCE = 5, 300, 1e-4


def workloads():
    """Letter -> file name without .yaml, in order. What has no letter is for other sections."""
    names = [os.path.basename(path)[:-5] for path in glob.glob(HERE + "/workloads/?_*.yaml")]
    return {name[0]: name for name in sorted(names)}


class Worker:
    """A process that answers each line with a line of JSON."""

    def __init__(self, words, core, environment):
        self.words = words
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, **environment),
            preexec_fn=lambda: os.sched_setaffinity(0, {core}))

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("scripts/benchmark: %s ended with code %s" % (
                " ".join(self.words), self.process.wait()))
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def torch_environment():
    """What PyTorch needs to be fast on Debian: OpenBLAS and not the reference BLAS, and its
    kernels for the vectors that are there: detection takes some new processors for old."""
    flags = open("/proc/cpuinfo").read()
    environment = dict(ONE_THREAD)
    if "avx512f" in flags:
        environment["OPENBLAS_CORETYPE"] = "SkylakeX"
    elif "avx2" in flags:
        environment["OPENBLAS_CORETYPE"] = "Haswell"
    folders = glob.glob("/usr/lib/*/openblas-pthread")
    if folders:
        environment["LD_LIBRARY_PATH"] = folders[0]
    return environment


# Freed memory stays with the process: without it glibc maps and unmaps the large tensors of
# every step. What PyTorch's tuning guide gets from jemalloc or tcmalloc, without either.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "4000000000"}


def rate(done):
    return done["samples"] / done["seconds"]


def spread(values):
    return {"median": statistics.median(values), "least": min(values), "most": max(values),
            "rounds": values}


def losses_apart(ours, theirs):
    return max(abs(a - b) / abs(a) for a, b in zip(ours, theirs))


def mean(values):
    return sum(values) / len(values)


class Comparison:
    """All trials of one workload."""

    def __init__(self, name, program, options, folder):
        self.name, self.options, self.folder = name, options, folder
        core = max(os.sched_getaffinity(0))
        self.ours = Worker([program, "--worker", folder, name] + options.overrides, core,
                           ONE_THREAD)
        self.facts = self.ours.answer()
        self.usual = self.tuned = None
        if options.torch:
            with open(os.path.join(folder, "workload.json"), "w") as out:
                json.dump(self.facts, out)
            words = [options.torch, os.path.join(HERE, "torch_worker.py"), folder]
            environment = torch_environment()
            self.usual = Worker(words, core, environment)
            self.tuned = Worker(words, core, dict(environment, **KEEP_MEMORY))

    def close(self):
        for worker in (self.ours, self.usual, self.tuned):
            if worker:
                worker.close()

    def prepare(self, trial):
        """The same net? Then the settings that suit PyTorch best, and everything warm."""
        facts = self.facts["trials"][trial]
        ours = facts["losses"]
        steps = min(LOSS_STEPS, len(ours))
        result = {"workload": self.name, "label": facts["label"], "letter": self.name[0],
                  "batch_size": facts["settings"]["training"]["batch_size"],
                  "activation": facts["settings"]["activation"]["name"],
                  "optimizer": facts["settings"]["optimizer"]["name"],
                  "settings": facts["settings"], "parameters": facts["parameters"],
                  "flops_per_sample": facts["flops"], "generated": self.facts["generated"],
                  "loss": {"first": mean(ours[:20]), "last": mean(ours[steps - 20:steps])}}
        for bench in (0, 1):
            self.ours.ask("go", 2 * trial + bench, self.options.seconds / 4)
        if self.tuned:
            check = self.tuned.ask("check", trial, steps)
            theirs = check["losses"]
            result["torch_loss"] = {"first": mean(theirs[:20]), "last": mean(theirs[-20:])}
            result["losses_apart"] = losses_apart(ours[:COMPARED_STEPS], theirs[:COMPARED_STEPS])
            result["torch_settings"] = self.tuned.ask("tune", trial, self.options.seconds / 3)
            for worker, bench in ((self.tuned, 0), (self.tuned, 1), (self.usual, 0)):
                worker.ask("go", 2 * trial + bench, self.options.seconds / 4)
        self.judge(result)
        return result

    def judge(self, result):
        """What would make the speed meaningless."""
        trouble = []
        if not result["loss"]["last"] < result["loss"]["first"]:
            trouble.append("our loss does not fall")
        if self.tuned:
            if not result["torch_loss"]["last"] < result["torch_loss"]["first"]:
                trouble.append("PyTorch's loss does not fall")
            if not result["losses_apart"] <= TOLERANCE:
                trouble.append("not the same net: losses of the first steps are %.1e apart"
                               % result["losses_apart"])
        if self.facts["generated"]:  # labels of noise: nothing to learn quickly
            trouble = [t for t in trouble if "fall" not in t]
        result["trouble"] = trouble

    def one_round(self, trial, number):
        """Peak, work, peak, work, ...; who begins alternates."""
        seconds, plain, logging = self.options.seconds, 2 * trial, 2 * trial + 1
        turns = [(self.ours, "ours", plain), (self.ours, "ours_logging", logging)]
        if self.tuned:
            turns = [(self.ours, "ours", plain), (self.tuned, "torch", plain),
                     (self.ours, "ours_logging", logging),
                     (self.tuned, "torch_logging", logging), (self.usual, "torch_usual", plain)]
        if number % 2:
            turns.reverse()
        done = {}
        before = self.ours.ask("peak")["flops"]
        for worker, name, bench in turns:
            done[name] = worker.ask("go", bench, seconds)
            after = self.ours.ask("peak")["flops"]
            done[name]["peak"] = (before + after) / 2
            before = after
        return done


def summary(result, rounds):
    """Medians and ranges of everything; ratios are of the same round."""
    flops = result["flops_per_sample"]
    result["rounds"] = rounds
    result["peak"] = spread([done[name]["peak"] for done in rounds for name in done])
    for name in rounds[0]:
        result[name] = {
            "rate": spread([rate(done[name]) for done in rounds]),
            "wall_rate": spread([done[name]["samples"] / done[name]["wall"] for done in rounds]),
            "share": spread([rate(done[name]) * flops / done[name]["peak"] for done in rounds])}
    for name, above, below in (("ratio", "ours", "torch"), ("ratio_usual", "ours", "torch_usual"),
                               ("ratio_logging", "ours_logging", "torch_logging"),
                               ("logging_cost", "ours", "ours_logging"),
                               ("torch_logging_cost", "torch", "torch_logging")):
        if above in rounds[0] and below in rounds[0]:
            ratios = [rate(done[above]) / rate(done[below]) for done in rounds]
            result[name] = spread([r - 1 for r in ratios] if "cost" in name else ratios)
    return result


def measure(program, options, say):
    """One entry per trial of the chosen workloads."""
    results, about = [], None
    for letter, name in workloads().items():
        if options.workloads and letter not in options.workloads:
            continue
        say("training: %s" % name)
        with tempfile.TemporaryDirectory(prefix="actgrid-benchmark-") as folder:
            comparison = Comparison(name, program, options, folder)
            try:
                if comparison.tuned and not about:
                    about = comparison.tuned.ask("about")
                trials = range(len(comparison.facts["trials"]))
                found = [comparison.prepare(trial) for trial in trials]
                rounds = [[] for _ in trials]
                for number in range(options.rounds):
                    for trial in trials:
                        rounds[trial].append(comparison.one_round(trial, number))
                results += [summary(f, r) for f, r in zip(found, rounds)]
            finally:
                comparison.close()
    return {"trials": results, "torch": about, "torch_environment": torch_environment(),
            "torch_tuned_environment": KEEP_MEMORY, "rounds": options.rounds,
            "seconds": options.seconds}


# --- tables ----------------------------------------------------------------------------


def kilo(x):
    return "%.0f" % x if x < 10000 else "%.1fk" % (x / 1e3) if x < 1e6 else "%.2fM" % (x / 1e6)


def ranged(s, form=kilo):
    return "%s [%s-%s]" % (form(s["median"]), form(s["least"]), form(s["most"]))


def times(x):
    return "%.2f" % x


def percent(x):
    return "%.0f" % (100 * x)


def percent1(x):
    return "%.1f" % (100 * x)


COLUMNS = [  # title, of the result, form
    ("actgrid /s", lambda r: ranged(r["ours"]["rate"])),
    ("% of peak", lambda r: ranged(r["ours"]["share"], percent)),
    ("PyTorch /s", lambda r: ranged(r["torch"]["rate"])),
    ("% of peak", lambda r: percent(r["torch"]["share"]["median"])),
    ("ratio", lambda r: ranged(r["ratio"], times)),
    ("as installed", lambda r: ranged(r["ratio_usual"], times)),
    ("logging: actgrid /s", lambda r: ranged(r["ours_logging"]["rate"])),
    ("PyTorch /s", lambda r: ranged(r["torch_logging"]["rate"])),
    ("ratio", lambda r: ranged(r["ratio_logging"], times)),
    ("cost %", lambda r: ranged(r["logging_cost"], percent1)),
    ("PyTorch's", lambda r: percent(r["torch_logging_cost"]["median"])),
]


def row_name(result):
    name = "%s %s" % (result["letter"], result["workload"][2:])
    return "%s b%d %s %s" % (name, result["batch_size"], result["optimizer"], result["activation"])


def rows(section):
    """The table: titles, then a row for each trial. Without PyTorch, without its columns."""
    trials = section["trials"]
    with_torch = bool(trials) and "torch" in trials[0]
    columns = COLUMNS if with_torch else [COLUMNS[i] for i in (0, 1, 6, 9)]
    yield ["training, samples per second of processor time"] + [c[0] for c in columns]
    for result in trials:
        yield [row_name(result)] + [c[1](result) for c in columns]


def notes(section):
    """What must be known about the table."""
    for result in section["trials"]:
        for trouble in result["trouble"]:
            yield "%s: %s" % (row_name(result), trouble)
    generated = sorted({r["generated"] for r in section["trials"] if r["generated"]})
    if generated:
        yield ("no files of %s: generated examples of the same shape (set ACTGRID_DATA)"
               % ", ".join(generated))
    peaks = [r["peak"]["median"] for r in section["trials"]]
    if peaks:
        yield ("peak: %.0f GFLOP/s [%.0f-%.0f], fused multiply-adds on one core, measured between "
               "all pieces of work" % (statistics.median(peaks) / 1e9,
                                       min(r["peak"]["least"] for r in section["trials"]) / 1e9,
                                       max(r["peak"]["most"] for r in section["trials"]) / 1e9))
    if not section["torch"]:
        return
    about = section["torch"]
    apart = [r["losses_apart"] for r in section["trials"]]
    yield ("PyTorch %s, OpenBLAS kernels %s, one thread; losses of the first %d steps at most %.1e "
           "apart" % (about["torch"], about["openblas_core"], COMPARED_STEPS, max(apart)))
    chosen = {"foreach": [], "channels_last": []}
    for r in section["trials"]:
        for key in chosen:
            if r["torch_settings"][key]:
                chosen[key].append(r["letter"])
    yield "PyTorch: the faster of each setting: " + "; ".join(
        "%s in %s" % (key, "".join(sorted(set(letters))) or "none")
        for key, letters in chosen.items())
    yield ("\"PyTorch\" keeps freed memory (malloc's thresholds, as jemalloc or tcmalloc would); "
           "\"as installed\" is the ratio to PyTorch without that, NCHW, no foreach")
    yield ("logging: norms of every layer's weight gradient and dead units at every step on both "
           "sides; ours is every probe of the catalogue")

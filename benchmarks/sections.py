"""Everything around training: what logging and storing cost, two cores against one, the
start, plans of a million trials, a finished sweep, memory, the store at scale."""
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time

from training import HERE, ONE_THREAD, Worker, percent1, ranged, rate, spread

SWEEP = os.path.join(HERE, "workloads", "sweep.yaml")
TRIAL = """name: {name}
dataset: mnist1d
model: {{type: mlp, depth: 2, width: 32}}
activation: relu
initializer: he_normal
optimizer: {{name: sgd, learning_rate: 0.01}}
training: {{{length}, batch_size: 50}}
seeds: {seeds}
{grid}"""
MILLION = """grid:
  activation: [relu, tanh, gelu, elu, sigmoid]
  optimizer.learning_rate: logspace(1e-4, 1, 50)
  model.depth: [1, 2, 4, 8]
"""


def folder():
    return tempfile.TemporaryDirectory(prefix="actgrid-benchmark-")


def write(path, text):
    with open(path, "w") as out:
        out.write(text)
    return path


def run(*words, codes=(0,)):
    """Wall and processor seconds of a command, and its largest memory in bytes."""
    began = time.perf_counter()
    process = subprocess.Popen([str(word) for word in words], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    out, err = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        raise SystemExit("scripts/benchmark: %s\n%s" % (" ".join(map(str, words)), err))
    return {"wall": time.perf_counter() - began, "seconds": usage.ru_utime + usage.ru_stime,
            "bytes": usage.ru_maxrss * 1024, "out": out}


def milli(x):
    return "%.0f" % (1e3 * x)


def two(x):
    return "%.2f" % x


def mega(x):
    return "%.1f" % (x / 1e6)


# --- logging: every probe at every step -------------------------------------------------


def measure_logging(tools, options, say):
    """Ours alone, with and without, in turn; more rounds, because the difference is small."""
    results = []
    for name in ("a_mlp128", "c_mnist1d_mlp"):
        say("logging: %s" % name)
        with folder() as here:
            worker = Worker([tools["benchmark"], "--worker", here, name],
                            max(os.sched_getaffinity(0)), ONE_THREAD)
            facts = worker.answer()
            count = len(facts["trials"])
            rounds = [[] for _ in range(count)]
            for number in range(2 * options.rounds + 1):
                for trial in range(count):
                    order = (0, 1) if number % 2 else (1, 0)
                    done = {bench: rate(worker.ask("go", 2 * trial + bench, options.seconds / 2))
                            for bench in order}
                    if number:  # the first warms up
                        rounds[trial].append(done[0] / done[1] - 1)
            worker.close()
            for trial, costs in zip(facts["trials"], rounds):
                results.append({"workload": name, "label": trial["label"], "cost": spread(costs)})
    return {"trials": results}


def rows_logging(section):
    yield ["logging every probe at every step", "costs % of processor time"]
    for name in sorted({r["workload"] for r in section["trials"]}):
        these = [r["cost"] for r in section["trials"] if r["workload"] == name]
        for r, cost in ((r, r["cost"]) for r in section["trials"] if r["workload"] == name):
            yield ["%s %s" % (name, r["label"]), ranged(cost, percent1)]
        yield [name + ", median of these",
               percent1(statistics.median(cost["median"] for cost in these))]


# --- storing -----------------------------------------------------------------------------


def measure_storing(tools, options, say):
    rounds = []
    for number in range(options.rounds):
        say("storing: round %d" % (number + 1))
        with folder() as here:
            rounds.append(json.loads(run(tools["benchmark"], "--storing", here + "/store",
                                         SWEEP)["out"]))
    return {"rounds": rounds,
            "cpu": spread([r["store_seconds"] / (r["seconds"] - r["store_seconds"])
                           for r in rounds]),
            "wall": spread([r["store_wall"] / r["wall"] for r in rounds]),
            "per_trial": spread([r["store_wall"] / r["trials"] for r in rounds])}


def rows_storing(section):
    r = section["rounds"][0]
    yield ["storing a sweep of %d trials, %d steps each" % (r["trials"], r["steps"] / r["trials"]),
           "[range]"]
    yield ["processor time of the store, % of the sweep's", ranged(section["cpu"], percent1)]
    yield ["wall time of the store, % of the sweep's (waits for the disk)",
           ranged(section["wall"], percent1)]
    yield ["ms of wall time for each trial", ranged(section["per_trial"], milli)]


# --- two cores against one --------------------------------------------------------------


def measure_cores(tools, options, say):
    threads = sorted({1, min(2, len(os.sched_getaffinity(0)))})
    rounds = []
    for number in range(options.rounds):
        done = {}
        for n in threads if number % 2 else threads[::-1]:
            say("cores: round %d, -j %d" % (number + 1, n))
            with folder() as here:
                done[n] = run(tools["actgrid"], "run", SWEEP, "-o", here + "/store", "-j", n,
                              "--progress=none")
                status = json.loads(run(tools["actgrid"], "status", "--json",
                                        here + "/store")["out"])
                done[n] = {"wall": done[n]["wall"], "seconds": done[n]["seconds"],
                           "bytes": done[n]["bytes"], "trials": status["finished"]}
        rounds.append(done)
    return {"rounds": rounds,
            "per_minute": {n: spread([60 * r[n]["trials"] / r[n]["wall"] for r in rounds])
                           for n in threads},
            "speedup": spread([r[1]["wall"] / r[threads[-1]]["wall"] for r in rounds]),
            "seconds": spread([r[threads[-1]]["seconds"] / r[1]["seconds"] for r in rounds])}


def rows_cores(section):
    yield ["sweep.yaml, trials per minute of wall time", "[range]"]
    for n, s in section["per_minute"].items():
        yield ["-j %s" % n, ranged(s, lambda x: "%.0f" % x)]
    most = max(section["per_minute"], key=int)
    yield ["times as many with -j %s" % most, ranged(section["speedup"], two)]
    yield ["processor time, -j %s over -j 1" % most, ranged(section["seconds"], two)]


# --- start, plans, finished sweeps ------------------------------------------------------


def measure_start(tools, options, say):
    """From the command to its end for one trial of one step, on data that take 10 ms to
    generate: more than the time to the first step."""
    say("start")
    rounds = []
    with folder() as here:
        file = write(here + "/one.yaml", TRIAL.format(name="one", length="steps: 1", seeds=1,
                                                      grid=""))
        for number in range(max(options.rounds, 5)):
            done = run(tools["actgrid"], "run", file, "-o", "%s/store%d" % (here, number),
                       "--progress=none")
            rounds.append({"wall": done["wall"], "seconds": done["seconds"]})
    return {"wall": spread([r["wall"] for r in rounds]),
            "seconds": spread([r["seconds"] for r in rounds])}


def rows_start(section):
    yield ["`actgrid run` of one trial of one step, all of it", "ms"]
    yield ["wall time, durable on the disk", ranged(section["wall"], milli)]
    yield ["processor time", ranged(section["seconds"], milli)]


def measure_plan(tools, options, say):
    say("plan")
    rounds = []
    with folder() as here:
        file = write(here + "/million.yaml", TRIAL.format(name="million", length="epochs: 5",
                                                          seeds=1000, grid=MILLION))
        for _ in range(options.rounds):
            done = run(tools["actgrid"], "plan", file)
            if " 1000000 trials" not in done["out"]:
                raise SystemExit("scripts/benchmark: not a million trials: " + done["out"])
            rounds.append(done)
    return {"wall": spread([r["wall"] for r in rounds]),
            "seconds": spread([r["seconds"] for r in rounds]),
            "bytes": spread([r["bytes"] for r in rounds])}


def rows_plan(section):
    yield ["`actgrid plan` of 1,000,000 trials, calibration included", "[range]"]
    yield ["seconds of wall time", ranged(section["wall"], two)]
    yield ["seconds of processor time", ranged(section["seconds"], two)]
    yield ["MB of memory", ranged(section["bytes"], mega)]


def measure_finished(tools, options, say):
    say("finished: making 100,000 trials")
    rounds = []
    with folder() as here:
        run(HERE + "/finished_sweep.sh", tools["actgrid"], here)
        for _ in range(options.rounds):
            say("finished")
            rounds.append(run(tools["actgrid"], "run", here + "/sweep.yaml", "-o",
                              here + "/store", "--progress=none"))
        status = json.loads(run(tools["actgrid"], "status", "--json", here + "/store")["out"])
    if status["finished"] != 100000 or status["left"]:
        raise SystemExit("scripts/benchmark: not 100,000 finished trials: %s" % status)
    return {"wall": spread([r["wall"] for r in rounds]),
            "seconds": spread([r["seconds"] for r in rounds]),
            "bytes": spread([r["bytes"] for r in rounds])}


def rows_finished(section):
    yield ["`actgrid run` of a finished sweep of 100,000 trials", "[range]"]
    yield ["seconds of wall time, with its answer", ranged(section["wall"], two)]
    yield ["seconds of processor time", ranged(section["seconds"], two)]
    yield ["MB of memory", ranged(section["bytes"], mega)]


# --- memory -----------------------------------------------------------------------------


def measure_memory(tools, options, say):
    """What `plan` says before and what `status` says after, of the same sweep."""
    say("memory")
    results = []
    for name, *short in (("sweep",), ("a_mlp128", "training.steps=200"),
                         ("d_mnist_cnn", "training.steps=20", "seeds=2", "-j", "2"),
                         ("f_mnist1d_cnn", "training.steps=200", "seeds=2")):
        file = os.path.join(HERE, "workloads", name + ".yaml")
        with folder() as here:
            plan = json.loads(run(tools["actgrid"], "plan", file, *short, "--json")["out"])
            if not plan.get("bytes"):
                continue  # data are missing
            run(tools["actgrid"], "run", file, *short, "-o", here + "/store", "--progress=none")
            status = json.loads(run(tools["actgrid"], "status", "--json", here + "/store")["out"])
            results.append({"sweep": name, "planned": plan["bytes"], "peak": status["peak_bytes"],
                            "threads": plan["threads"]})
    return {"sweeps": results}


def rows_memory(section):
    yield ["memory", "planned MB", "peak MB", "peak / planned"]
    for r in section["sweeps"]:
        yield ["%s, %d threads" % (r["sweep"], r["threads"]), mega(r["planned"]), mega(r["peak"]),
               two(r["peak"] / r["planned"])]


# --- the store at scale -----------------------------------------------------------------


def measure_store(tools, options, say):
    say("store: 20,000 trials x 50 epochs x 10 layers" if not options.quick else "store")
    with folder() as here:
        words = ["--trials", 500] if options.quick else []
        done = run(tools["store"], *words, "--json", here + "/store.json")
        with open(here + "/store.json") as file:
            found = json.load(file)
    found["printed"] = done["out"]
    return found


def rows_store(section):
    rows = section["layer_rows"]
    yield ["the store: %d trials x %d epochs x %d layers" % (
        section["trials"], section["epochs"], section["layers"]), ""]
    put, close = section["put_seconds"], section["close_seconds"]
    cpu = section["put_cpu_seconds"] + section["close_cpu_seconds"]
    yield ["layer rows stored per second of wall time", "%.0f" % (rows / (put + close))]
    yield ["layer rows stored per second of processor time", "%.0f" % (rows / cpu)]
    slowest = max(section["queries"], key=lambda q: q["warm"])
    yield ["slowest of %d views and queries, warm: %s" % (len(section["queries"]),
                                                          slowest["name"]),
           "%.0f ms" % (1e3 * slowest["warm"])]
    slowest = max(section["queries"], key=lambda q: q["cold"])
    yield ["slowest, file not in memory: %s" % slowest["name"], "%.0f ms" % (1e3 * slowest["cold"])]
    for export in section.get("exports", section.get("export", [])):
        yield ["rows exported per second as %s" % export["format"],
               "%.0f" % (export["rows"] / export["seconds"])]

"""Everything around training: what logging and storing cost, two cores against one, the
start, plans of a million trials, a finished sweep, memory, the store at scale."""
import json
import os
import statistics

from measuring import HERE, ONE_THREAD, Worker, folder, rate, run, stop
from tables import (Target, mega, milli, milli1, percent1, ranged, spread, two, whole)

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
# What logging may cost, share of processor time.
LOGGING = {"a_mlp128": 0.03, "c_mnist1d_mlp": 0.05}


def write(path, text):
    with open(path, "w") as out:
        out.write(text)
    return path


def status(tools, store):
    return json.loads(run(tools["actgrid"], "status", "--json", store)["out"])


def spreads(rounds, *keys):
    return {key: spread([r[key] for r in rounds]) for key in keys}


# --- logging: every probe at every step -------------------------------------------------


def measure_logging(tools, options, progress):
    """Ours alone, with and without, in turn; more rounds, because the difference is small."""
    results = []
    for name in LOGGING:
        with folder() as here:
            worker = Worker([tools["benchmark"], "--worker", here, name], ONE_THREAD)
            trials = worker.answer()["trials"]
            rounds = [[] for _ in trials]
            for number in range(2 * options.rounds + 1):
                progress("logging", "%s, round %d" % (name, number))
                for trial, costs in enumerate(rounds):
                    order = (0, 1) if number % 2 else (1, 0)
                    done = {bench: rate(worker.go(2 * trial + bench, options.seconds / 2))
                            for bench in order}
                    if number:  # the first warms up
                        costs.append(done[0] / done[1] - 1)
            worker.close()
        results += [{"workload": name, "label": trial["label"], "cost": spread(costs)}
                    for trial, costs in zip(trials, rounds)]
    return {"trials": results}


def rows_logging(section):
    yield ["logging every probe at every step", "costs % of processor time", "target"]
    for name, most in LOGGING.items():
        these = [r for r in section["trials"] if r["workload"] == name]
        for r in these:
            yield ["%s %s" % (name, r["label"]), ranged(r["cost"], percent1), ""]
        middle = statistics.median(r["cost"]["median"] for r in these)
        yield ["logging on %s, median of these" % name, percent1(middle),
               Target(middle, percent1, most=most)]


# --- storing -----------------------------------------------------------------------------


def measure_storing(tools, options, progress):
    rounds = []
    for number in range(options.rounds):
        progress("storing", "round %d" % (number + 1))
        with folder() as here:
            done = json.loads(run(tools["benchmark"], "--storing", here + "/store", SWEEP)["out"])
        done["cpu"] = done["store_seconds"] / done["seconds"]
        done["share"] = done["store_wall"] / done["wall"]
        done["per_trial"] = done["store_wall"] / done["trials"]
        rounds.append(done)
    return dict(spreads(rounds, "cpu", "share", "per_trial"), rounds=rounds)


def rows_storing(section):
    r = section["rounds"][0]
    yield ["storing a sweep of %d trials, %d steps each" % (r["trials"], r["steps"] / r["trials"]),
           "[range]", "target"]
    yield ["processor time of the store, % of the sweep's", ranged(section["cpu"], percent1),
           Target(section["cpu"], percent1, most=0.02)]
    yield ["the sweep waits for the store, % of wall time", ranged(section["share"], percent1),
           Target(section["share"], percent1, most=0.02)]
    yield ["ms of wall time for each trial", ranged(section["per_trial"], milli1), ""]


# --- two cores against one --------------------------------------------------------------


def measure_cores(tools, options, progress):
    threads = sorted({1, min(2, len(os.sched_getaffinity(0)))})
    rounds = []
    for number in range(options.rounds):
        done = {}
        for n in threads if number % 2 else threads[::-1]:
            progress("cores", "round %d, -j %d" % (number + 1, n))
            with folder() as here:
                done[n] = run(tools["actgrid"], "run", SWEEP, "-o", here + "/store", "-j", n,
                              "--progress=none")
                del done[n]["out"]
                done[n]["trials"] = status(tools, here + "/store")["finished"]
        rounds.append(done)
    most = threads[-1]
    return {"rounds": rounds, "threads": most,
            "per_minute": {n: spread([60 * r[n]["trials"] / r[n]["wall"] for r in rounds])
                           for n in threads},
            "speedup": spread([r[1]["wall"] / r[most]["wall"] for r in rounds]),
            "seconds": spread([r[most]["seconds"] / r[1]["seconds"] for r in rounds])}


def rows_cores(section):
    yield ["sweep.yaml, trials per minute of wall time", "[range]", "target"]
    for n, s in section["per_minute"].items():
        yield ["-j %s" % n, ranged(s, whole), ""]
    most = section["threads"]
    if most > 1:
        yield ["times as many with -j %s" % most, ranged(section["speedup"], two),
               Target(section["speedup"], two, least=1.9)]
        yield ["processor time, -j %s over -j 1" % most, ranged(section["seconds"], two), ""]


# --- start, plans, finished sweeps ------------------------------------------------------


def measure_start(tools, options, progress):
    """From the command to its end for one trial of one step, on data that take 10 ms to
    generate: more than the time to the first step."""
    progress("start")
    with folder() as here:
        file = write(here + "/one.yaml", TRIAL.format(name="one", length="steps: 1", seeds=1,
                                                      grid=""))
        rounds = [run(tools["actgrid"], "run", file, "-o", "%s/store%d" % (here, number),
                      "--progress=none") for number in range(max(2 * options.rounds, 5))]
    return spreads(rounds, "wall", "seconds", "bytes")


def rows_start(section):
    yield ["`actgrid run` of one trial of one step, all of it", "ms", "target"]
    yield ["start, wall time, data made and result on the disk", ranged(section["wall"], milli),
           Target(section["wall"], milli, most=0.1)]
    yield ["start, processor time", ranged(section["seconds"], milli), ""]


def measure_plan(tools, options, progress):
    rounds = []
    with folder() as here:
        file = write(here + "/million.yaml", TRIAL.format(name="million", length="epochs: 5",
                                                          seeds=1000, grid=MILLION))
        for number in range(options.rounds):
            progress("plan", "round %d" % (number + 1))
            rounds.append(run(tools["actgrid"], "plan", file))
            if " 1000000 trials" not in rounds[-1]["out"]:
                stop("not a million trials: " + rounds[-1]["out"])
    return spreads(rounds, "wall", "seconds", "bytes")


def rows_plan(section):
    return rows_of_size(section, "plan", "`actgrid plan` of 1,000,000 trials, calibration included",
                        400e6)


def rows_of_size(section, name, title, bytes_most=None):
    """Of something that must be done in two seconds."""
    yield [title, "[range]", "target"]
    yield [name + ", seconds of wall time", ranged(section["wall"], two),
           Target(section["wall"], two, most=2)]
    yield [name + ", seconds of processor time", ranged(section["seconds"], two),
           Target(section["seconds"], two, most=2)]
    yield [name + ", MB of memory", ranged(section["bytes"], mega),
           Target(section["bytes"], mega, most=bytes_most) if bytes_most else ""]


def measure_finished(tools, options, progress):
    progress("finished", "making 100,000 trials")
    rounds = []
    with folder() as here:
        run(HERE + "/finished_sweep.sh", tools["actgrid"], here)
        for number in range(options.rounds):
            progress("finished", "round %d" % (number + 1))
            rounds.append(run(tools["actgrid"], "run", here + "/sweep.yaml", "-o",
                              here + "/store", "--progress=none"))
        found = status(tools, here + "/store")
    if found["finished"] != 100000 or found["left"]:
        stop("not 100,000 finished trials: %s" % found)
    return spreads(rounds, "wall", "seconds", "bytes")


def rows_finished(section):
    return rows_of_size(section, "finished", "`actgrid run` of a finished sweep of 100,000 trials")


# --- memory -----------------------------------------------------------------------------


def measure_memory(tools, options, progress):
    """What `plan` says before, and after the same sweep `status` and the system."""
    results = []
    for name, *short in (("sweep",), ("a_mlp128", "training.steps=200"),
                         ("d_mnist_cnn", "training.steps=20", "seeds=2", "-j", "2"),
                         ("f_mnist1d_cnn", "training.steps=200", "seeds=2")):
        progress("memory", name)
        file = os.path.join(HERE, "workloads", name + ".yaml")
        with folder() as here:
            plan = json.loads(run(tools["actgrid"], "plan", file, *short, "--json")["out"])
            if not plan.get("bytes"):
                continue  # data are missing
            done = run(tools["actgrid"], "run", file, *short, "-o", here + "/store",
                       "--progress=none")
            results.append({"sweep": name, "planned": plan["bytes"], "system": done["bytes"],
                            "peak": status(tools, here + "/store")["peak_bytes"],
                            "threads": plan["threads"]})
    return {"sweeps": results}


def rows_memory(section):
    yield ["memory, MB", "`plan` before", "`status` after", "the system", "planned / used", "target"]
    for r in section["sweeps"]:
        share = r["planned"] / r["peak"]
        yield ["memory, %s, %d threads" % (r["sweep"], r["threads"]), mega(r["planned"]),
               mega(r["peak"]), mega(r["system"]), two(share),
               Target(share, two, least=0.8, most=1.2)]


# --- the store at scale -----------------------------------------------------------------


def measure_store(tools, options, progress):
    progress("store")
    with folder() as here:
        words = ["--trials", 500] if options.quick else []
        done = run(tools["store"], *words, "--json", here + "/store.json")
        with open(here + "/store.json") as file:
            return dict(json.load(file), printed=done["out"])


def rows_store(section):
    rows = section["layer_rows"]
    wall = section["put_seconds"] + section["close_seconds"]
    cpu = section["put_cpu_seconds"] + section["close_cpu_seconds"]
    yield ["the store: %d trials x %d epochs x %d layers" % (
        section["trials"], section["epochs"], section["layers"]), "", "target"]
    yield ["layer rows stored per second of wall time", whole(rows / wall),
           Target(rows / wall, whole, least=300e3)]
    yield ["layer rows stored per second of processor time", whole(rows / cpu), ""]
    for how, words in (("warm", "warm"), ("cold", "file not in memory")):
        slowest = max(section["queries"], key=lambda q: q[how])
        yield ["ms of the slowest of %d views and queries, %s: %s" % (
            len(section["queries"]), words, slowest["name"]), milli(slowest[how]),
            Target(slowest[how], milli, most=0.1) if how == "warm" else ""]
    for export in section["exports"]:
        speed = export["rows"] / export["seconds"]
        yield ["rows exported per second as %s" % export["format"], whole(speed),
               Target(speed, whole, least=1e6)]

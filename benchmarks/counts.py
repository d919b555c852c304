#!/usr/bin/env python3
"""Instructions of one training step against stored ones: a regression check that any
machine can repeat, however busy it is.

    benchmarks/counts.py                 compares; code 1 where something moved by over 5 %
    benchmarks/counts.py --store WHY     writes counts.json anew, with today's date and WHY

valgrind counts. A step is the difference between training for two steps and for one, so
that everything before, after and around them cancels. The level is v3, as valgrind knows
no AVX-512. Data are generated, and few: valgrind takes a third of a microsecond for a
fused multiply-add.

The counts belong to one compiler; with another nothing is compared (code 77, which ctest
takes for skipped)."""
import argparse
import concurrent.futures
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
STORED = os.path.join(HERE, "counts.json")
LEVEL, TOLERANCE = "v3", 0.05
# Two mini-batches are all examples, so that both runs end in the same epoch. (d) has small
# ones: 64 examples would take minutes.
MLP = ["a", "dataset.validation=59872", "training.batch_size=64", "activation=relu"]
SMALL = ["c", "dataset.samples=250", "activation=relu",
         "optimizer={name: sgd, learning_rate: 0.01, momentum: 0.9}"]
WORKLOADS = {
    "a_mlp128": MLP,
    "a_mlp128, every probe": MLP + ["--probes"],
    "c_mnist1d_mlp": SMALL,
    "c_mnist1d_mlp, every probe": SMALL + ["--probes"],
    "d_mnist_cnn": ["d", "dataset.validation=59996", "training.batch_size=2"],
}


def stop(code, text):
    print(text)
    sys.exit(code)


def compiler(build):
    """What the program says it was built with; where that level does not run, nothing is
    counted."""
    done = subprocess.run([build + "/actgrid", "doctor", "--json"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=dict(os.environ, ACTGRID_ISA=LEVEL))
    if done.returncode == 3 and "ACTGRID_ISA" in done.stderr:
        stop(77, "skipped: " + done.stderr.strip())
    facts = json.loads(done.stdout)
    return facts.get("environment", facts)["compiler"]


def instructions(build, words, steps):
    """Of a whole run of so many steps."""
    with tempfile.TemporaryDirectory(prefix="actgrid-counts-") as nothing:
        environment = dict(os.environ, ACTGRID_ISA=LEVEL, XDG_CACHE_HOME=nothing)
        environment.pop("ACTGRID_DATA", None)  # generated examples, whatever is installed
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + nothing + "/out",
                   build + "/ag_benchmark", "--once", *words, "training.steps=%d" % steps]
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=environment)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not counted:
        stop(3, "counts: %s ended with code %d:\n%s" % (" ".join(command), done.returncode,
                                                        done.stderr))
    return int(counted.group(1))


def count(build):
    """Workload -> instructions of a step."""
    with concurrent.futures.ThreadPoolExecutor(2) as two:
        runs = {name: [two.submit(instructions, build, words, steps) for steps in (1, 2)]
                for name, words in reversed(WORKLOADS.items())}  # the long ones first
        return {name: runs[name][1].result() - runs[name][0].result() for name in WORKLOADS}


def compare(counts, stored):
    """A line for each; how many moved too far."""
    moved = 0
    for name, now in counts.items():
        before = stored["instructions"].get(name)
        change = now / before - 1 if before else float("inf")
        far = abs(change) > TOLERANCE
        moved += far
        print("%-28s %12s instructions a step, %+.1f %% against %s stored%s" % (
            name, format(now, ","), 100 * change, format(before or 0, ","),
            ": MORE THAN %.0f %%" % (100 * TOLERANCE) if far else ""))
    if moved:
        print("counts: stored on %(stored)s: %(why)s. If a change is meant, slower or faster:\n"
              "    benchmarks/counts.py --store WHY" % stored)
    return moved


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/counts.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", metavar="WHY", help="write the counts of now to counts.json")
    parser.add_argument("--build", default=os.path.join(HERE, "..", "build", "release"),
                        metavar="DIR", help="a release build; build/release")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        stop(77, "skipped: no valgrind (scripts/setup test installs it)")
    built_by = compiler(options.build)
    if options.store:
        about = {"stored": datetime.date.today().isoformat(), "why": options.store,
                 "compiler": built_by, "level": LEVEL, "instructions": count(options.build)}
        with open(STORED, "w") as out:
            out.write(json.dumps(about, indent=4) + "\n")
        stop(0, "".join("%-28s %12s\n" % (name, format(n, ","))
                        for name, n in about["instructions"].items()) + "stored in " + STORED)
    with open(STORED) as file:
        stored = json.load(file)
    if stored["compiler"] != built_by:
        stop(77, "skipped: instructions are stored for %s, and this is %s"
             % (stored["compiler"], built_by))
    sys.exit(1 if compare(count(options.build), stored) else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What scripts/benchmark runs, once everything is built: sections, tables, files."""
import argparse
import collections
import datetime
import importlib.util
import json
import os
import subprocess
import sys

import sections
import training
from measuring import HERE, Progress, stop
from tables import aligned, markdown, summary, targets_of

# What it measures; seconds on two idle cores at standard settings, of which how many do not
# depend on the number of rounds; how; its tables.
Section = collections.namedtuple("Section", "about seconds fixed measure tables")
SECTIONS = {
    "training": Section("samples per second against PyTorch, with and without logging", 0, 0,
                        training.measure,
                        [training.rows, training.rows_logging, training.rows_typed]),
    "logging": Section("cost of every probe at every step, on (a) and (c)", 60, 4,
                       sections.measure_logging, [sections.rows_logging]),
    "storing": Section("cost of HDF5 and SQLite in a sweep", 20, 0,
                       sections.measure_storing, [sections.rows_storing]),
    "cores": Section("trials per minute with -j 1 and -j 2", 30, 0,
                     sections.measure_cores, [sections.rows_cores]),
    "start": Section("from the command to the end of one step", 1, 0,
                     sections.measure_start, [sections.rows_start]),
    "plan": Section("a plan of 1,000,000 trials", 10, 0,
                    sections.measure_plan, [sections.rows_plan]),
    "finished": Section("a finished sweep of 100,000 trials is recognised", 30, 25,
                        sections.measure_finished, [sections.rows_finished]),
    "memory": Section("memory planned against used", 10, 10,
                      sections.measure_memory, [sections.rows_memory]),
    "store": Section("20,000 trials x 50 epochs x 10 layers: in, asked, out", 150, 150,
                     sections.measure_store, [sections.rows_store]),
}
EXAMPLES = """sections:
%s

examples:
  scripts/benchmark                                     all of it, under 15 minutes
  scripts/benchmark training --workloads ac --quick     two workloads, in a minute
  scripts/benchmark training --workloads a --only activation=relu --rounds 9
  scripts/benchmark --json all.json --markdown table.md
  ACTGRID_DATA=~/data scripts/benchmark                 on real MNIST and CIFAR-10

Numbers are medians [least-most] over the rounds, and ratios are of the same round. Time is
processor time of the one thread that trains, unless it says wall time: another program on
the machine then disturbs less. It still disturbs: measure on an idle machine. Targets are
for medians. The exit code is 1 where a loss does not fall or nets are not the same, and 0
whatever targets say.""" % "\n".join(
    "  %-10s %s" % (name, section.about) for name, section in SECTIONS.items())


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark", description="How fast is actgrid, and against what?",
        epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help="which ones; else all")
    parser.add_argument("--rounds", type=int, help="of each measurement; 5, quick: 2")
    parser.add_argument("--seconds", type=float,
                        help="of each piece of training, about; 0.35, quick: 0.15")
    parser.add_argument("--workloads", default="", help="letters: only these, of training")
    parser.add_argument("--only", dest="overrides", action="append", default=[],
                        metavar="KEY=VALUE", help="changes the workloads, as for `actgrid run`")
    parser.add_argument("--no-torch", action="store_true", help="ours only")
    parser.add_argument("--quick", action="store_true", help="an idea, not a measurement")
    parser.add_argument("--json", metavar="FILE", help="everything, every round")
    parser.add_argument("--markdown", metavar="FILE", help="the tables for a README")
    parser.add_argument("--build", default=os.path.join(HERE, "..", "build", "release"),
                        help=argparse.SUPPRESS)
    options = parser.parse_args()
    for name in options.sections:
        if name not in SECTIONS:
            parser.error("'%s' is no section, must be one of %s" % (name, ", ".join(SECTIONS)))
    for letter in options.workloads:
        if letter not in training.workloads():
            parser.error("there is no workload '%s', but %s" % (
                letter, ", ".join(training.workloads().values())))
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.seconds = options.seconds or (0.15 if options.quick else 0.35)
    if options.rounds < 1 or options.seconds <= 0:
        parser.error("--rounds and --seconds must be above 0")
    options.torch = None
    if not options.no_torch:
        if importlib.util.find_spec("torch") is None:
            parser.error("%s has no torch: scripts/setup benchmark installs python3-torch, or "
                         "give --no-torch" % sys.executable)
        options.torch = sys.executable
    return options


def expected(chosen, options):
    """Pieces of work in their order, and seconds; see Progress."""
    for name in chosen:
        if name == "training":
            yield from training.expected(options)
        elif name == "store" and options.quick:
            yield name, 5
        else:
            about = SECTIONS[name]
            yield name, about.fixed + (about.seconds - about.fixed) * options.rounds / 5


def machine(actgrid):
    try:
        done = subprocess.run([actgrid, "doctor", "--json"], text=True, stdout=subprocess.PIPE,
                              check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        stop("%s; scripts/benchmark builds it" % error)
    facts = json.loads(done.stdout)
    facts = facts.get("environment", facts)
    facts["date"] = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    facts["load"] = os.getloadavg()[0]
    if facts["load"] > 0.3:
        print("scripts/benchmark: load %.1f: other programs run on this machine, and figures will "
              "be lower, wall times most" % facts["load"], file=sys.stderr)
    return facts


def machine_words(facts, about):
    """Machine, versions, load: what must stand below every figure."""
    def known(form, *keys):
        return [form % tuple(facts[key] for key in keys)] if all(k in facts for k in keys) else []
    words = known("%s, %s cores, %s", "cpu", "cores", "memory")
    words += known("actgrid %s (%s), %s, %s", "version", "git_revision", "isa", "compiler")
    words += known("HDF5 %s, SQLite %s", "hdf5", "sqlite")
    if about:
        words.append("PyTorch %s, OpenBLAS kernels %s" % (about["torch"], about["openblas_core"]))
    return "; ".join(words + known("load before %.1f", "load") + known("%s", "date"))


def measure(name, tools, options, progress):
    """A section's figures, its tables, what must be known about them."""
    section = SECTIONS[name].measure(tools, options, progress)
    tables = [list(rows(section)) for rows in SECTIONS[name].tables]
    tables = [table for table in tables if len(table) > 1]  # of titles only: nothing of the kind
    return section, tables, list(training.notes(section)) if name == "training" else []


def show(tables, notes):
    for table in tables:
        print("\n".join(aligned(table)) + "\n")
    if notes:
        print("\n".join(notes) + "\n")
    sys.stdout.flush()


def write_markdown(path, tables, notes):
    with open(path, "w") as out:
        for table in tables:
            out.write("\n".join(markdown(table)) + "\n\n")
        for line in notes:
            out.write("- %s\n" % line.strip())


def main():
    options = arguments()
    tools = {"actgrid": options.build + "/actgrid", "benchmark": options.build + "/ag_benchmark",
             "store": options.build + "/ag_benchmark_store"}
    chosen = [name for name in SECTIONS if not options.sections or name in options.sections]
    found = {"machine": machine(tools["actgrid"]), "quick": options.quick, "sections": {}}
    progress = Progress(expected(chosen, options))
    all_tables, all_notes = [], []
    for name in chosen:
        found["sections"][name], tables, notes = measure(name, tools, options, progress)
        all_tables += tables
        all_notes += notes
        progress.clear()
        show(tables, notes)

    trained = found["sections"].get("training", {"trials": [], "torch": None})
    targets = [pair for table in all_tables for pair in targets_of(table)]
    found["targets"] = [{"what": what, "value": t.value, "least": t.least, "most": t.most,
                         "reached": t.reached} for what, t in targets]
    found["minutes"] = progress.taken() / 60
    last = list(summary(targets)) if targets else []
    last += [machine_words(found["machine"], trained["torch"]),
             "measured in %.1f min%s" % (found["minutes"],
                                         ", quickly: an idea, no measurement"
                                         if options.quick else "")]
    show([], last)
    if options.json:
        with open(options.json, "w") as out:
            json.dump(found, out, indent=1)
    if options.markdown:
        write_markdown(options.markdown, all_tables, all_notes + last)
    return 1 if any(result["trouble"] for result in trained["trials"]) else 0


if __name__ == "__main__":
    sys.exit(main())

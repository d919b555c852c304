#!/usr/bin/env python3
"""What scripts/benchmark runs, once everything is built: sections, tables, files."""
import argparse
import datetime
import importlib.util
import json
import os
import subprocess
import sys

import sections
import training

SECTIONS = {  # name: what it measures, how, its rows
    "training": ("samples per second against PyTorch, with and without logging", None, None),
    "logging": ("cost of every probe at every step, on (a) and (c)", sections.measure_logging,
                sections.rows_logging),
    "storing": ("cost of HDF5 and SQLite in a sweep", sections.measure_storing, sections.rows_storing),
    "cores": ("trials per minute with -j 1 and -j 2", sections.measure_cores, sections.rows_cores),
    "start": ("from the command to the end of one step", sections.measure_start, sections.rows_start),
    "plan": ("a plan of 1,000,000 trials", sections.measure_plan, sections.rows_plan),
    "finished": ("a finished sweep of 100,000 trials is recognised", sections.measure_finished,
                 sections.rows_finished),
    "memory": ("memory planned against used", sections.measure_memory, sections.rows_memory),
    "store": ("20,000 trials x 50 epochs x 10 layers: in, asked, out", sections.measure_store,
              sections.rows_store),
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
the machine then disturbs less. It still disturbs: measure on an idle machine.""" % "\n".join(
    "  %-10s %s" % (name, about[0]) for name, about in SECTIONS.items())


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
    parser.add_argument("--build", default=os.path.join(training.HERE, "..", "build", "release"),
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


def say(text):
    """Progress, on stderr."""
    if sys.stderr.isatty():
        print("\r\033[K%s " % text, end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)


def machine(actgrid):
    facts = json.loads(subprocess.run([actgrid, "doctor", "--json"], text=True,
                                      stdout=subprocess.PIPE).stdout)
    facts = facts.get("environment", facts)
    facts["date"] = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    facts["load"] = os.getloadavg()
    return facts


def machine_words(facts, about):
    words = ["%s, %s cores, %s" % (facts.get("cpu"), facts.get("cores"), facts.get("memory")),
             "actgrid %s (%s), %s, %s" % (facts.get("version"), facts.get("git_revision"),
                                          facts.get("isa"), facts.get("compiler")),
             "HDF5 %s, SQLite %s" % (facts.get("hdf5"), facts.get("sqlite"))]
    if about:
        words.append("PyTorch %s, OpenBLAS kernels %s" % (about["torch"], about["openblas_core"]))
    return "; ".join(words + [facts["date"]])


def aligned(rows):
    """First column to the left, the others to the right."""
    rows = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in rows if i < len(row)) for i in range(max(map(len, rows)))]
    for number, row in enumerate(rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        yield "  ".join(cells).rstrip()
        if number == 0:
            yield "-" * (sum(widths) + 2 * len(widths) - 2)


def markdown(rows):
    rows = [list(row) for row in rows]
    yield "| " + " | ".join(rows[0]) + " |"
    yield "|---|" + "---:|" * (len(rows[0]) - 1)
    for row in rows[1:]:
        yield "| " + " | ".join(row) + " |"


def main():
    options = arguments()
    tools = {"actgrid": options.build + "/actgrid", "benchmark": options.build + "/ag_benchmark",
             "store": options.build + "/ag_benchmark_store"}
    chosen = [name for name in SECTIONS if not options.sections or name in options.sections]
    found = {"machine": machine(tools["actgrid"]), "sections": {}}
    tables = []
    for name in chosen:
        _, measure, rows = SECTIONS[name]
        if name == "training":
            section = training.measure(tools["benchmark"], options, say)
            rows, notes = training.rows, list(training.notes(section))
        else:
            section, notes = measure(tools, options, say), []
        found["sections"][name] = section
        table = list(rows(section))
        tables.append((name, table, notes))
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        print("\n".join(list(aligned(table)) + notes) + "\n", flush=True)
    words = machine_words(found["machine"], found["sections"].get("training", {}).get("torch"))
    print(words)
    if options.json:
        with open(options.json, "w") as out:
            json.dump(found, out, indent=1)
    if options.markdown:
        with open(options.markdown, "w") as out:
            for name, table, notes in tables:
                out.write("\n".join(markdown(table)) + "\n\n")
                out.write("".join("%s.  \n" % note for note in notes) + ("\n" if notes else ""))
            out.write(words + "\n")
    trouble = [t for r in found["sections"].get("training", {}).get("trials", [])
               for t in r["trouble"]]
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main())

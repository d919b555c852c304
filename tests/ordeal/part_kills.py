"""Kills: runs of two workers are ended with SIGKILL, at any moment or instead of a drawn operation on the disk
(shim_disk.c; in the middle of a write, too), until the store is complete; then the next one begins. After each
kill whatever was stored is whole, and a further run completes."""
import os
import shutil
import signal
import subprocess
import time
from collections import Counter

import disk
import store
from ordeal import Part

SHORT = os.path.join(os.environ["AG_SOURCE"], "tests/ordeal/short.yaml")
RUN = ["run", SHORT, "-j", "2", "--progress=json", "--checkpoint-every", "0.02s"]
# First half of the trials, then all: curves.h5 is made, read and replaced.
STAGES = [["seeds=1"], []]
# What an operation is part of, by the names of its files.
PHASES = {"making the store": "sqlite.tmp", "storing arrays": "arrays.log", "storing rows": "sqlite-wal",
          "moving rows out of their log": "results.sqlite", "keeping checkpoints": "checkpoints",
          "gathering curves.h5": "curves.h5", "anything": ""}

ANY_MOMENT = "at any moment"


def measure(part, words):
    """How long an uninterrupted run takes, and how many operations each phase has."""
    root, log = f"{part.folder}/measured", f"{part.folder}/log"
    os.mkdir(root)
    began = time.monotonic()
    code, _, err = part.run(*RUN, *words, "-o", f"{root}/store",
                            env={"LD_PRELOAD": f"{part.shims}/shim_disk.so", "AG_DISK_ROOT": root, "AG_DISK_LOG": log})
    took = time.monotonic() - began
    if code:
        raise SystemExit(f"the run that is measured ended with {code}: {err}")
    names, count = {}, Counter()
    for op in disk.read_log(log):
        if op.kind == disk.OPEN:
            names[op.fd] = op.path
        if op.kind in disk.CHANGES - {disk.OPEN, disk.SAY, disk.MAPPED}:
            name = f"{op.path} {op.other}" if op.path else names[op.fd]
            count.update(phase for phase, part_of_name in PHASES.items() if part_of_name in name)
    return took, count


class Killer:
    def __init__(self, part):
        self.part = part
        self.seconds, self.operations = measure(part, [])
        self.killed = Counter()

    def run(self, folder, words):
        """A run that is killed, or gets through before: how it ended, what it said, what was to happen."""
        random, part = self.part.random, self.part
        command = [part.program, *RUN, *words, "-o", f"{folder}/store"]
        env, patience = dict(os.environ), None
        if random.random() < 0.4:
            phase, patience = ANY_MOMENT, random.uniform(0, self.seconds)
            what = f"after {patience:.3f} s"
        else:
            phase = random.choice(sorted(PHASES))
            n = random.randint(1, random.randint(1, max(1, self.operations[phase])))  # less is left each time
            cut = random.choice([0, 0, random.randint(1, 999)])
            env.update(LD_PRELOAD=f"{part.shims}/shim_disk.so", AG_DISK_ROOT=folder, AG_DISK_KILL=str(n),
                       AG_DISK_CUT=str(cut), AG_DISK_NAME=PHASES[phase])
            what = f"{phase}, operation {n}, {cut / 10:.1f} % of it done"
        with subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True) as run:
            if patience is not None:
                time.sleep(patience)
                run.kill()
            err = run.communicate(timeout=120)[1]
        if run.returncode == -signal.SIGKILL:
            self.killed[phase] += 1
        return run.returncode, err, phase, what


def look(part, here, folder, known, whole):
    """What a kill left: sound, and with all of what was reported. Returns the trials that are there."""
    copy = store.copied(folder, f"{part.folder}/copy")
    found = set()
    if os.path.exists(f"{copy}/{store.ROWS}"):
        code, out, err = part.run("query", copy, "select count(*) from trial", "--format", "csv")
        rows = store.Rows(copy)
        found = rows.trials()
        here.check(not rows.trouble, "results.sqlite is sound", rows.trouble)
        here.check(code == 0 and out.split()[-1] == str(len(found)), "it can be queried", code, out, err)
        difference = rows.difference(whole, found)
        here.check(not difference, "its trials have all their rows, bit for bit", difference)
    here.check(known <= found, "what was reported finished is there", *sorted(known - found))
    trouble = store.arrays_trouble(copy)
    here.check(not trouble, "curves.h5 opens", trouble)
    return found


def check_whole(part, here, folder, found, whole):
    """A further run of `folder`, of which the trials `found` are there, makes it equal to an uninterrupted one."""
    code, _, err = part.run(*RUN, "-o", folder)
    here.check(code == 0, f"a further run completes, not with {code}", err)
    here.check("anew" not in err, "no checkpoint is damaged", err)
    again = found & set(store.acknowledged(err))
    here.check(not again, "no trial that is there is trained again", *sorted(again))
    store.check_equal(here, folder, f"{part.folder}/whole", whole)


def main():
    part = Part("kills")
    code, _, err = part.run(*RUN, "-o", "whole")
    if code:
        raise SystemExit(f"the uninterrupted run ended with {code}: {err}")
    whole = store.Rows(store.copied("whole", "copy"))
    killer, wanted = Killer(part), part.count(40, 300)
    kills = stores = 0
    while kills < wanted:
        stores += 1
        folder = f"{part.folder}/store{stores}"
        os.mkdir(folder)
        known, stage = set(), 0
        while kills < wanted and stage < len(STAGES):
            code, err, phase, what = killer.run(folder, STAGES[stage])
            reported = store.acknowledged(err)
            killed = code == -signal.SIGKILL
            kills += killed
            part.subject("runs between kills" if not killed else
                         "kills at any moment" if phase == ANY_MOMENT else "kills in the middle of writing")
            with part.attempt(f"store {stores}, {'kill ' + str(kills) if killed else 'run'}, {what}") as here:
                here.check(killed or code == 0, f"it completes if it is not killed, not with {code}", err)
                here.check(len(set(reported)) == len(reported) and not known & set(reported),
                           "no trial that is there is trained again", err)
                known = look(part, here, f"{folder}/store", known | set(reported), whole)
                if killed:
                    check_whole(part, here, store.copied(f"{folder}/store", f"{part.folder}/copy"), known, whole)
            stage += not killed
        part.subject("stores that were killed until complete")
        with part.attempt(f"store {stores}") as here:
            if stage == len(STAGES):
                store.check_equal(here, f"{folder}/store", f"{part.folder}/whole", whole)
            else:
                check_whole(part, here, f"{folder}/store", known, whole)
        shutil.rmtree(folder)
    print("killed: " + ", ".join(f"{n} {phase}" for phase, n in sorted(killer.killed.items())))
    part.finish()


main()

"""Kills: runs of two workers are ended with SIGKILL, at any moment or instead of a drawn operation on the disk
(shim_disk.c; in the middle of a write, too), until the store is complete; then the next one begins. After each
kill whatever was stored is whole, and a further run completes. Every third store is one of an older format."""
import os
import shutil
import signal
import subprocess
import time
from collections import Counter

import disk
import store
from judge import RUN, SOME, Judge, copied, older
from ordeal import Part

# First half of the trials, then all: curves.h5 is made, read and replaced.
STAGES = [SOME, []]
# What an operation is part of, by the names of its files.
PHASES = {"making the store": "sqlite.tmp", "storing arrays": "arrays.log", "storing rows": "sqlite-wal",
          "moving rows out of their log": "results.sqlite", "keeping checkpoints": "checkpoints",
          "gathering curves.h5": "curves.h5", "anything": ""}

ANY_MOMENT = "at any moment"
SUBJECTS = ["kills at any moment", "kills in the middle of writing", "runs that got through between kills"]


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


def main():
    part = Part("kills")
    old = older(part)
    judges = [Judge(part, old), Judge(part)]
    killer, wanted = Killer(part), part.count(40, 300)
    for subject in SUBJECTS:
        part.subject(subject)
    kills = stores = 0
    while kills < wanted:
        stores += 1
        folder = f"{part.folder}/store{stores}"
        os.mkdir(folder)
        judge = judges[stores % 3 > 0]
        if judge is judges[0]:
            shutil.copytree(old, f"{folder}/store")
        found, stage = set(), 0
        while kills < wanted and stage < len(STAGES):
            code, err, phase, what = killer.run(folder, STAGES[stage])
            killed = code == -signal.SIGKILL
            kills += killed
            part.subject(SUBJECTS[2] if not killed else SUBJECTS[0] if phase == ANY_MOMENT else SUBJECTS[1])
            with part.attempt(f"store {stores}, {'kill ' + str(kills) if killed else 'run'}, {what}") as here:
                here.check(killed or code == 0, f"it completes if it is not killed, not with {code}", err)
                reported = store.acknowledged(err)
                here.check(len(set(reported)) == len(reported) and not found & set(reported),
                           "no trial that is there is trained again", err)
                found = judge.look(here, f"{folder}/store", found | set(reported))
                if killed:
                    judge.complete(here, copied(f"{folder}/store", f"{part.folder}/completed"), found)
            stage += not killed
        part.subject(SUBJECTS[2])
        with part.attempt(f"store {stores}") as here:
            if stage == len(STAGES):
                judge.check_whole(here, f"{folder}/store")
            else:
                judge.complete(here, f"{folder}/store", found)
        shutil.rmtree(folder)
    print("killed: " + ", ".join(f"{n} {phase}" for phase, n in sorted(killer.killed.items())))
    part.finish()


main()

"""Power losses: runs are recorded operation by operation (shim_disk.c), and the disk is built as it could be
after a loss at any instant (disk.py). Whatever was reported finished is there; a further run completes to the
same bits, and trains no trial again that was there. Every other recording is of a disk that says it is a network
(shim_refusal.c): what stands for SQLite's log there is as durable."""
import os
import re
import shutil
import signal
import subprocess
import time

import disk
import store
from judge import RUN, SOME, Judge, copied, older
from ordeal import Part

# Folders above the store are made by the run, too.
STORE = "sweeps/of june/short"
RUNS = 3  # of a recording
NFS = "0x6969"
COMPLETE = r"\d trials? in |trials were there already"


def interrupt(run, random, store_folder):
    """Ctrl-C at some moment, or as soon as a trial is checkpointed and perhaps none has finished."""
    early = random.random() < 0.5
    until = time.monotonic() + (5 if early else random.uniform(0.05, 0.3))
    while time.monotonic() < until and run.poll() is None:
        if early and os.path.exists(f"{store_folder}/checkpoints"):
            break
        time.sleep(0.002)
    run.send_signal(signal.SIGINT)


def record(part, root, remote):
    """Three runs of one store: a part of its trials, the others until Ctrl-C, the rest. A Ctrl-C that ends the
    second by itself, while it closes, may fall between an operation and its line in the log: then once more."""
    begun = copied(root, f"{part.folder}/begun")
    while not (log := try_to_record(part, root, remote)):
        copied(begun, root)
    return log


def try_to_record(part, root, remote):
    """None: the second run was ended by the signal."""
    log = os.path.join(part.folder, "log")
    if os.path.exists(log):
        os.unlink(log)
    env = {**os.environ, "LD_PRELOAD": f"{part.shims}/shim_disk.so", "AG_DISK_ROOT": root, "AG_DISK_LOG": log}
    if remote:
        env |= {"LD_PRELOAD": f"{env['LD_PRELOAD']}:{part.shims}/shim_refusal.so", "DISK_FOLDER": root, "DISK_TYPE": NFS}
    for number, more in enumerate((SOME, [], [])):
        with subprocess.Popen([part.program, *RUN, "-o", f"{root}/{STORE}", *more], env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
            if number == 1:
                interrupt(run, part.random, f"{root}/{STORE}")
            said = run.communicate(timeout=120)[1]
            if run.returncode not in ((0, 130, -signal.SIGINT) if number == 1 else (0,)):
                raise SystemExit(f"the run that is recorded ended with {run.returncode}: {said}")
            if run.returncode < 0:
                return None
    return disk.read_log(log)


def draw_instants(random, operations, n):
    """How many operations were done when the power failed; ascending. A third right behind a report, a third
    where folders change."""
    changes = [i for i, op in enumerate(operations, 1) if op.kind in disk.CHANGES]
    turns = [i for i, op in enumerate(operations, 1) if op.kind in (disk.RENAME, disk.UNLINK, disk.MKDIR)]
    said = {word: [i for i, op in enumerate(operations, 1) if op.kind == disk.SAY and word in op.bytes]
            for word in (b"trial_id", b"checkpointed", b" trials ")}
    instants = []
    for i in range(n):
        if i % 3 == 0:
            instant = random.choice(changes)
        elif i % 3 == 1:
            instant = random.choice(random.choice([some for some in said.values() if some] or [changes]))
        else:
            instant = random.choice(turns or changes) + random.randint(-1, 3)
        instants.append(min(len(operations), max(0, instant)))
    return sorted(instants)


def check_log(part, now, root):
    """All that was done, and nothing lost, must make the folder as it is."""
    built = f"{part.folder}/built"
    shutil.rmtree(built, ignore_errors=True)
    now.build(built, disk.Loss(part.random, 1, 4096))
    if subprocess.run(["diff", "-r", root, built], check=False).returncode:
        raise SystemExit("the log of shim_disk.so does not say all that the program did")


class Ledger:
    """What was reported until now."""

    def __init__(self, said="", known=frozenset(), kept=frozenset()):
        self.known = known | set(store.acknowledged(said))
        self.kept = kept | set(store.checkpointed(said))


def main():
    part = Part("power")
    old = older(part)
    judges = {"old": Judge(part, old), "new": Judge(part)}
    part.subject("power losses")
    operations, debris = 0, None
    root, left, copy = (f"{part.folder}/{name}" for name in ("disk", "left", "copy"))
    for session in range(part.count(4, 12)):
        begins_with = "debris" if debris else "old" if session % 3 == 2 else "nothing"
        before = debris or Ledger()
        if not debris:
            judge = judges["old" if begins_with == "old" else "new"]
            os.mkdir(root)
        if begins_with == "old":
            shutil.copytree(old, f"{root}/{STORE}")
        now = disk.Disk(root)
        remote = session % 2 == 1
        log = record(part, root, remote)
        operations += sum(op.kind in disk.CHANGES for op in log)
        instants = draw_instants(part.random, log, part.count(6, 50))
        then, debris, done = part.random.choice(instants) if session % 3 == 0 else None, None, 0
        for instant in instants:
            for op in log[done:instant]:
                now.play(op)
            done = instant
            ledger = Ledger("".join(now.said), before.known, before.kept)
            share = part.random.choice([0, 0, part.random.random(), 1])
            loss = disk.Loss(part.random, share, part.random.choice([512, 4096]))
            with part.attempt(f"recording {session} from {begins_with}{' on a network' * remote}, behind operation"
                              f" {instant} of {len(log)}, {loss}") as here:
                shutil.rmtree(left, ignore_errors=True)
                now.build(left, loss)
                copied(left, copy)
                found = judge.look(here, f"{left}/{STORE}", ledger.known, ledger.kept)
                if len(now.said) == RUNS and re.search(COMPLETE, now.said[-1]):
                    judge.check_whole(here, f"{left}/{STORE}", tidy=False)
                judge.complete(here, f"{left}/{STORE}", found)
                if instant == then:  # power is lost once more, in a store that went through it before
                    debris = ledger
                    copied(copy, f"{part.folder}/debris")
        for op in log[done:]:
            now.play(op)
        check_log(part, now, root)
        shutil.rmtree(root)
        if debris:
            os.rename(f"{part.folder}/debris", root)
    print(f"{operations} operations recorded")
    part.finish()


main()

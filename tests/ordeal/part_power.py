"""Power losses: runs are recorded operation by operation (shim_disk.c), and the disk is built as it could be
after a loss at any instant (disk.py). Whatever was reported finished is there; a further run completes to the
same bits, and trains no trial again that was there."""
import os
import shutil
import signal
import subprocess
import time

import disk
import store
from ordeal import Part

SHORT = os.path.join(os.environ["AG_SOURCE"], "tests/ordeal/short.yaml")
# Folders above the store are made by the run, too.
STORE = "sweeps/of june/short"
RUN = ["run", SHORT, "-j", "2", "--progress=json", "--checkpoint-every", "0.02s"]


def record(part, root):
    """Three runs of one store: a part of its trials, the others until Ctrl-C, the rest."""
    log = os.path.join(part.folder, "log")
    if os.path.exists(log):
        os.unlink(log)
    env = {**os.environ, "LD_PRELOAD": f"{part.shims}/shim_disk.so", "AG_DISK_ROOT": root, "AG_DISK_LOG": log}
    for more, patience in ((["seeds=1"], None), ([], part.random.uniform(0.05, 0.3)), ([], None)):
        with subprocess.Popen([part.program, *RUN, "-o", f"{root}/{STORE}", *more], env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
            if patience:
                time.sleep(patience)
                run.send_signal(signal.SIGINT)
            said = run.communicate(timeout=120)[1]
            if run.returncode not in ((0, 130, -signal.SIGINT) if patience else (0,)):
                raise SystemExit(f"the run that is recorded ended with {run.returncode}: {said}")
    return disk.read_log(log)


def draw_instants(random, operations, n):
    """How many operations were done when the power failed; ascending. A third right behind a report, a third
    where folders change."""
    changes = [i for i, op in enumerate(operations, 1) if op.kind in disk.CHANGES]
    reports = [i for i, op in enumerate(operations, 1) if op.kind == disk.SAY and b"trial_id" in op.bytes]
    turns = [i for i, op in enumerate(operations, 1) if op.kind in (disk.RENAME, disk.UNLINK, disk.MKDIR)]
    places = [changes, reports or changes, turns or changes]
    instants = []
    for i in range(n):
        near = random.randint(-1, 3) if i % 3 == 2 else 0
        instants.append(min(len(operations), max(0, random.choice(places[i % 3]) + near)))
    return sorted(instants)


def check(part, here, left, known, kept, whole):
    """`left`: the store as the loss left it; `known`, `kept`: trials that were reported as stored, and those whose
    checkpoint was. Afterwards it is complete."""
    found = set()
    if os.path.exists(f"{left}/{store.ROWS}"):
        rows = store.Rows(store.copied(left, f"{part.folder}/copy"))
        found = rows.trials()
        here.check(not rows.trouble, "results.sqlite is sound", rows.trouble)
        difference = rows.difference(whole, found)
        here.check(not difference, "its trials have all their rows, bit for bit", difference)
    here.check(known <= found, "what was reported finished is there", sorted(known - found), "found", len(found))
    gone = [id for id in kept - found if not os.path.exists(f"{left}/checkpoints/{id}.ckpt")]
    here.check(not gone, "what was reported checkpointed is", gone)
    trouble = os.path.isdir(left) and store.arrays_trouble(left)
    here.check(not trouble, "curves.h5 opens", trouble)
    code, _, err = part.run(*RUN, "-o", left)
    here.check(code == 0, f"a further run completes, not with {code}", err)
    here.check("anew" not in err, "no checkpoint is damaged", err)
    again = found & set(store.acknowledged(err))
    here.check(not again, "no trial that is there is trained again", sorted(again))
    store.check_equal(here, left, f"{part.folder}/whole", whole)


def main():
    part = Part("power")
    code, _, err = part.run(*RUN, "-o", "whole")
    if code:
        raise SystemExit(f"the uninterrupted run ended with {code}: {err}")
    whole = store.Rows(store.copied("whole", "copy"))
    part.subject("power losses")
    operations = 0
    root, left = f"{part.folder}/disk", f"{part.folder}/left"
    os.mkdir(root)
    known, kept = set(), set()  # when recording begins
    for session in range(part.count(2, 10)):
        before = disk.Disk(root)
        log = record(part, root)
        operations += sum(op.kind in disk.CHANGES for op in log)
        instants = draw_instants(part.random, log, part.count(12, 50))
        then = part.random.choice(instants) if session % 2 == 0 else None
        done, debris = 0, None
        for instant in instants:
            for op in log[done:instant]:
                before.play(op)
            done = instant
            now = known | set(store.acknowledged(before.said)), kept | set(store.checkpointed(before.said))
            share = part.random.choice([0, 0, part.random.random(), 1])
            loss = disk.Loss(part.random, share, part.random.choice([512, 4096]))
            with part.attempt(f"recording {session}, behind operation {instant} of {len(log)}, {loss}") as here:
                shutil.rmtree(left, ignore_errors=True)
                before.build(left, loss)
                store.copied(left, f"{part.folder}/kept")
                check(part, here, f"{left}/{STORE}", *now, whole)
                if instant == then:
                    debris = now
                    store.copied(f"{part.folder}/kept", f"{part.folder}/debris")
        shutil.rmtree(root)
        if debris:  # power is lost once more, in a store that went through it before
            os.rename(f"{part.folder}/debris", root)
            known, kept = debris
        else:
            os.mkdir(root)
            known, kept = set(), set()
    print(f"{operations} operations recorded")
    part.finish()


main()

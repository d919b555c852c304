"""Damaged stores: bytes of the files that a run leaves, whole or killed, are changed, cut off or put in,
and all commands look at what is there. No crash, no hang, no silence about numbers that are wrong."""
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time

import ordeal

EXPERIMENT = """
name: damage
dataset: {name: moons, samples: 60, validation: 0.3}
model: {type: mlp, depth: 2, width: 4}
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.05}
activation: relu
training: {epochs: 3, batch_size: 8}
probes: {every: 1, histograms: true}
seeds: 2
grid: {activation: [relu, tanh, {formula: "x*sigmoid(b*x)", parameters: {b: {init: 1, learned: per_layer}}}]}
"""
KILLED = ["training.epochs=500", "probes.every=epoch"]  # of the store that is killed: trials of some 30 ms
SECONDS = 20  # that no command takes, whatever it finds
part = ordeal.Part("damage")


def limited(here, *words):
    """A command: ends by itself, in time, with a code of its own and, if that is not 0, a sentence."""
    try:
        code, out, err = part.run(*words, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        here.check(False, f"`actgrid {' '.join(words)}` takes more than {SECONDS} s")
    here.check(code in (0, 1, 2, 3), f"`actgrid {' '.join(words)}` ends with {code}", err)
    here.check(code == 0 or "actgrid: " in err or code == 1, f"{code} and no sentence", out, err)
    return code, out, err


def curves(store):
    """All numbers of curves.h5, by trial."""
    h5py = __import__("h5py")
    found = {}
    with h5py.File(f"{store}/curves.h5") as file:
        ids = [i.decode() for i in file["trials"]["trial_id"]]

        def visit(name, item):
            if isinstance(item, h5py.Dataset) and name != "trials":
                for row, trial in enumerate(ids):
                    found[name, trial] = item[row]
        file.visititems(visit)
    return found


def same(numpy, a, b):
    """Equal, but for more NaN behind the end."""
    shape = tuple(min(x, y) for x, y in zip(a.shape, b.shape))
    inner = tuple(slice(n) for n in shape)
    rest = (a.size - a[inner].size and numpy.isnan(a).sum() - numpy.isnan(a[inner]).sum(),
            b.size - b[inner].size and numpy.isnan(b).sum() - numpy.isnan(b[inner]).sum())
    return numpy.array_equal(a[inner], b[inner], equal_nan=True) and \
        rest == (a.size - a[inner].size, b.size - b[inner].size)


def damage(path):
    """One wrong bit, or byte, or a few; a hole; a cut; a piece of the file elsewhere."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    n, lot = len(data), part.random
    what = lot.choice(["bit", "bit", "byte", "bytes", "zeros", "cut", "moved", "longer"])
    at = lot.randrange(n)
    if what == "bit":
        data[at] ^= 1 << lot.randrange(8)
    elif what == "byte":
        data[at] = (data[at] + lot.randrange(1, 256)) % 256
    elif what == "bytes":
        for _ in range(lot.randrange(2, 9)):
            data[lot.randrange(n)] = lot.choice([0, 1, 127, 128, 255])
    elif what == "zeros":
        size = lot.choice([16, 512, 4096])
        data[at:at + size] = bytes(len(data[at:at + size]))
    elif what == "cut":
        del data[at:]
    elif what == "moved":
        size, to = lot.choice([8, 64, 4096]), lot.randrange(n)
        data[to:to + size] = data[at:at + size][:len(data[to:to + size])]
    else:
        data += bytes(lot.randrange(1, 5000))
    changed = not os.path.exists(path) or bytes(data) != open(path, "rb").read()
    with open(path, "wb") as file:
        file.write(data)
    return f"{what} at {at} of {n}", changed


def make_stores():
    with open("x.yaml", "w") as file:
        file.write(EXPERIMENT)
    code, _, err = part.run("run", "x.yaml", "-o", "whole", "--progress=none")
    if code:
        part.skip(f"the store could not be made: {err}")
    # Without its seal, as actgrid 0.4 wrote it.
    shutil.copytree("whole", "bare")
    with open("bare/curves.h5", "r+b") as file:
        file.truncate(os.path.getsize("bare/curves.h5") - 64)
    # Killed with some trials in arrays.log and in SQLite's log, and one in a checkpoint.
    for _ in range(40):
        shutil.rmtree("killed", ignore_errors=True)
        words = ["run", "x.yaml", "-o", "killed", "--progress=none", *KILLED, "-j", "1", "--checkpoint-every=0.01s"]
        run = subprocess.Popen([part.program, *words], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        began = time.monotonic()
        while run.poll() is None and time.monotonic() - began < 20:
            if size_of("killed/arrays.log") > 30000 and size_of("killed/results.sqlite-wal") > 100000:
                run.send_signal(signal.SIGKILL)
                break
        run.wait()
        if run.returncode == -signal.SIGKILL and any(f.startswith("checkpoints/") for f in files_of("killed")) and \
                size_of("killed/arrays.log") and size_of("killed/results.sqlite-wal"):
            return
    part.skip("no run could be killed with trials in arrays.log")


def size_of(path):
    return os.path.getsize(path) if os.path.exists(path) else 0


def files_of(store):
    return sorted(os.path.relpath(os.path.join(folder, f), store) for folder, _, names in os.walk(store) for f in names
                  if f not in ("lock", "results.sqlite-shm") and os.path.getsize(os.path.join(folder, f)))


def integrity(here, store):
    try:
        with sqlite3.connect(f"file:{store}/results.sqlite?mode=ro", uri=True) as rows:
            return rows.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        return str(error)


make_stores()
try:
    import numpy
    import h5py  # noqa: F401
    whole = curves("whole")
except ImportError:
    numpy = None
    print("skipped: whether numbers were taken over (python3-h5py is not installed)")

plan = [("damage: curves.h5", "whole", r"curves\.h5"), ("damage: curves.h5 without a seal", "bare", r"curves\.h5"),
        ("damage: results.sqlite", "whole", r"results\.sqlite"), ("damage: SQLite's log", "killed", r"results\.sqlite-wal"),
        ("damage: arrays.log", "killed", r"arrays\.log"), ("damage: checkpoints", "killed", r"checkpoints/.*")]
for name, store, pattern in plan:
    files = [f for f in files_of(store) if re.fullmatch(pattern, f)]
    if not files:
        continue
    part.subject(name)
    for i in range(part.count(5, 300)):
        file = part.random.choice(files)
        shutil.rmtree("now", ignore_errors=True)
        shutil.copytree(store, "now")
        how, changed = damage(f"now/{file}")
        with part.attempt(f"{i}: {file}: {how}") as here:
            for words in (["status", "now"], ["query", "now", "@leaderboard"], ["query", "now"],
                          ["query", "now", "SELECT * FROM layer_epoch", "--format", "csv"]):
                limited(here, *words)
            if file != "curves.h5":
                limited(here, "export", "now", "-o", "now/tables")
            # One more seed: what is there must be gathered.
            more = KILLED if store == "killed" else []
            code, out, err = limited(here, "run", "x.yaml", *more, "seeds=3", "-o", "now", "--progress=none")
            if file == "curves.h5" and store == "whole" and changed and not how.startswith("longer"):
                at = int(how.split()[2])
                here.check(code == 3 or at >= size_of("whole/curves.h5") - 64 or "bytes" in how or "moved" in how,
                           "a damaged curves.h5 is taken over", out, err)
            if code == 0 and store == "whole" and numpy and size_of("now/curves.h5"):
                now = curves("now")
                for key, numbers in whole.items():
                    here.check(key in now and same(numpy, now[key], numbers), f"{key} is not what it was")
            if code == 0 and file != "results.sqlite":
                here.check(integrity(here, "now") == "ok", "a good database is damaged", integrity(here, "now"))
part.finish()

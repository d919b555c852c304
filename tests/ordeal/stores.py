"""What parts that make a resource fail have in common: a sweep of milliseconds, what a store holds, and whether a
run that could not go on behaved: a sentence and code 3, nothing lost, and the next run completes to the same bits."""
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

TINY = """name: tiny
dataset: {name: blobs, samples: 60}
model: {type: mlp, depth: 2, width: 6}
initializer: he_normal
optimizer: {name: sgd, learning_rate: 0.05}
training: {epochs: 2, batch_size: 16}
grid:
  activation: [relu, tanh]
"""
SECONDS = 60  # a run takes 0.05; one that is not back by then hangs
NO_RESULTS = re.compile(r"second|probe_share|_at$|^number$|^trial$|^curve$|^(experiment|environment)_id$")
TABLES = ("trial", "epoch", "layer", "layer_epoch", "cell", "cell_result", "cell_epoch", "cell_layer", "cell_pair",
          "curve_epoch")


def rows(folder):
    """Every row of the tables that hold results, without times."""
    base = sqlite3.connect(f"{folder}/results.sqlite")
    try:
        bad = base.execute("PRAGMA integrity_check").fetchone()[0]
        assert bad == "ok", bad
        all_rows = {}
        for table in TABLES:
            names = [r[1] for r in base.execute(f"PRAGMA table_info({table})")]
            kept = [n for n in names if not NO_RESULTS.search(n)]
            all_rows[table] = sorted(map(repr, base.execute(f"SELECT {', '.join(kept)} FROM {table}")))
        return all_rows
    finally:
        base.close()


def stored(folder):
    """Ids of the trials that are there and say something."""
    if not os.path.exists(f"{folder}/results.sqlite"):
        return set()
    base = sqlite3.connect(f"{folder}/results.sqlite")
    try:
        return {r[0] for r in base.execute("SELECT trial_id FROM trial WHERE status <> 'failed'")}
    finally:
        base.close()


def arrays(folder):
    return hashlib.sha256(Path(folder, "curves.h5").read_bytes()).hexdigest()


class Sweeps:
    """Runs TINY with troubles; `whole` is what a run without any leaves."""

    def __init__(self, part, seeds=2):
        self.part, self.seeds = part, seeds
        Path("tiny.yaml").write_text(TINY)
        self.run(0, "whole", seeds=seeds)
        self.run(0, "half", seeds=1)
        self.whole = (rows("whole"), arrays("whole"))

    def start(self, folder, *words, seeds=None, env=None, threads=2, before=None, **how):
        command = [self.part.program, "run", "tiny.yaml", f"seeds={seeds or self.seeds}", "-o", folder, "-j",
                   str(threads), "--progress=json", *words]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, errors="replace", env={**os.environ, **(env or {})}, preexec_fn=before, **how)

    def run(self, wanted, folder, *words, **how):
        """Code, stderr and ids of the trials that were reported as done. `wanted`: the code it must have."""
        process = self.start(folder, *words, **how)
        try:
            _, said = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return "no end", process.communicate()[1], set()
        reported = {line[13:29] for line in said.splitlines() if line.startswith('{"trial_id"') and '"failed",' not in line}
        if wanted is not None and process.returncode != wanted:
            raise RuntimeError(f"run {folder}: code {process.returncode}: {said}")
        return process.returncode, said, reported

    def begin(self, folder, kind):
        """A folder as it stands before a run: no store, one with half of the trials, or all of them with arrays that
        were not gathered (as after a kill)."""
        shutil.rmtree(folder, ignore_errors=True)
        if kind != "new":
            shutil.copytree(kind, folder)

    def judge(self, here, folder, result, codes=(0, 3), names=True):
        """Nothing lost, said what is wrong; then the next run, which nothing keeps from it, completes."""
        code, said, reported = result
        here.check(code in codes, f"ends with {code}, must be one of {codes}", said)
        complaint = said.splitlines()[-1] if said else ""
        if code == 3:
            here.check("actgrid: " in complaint and "damaged" not in complaint, "says what is wrong", said)
            here.check(not names or folder in complaint, "names the file or the folder", said)
        here.check(reported <= stored(folder), "what was reported finished is there", said)
        if code == 0:
            self.same(here, folder, "it says that it is complete", said, tidy=False)
        code, said, _ = self.run(None, folder)
        here.check(code == 0, "the next run completes", code, said)
        self.same(here, folder, "after the next run", said)

    def same(self, here, folder, when, said="", tidy=True):
        now = rows(folder)
        for table in TABLES:
            here.check(now[table] == self.whole[0][table], f"{when}: {table} as without trouble", said,
                       sorted(set(now[table]) ^ set(self.whole[0][table]))[:4])
        here.check(arrays(folder) == self.whole[1], f"{when}: curves.h5 as without trouble", said)
        left = {p.name for p in Path(folder).iterdir()} - {"results.sqlite", "curves.h5", "lock"}
        here.check(not left or not tidy, f"{when}: nothing else is left", left)

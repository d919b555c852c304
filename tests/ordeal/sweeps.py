"""What parts that refuse something have in common: a sweep of milliseconds, run while something is refused; whether it
behaved (code 3 and a sentence, nothing lost) and whether the next run, of which nothing is refused, completes it."""
import os
import shutil
import subprocess
from pathlib import Path

import store
from judge import copied

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
SEEDS = 2
NEW, HALF, WHOLE, ARRAYS = "new", "half", "whole", "arrays"


class Sweeps:
    """`folder` is where runs happen; whole, half and arrays are stores that they may begin with: complete, with half
    of the trials, and complete with arrays that were not gathered, as after a kill."""

    def __init__(self, part, folder="here"):
        self.part, self.folder = part, folder
        self.place = f"{part.folder}/{folder}"
        Path("tiny.yaml").write_text(TINY)
        for name, seeds in ((WHOLE, SEEDS), (HALF, 1)):
            code, said, _ = self.run(folder=name, seeds=seeds)
            if code:
                raise SystemExit(f"nothing is refused, and the run ends with {code}: {said}")
        self._make_arrays()
        self.rows = store.Rows(copied(WHOLE, "rows"))

    def _make_arrays(self):
        """A store whose run was killed in front of the gathering, for which there was no room."""
        self.begin(HALF)
        self.run(env=self.refusing("from:1:28", f"{self.place}/curves.h5"))
        shutil.move(self.folder, ARRAYS)
        if not os.path.exists(f"{ARRAYS}/arrays.log") or len(store.Rows(copied(ARRAYS, "rows")).trials()) != 4:
            raise SystemExit("no store could be made whose arrays were not gathered")

    def refusing(self, fault="", folder=None, **more):
        """What the program must find in its environment for shim_refusal.c."""
        env = {"LD_PRELOAD": f"{self.part.shims}/shim_refusal.so", "DISK_FOLDER": folder or self.place,
               "DISK_COUNT": f"{self.part.folder}/count", **more}
        if fault:
            env["DISK_FAULT"] = fault
        return env

    def count(self, kind):
        """Of a run that begins with `kind` and of which nothing is refused: changes, bytes, memory shared."""
        self.begin(kind)
        self.run(env=self.refusing())
        return list(map(int, Path("count").read_text().split()))

    def begin(self, kind):
        shutil.rmtree(self.folder, ignore_errors=True)
        if kind != NEW:
            shutil.copytree(kind, self.folder)

    def command(self, *words, folder=None, seeds=SEEDS, threads=2):
        return [self.part.program, "run", "tiny.yaml", f"seeds={seeds}", "-o", folder or self.folder, "-j", str(threads),
                "--progress=json", *words]

    def run(self, *words, env=None, before=None, **how):
        """Code, stderr and ids of the trials that were reported as stored. `before`: done in the new process."""
        process = subprocess.Popen(self.command(*words, **how), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, errors="replace", env={**os.environ, **(env or {})},
                                   preexec_fn=before)
        try:
            said = process.communicate(timeout=SECONDS)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            return "no end", process.communicate()[1], set()
        return process.returncode, said, self.reported(said)

    @staticmethod
    def reported(said):
        return set(store.acknowledged(said))

    def ask(self, what, *words, **how):
        """A command that reads: what is wrong with its answer, "" if nothing is. Code 0 and all, or code 3 and why."""
        code, out, err = self.part.run(what, self.folder, *words, timeout=SECONDS, **how)
        if code not in (0, 3):
            return f"{what} ends with {code}: {err}"
        return f"{what} says nothing" if not (out if code == 0 else err) else ""

    def judge(self, here, result, codes=(0, 3), names=True):
        """names: the sentence has the folder in it."""
        code, said, reported = result
        here.check(code in codes, f"the run ends with {code}, must be one of {codes}", said)
        sentence = said.splitlines()[-1] if said else ""
        if code == 3:
            blamed = "damaged" in sentence and "unless memory is out" not in sentence or "is not as actgrid" in sentence
            here.check("actgrid: " in sentence and not blamed, "it says what is wrong", said)
            here.check(not names or self.folder in sentence, "it names the file or the folder", said)
        if reported:
            kept = store.Rows(copied(self.folder, "rows")).trials()
            here.check(reported <= kept, "what was reported is there", reported - kept)
        if code == 0:
            self.check_complete(here, said)
        code, said, _ = self.run()
        here.check(code == 0, f"the next run ends with {code}", said)
        self.check_complete(here, said)
        left = set(os.listdir(self.folder)) ^ set(os.listdir(WHOLE))
        here.check(not left, "nothing is left over", *left)

    def check_complete(self, here, said):
        now = store.Rows(copied(self.folder, "rows"))
        here.check(not now.trouble, "results.sqlite is sound", *now.trouble)
        difference = now.difference(self.rows)
        here.check(not difference, "a run that ends with 0 is complete, to the bit", difference, said)
        here.check(store.same_arrays(self.folder, WHOLE), "a run that ends with 0 has all arrays", said)


def drawn(part, last, short, full):
    """Points to refuse from, 1 to last: all of them, if `full` are that many; else as many, drawn."""
    n = part.count(short, full)
    return range(1, last + 1) if n >= last else sorted(part.random.sample(range(1, last + 1), n))

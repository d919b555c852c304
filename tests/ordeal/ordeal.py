"""Helpers of the parts of the ordeal that are written in Python.

    part = Part("kills")
    part.subject("kills")                      # what the table's row is called
    for i in range(part.count(40, 300)):
        with part.attempt(f"kill {i}") as here:
            code, out, err = part.run("run", here.path("x.yaml"), ...)
            here.check(code == 0, "it completes", err)
    part.finish()

A check that fails ends its attempt, which is lost; so does a damaged database, and a program that hangs. A part works in part.folder, which is removed at the end.
"""
import atexit
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile


class Lost(Exception):
    pass


class Attempt:
    @staticmethod
    def check(good, what, *details):
        if not good:
            raise Lost("\n  ".join([what] + [str(d)[:2000] for d in details]))


class Part:
    def __init__(self, name):
        self.name = name
        self.kind = os.environ.get("AG_ORDEAL", "short")
        if self.kind not in ("short", "full"):
            sys.exit(f"AG_ORDEAL is '{self.kind}', must be short or full")
        word = os.environ.get("AG_SEED", "")
        if word and not word.isdigit():
            sys.exit(f"AG_SEED is '{word}', must be a whole number")
        self.seed = int(word) if word else int.from_bytes(os.urandom(3), "little")
        self.random = random.Random(self.seed)
        self.program = os.environ["AG_PROGRAM"]
        self.shims = os.environ.get("AG_SHIMS", "")
        self.folder = tempfile.mkdtemp(prefix=f"ordeal_{name}.")
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.rows, self.row, self.subject_name = {}, None, None  # rows: name: [tried, lost]
        os.chdir(self.folder)
        for key in ("NO_COLOR", "OMP_NUM_THREADS"):
            os.environ.pop(key, None)
        # What a shell that put us into the background, or nohup, had ignored would be ignored by the program, too.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        os.environ.update(LC_ALL="C", TERM="dumb", XDG_CACHE_HOME=os.path.join(self.folder, ".cache"))
        print(f"ordeal {name}: {self.kind}, seed {self.seed}", flush=True)

    def count(self, short, full):
        return full if self.kind == "full" else short

    def subject(self, name):
        """Attempts count for this one from here on; one that was there goes on."""
        self.row = self.rows.setdefault(name, [0, 0])
        self.subject_name = name

    @contextlib.contextmanager
    def attempt(self, what):
        row, name = self.row, self.subject_name
        row[0] += 1
        try:
            yield Attempt
        except (Lost, sqlite3.Error, subprocess.TimeoutExpired) as lost:
            row[1] += 1
            short = "" if self.kind == "full" else "--short "
            print(f"LOST: {name}: {what}\n  {lost}\n  again: scripts/ordeal {short}--seed {self.seed} {self.name}",
                  flush=True)

    def run(self, *words, env=None, timeout=120):
        """The program with these words: code (negative: the signal that ended it), stdout, stderr."""
        done = subprocess.run([self.program, *map(str, words)], capture_output=True, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})}, timeout=timeout)
        return done.returncode, done.stdout, done.stderr

    def skip(self, why):
        print(f"skipped: ordeal {self.name}: {why}")
        sys.exit(77)

    def finish(self):
        for name, (tried, lost) in self.rows.items():
            print(f"ordeal: {name}: tried {tried}, survived {tried - lost}, lost {lost}")
        sys.exit(int(any(lost for _, lost in self.rows.values()) or not self.rows))

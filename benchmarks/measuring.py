"""Programs that are measured: workers that answer, commands with what they took, and how
long all of it will take."""
import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# Freed memory stays with the process: without it glibc maps and unmaps the large tensors of
# every step. What PyTorch's tuning guide gets from jemalloc or tcmalloc, without either.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "4000000000"}


def torch_environment():
    """What PyTorch needs to be fast on Debian: OpenBLAS and not the reference BLAS, and its
    kernels for the vectors that are there: detection takes some new processors for old."""
    with open("/proc/cpuinfo") as file:
        flags = file.read()
    environment = dict(ONE_THREAD)
    if "avx512f" in flags:
        environment["OPENBLAS_CORETYPE"] = "SkylakeX"
    elif "avx2" in flags:
        environment["OPENBLAS_CORETYPE"] = "Haswell"
    folders = glob.glob("/usr/lib/*/openblas-pthread")
    if folders:
        environment["LD_LIBRARY_PATH"] = folders[0]
    return environment


def stop(text):
    raise SystemExit("scripts/benchmark: " + text)


def ending(code):
    """In words: how a process ended."""
    if code >= 0:
        return "ended with code %d" % code
    return "was ended by %s%s" % (signal.Signals(-code).name,
                                  ", which also the system sends when memory is short"
                                  if -code == signal.SIGKILL else "")


class Worker:
    """A process on one core that answers each line with a line of JSON. What it has to say
    otherwise goes to our stderr."""

    def __init__(self, words, environment):
        core = max(os.sched_getaffinity(0))
        self.words = words
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, **environment),
            preexec_fn=lambda: os.sched_setaffinity(0, {core}))

    def ask(self, *words):
        try:
            self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.died(" ".join(map(str, words)))
        return self.answer(" ".join(map(str, words)))

    def answer(self, asked="to begin"):
        line = self.process.stdout.readline()
        try:
            return json.loads(line)
        except ValueError:
            if line.endswith("\n"):
                stop("%s, asked '%s', answered what is no JSON: %.200s" % (
                    " ".join(self.words), asked, line))
            self.died(asked)

    def died(self, asked):
        stop("%s %s when asked '%s'; see above for what it said" % (
            " ".join(self.words), ending(self.process.wait()), asked))

    def go(self, bench, seconds):
        return self.ask("go", bench, seconds)

    def close(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.wait()


def rate(done):
    """Samples per second of the thread's own time."""
    return done["samples"] / done["seconds"]


def run(*words):
    """Wall and processor seconds of a command, its largest memory in bytes, its output."""
    words = [str(word) for word in words]
    with tempfile.TemporaryFile("w+") as err:
        began = time.perf_counter()
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=err, text=True)
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            err.seek(0)
            stop("%s %s:\n%s" % (" ".join(words), ending(process.returncode), err.read()))
    return {"wall": wall, "seconds": usage.ru_utime + usage.ru_stime,
            "bytes": usage.ru_maxrss * 1024, "out": out}


def folder():
    return tempfile.TemporaryDirectory(prefix="actgrid-benchmark-")


class Progress:
    """On stderr: what is being measured, and how long it will take. `expected` are pieces
    of work in their order and the seconds that they take on two idle cores; those that
    are done say how this machine compares."""

    def __init__(self, expected):
        self.expected, self.began = dict(expected), time.monotonic()
        self.piece, self.behind, self.piece_began = None, 0, self.began

    def __call__(self, piece, text=""):
        now = time.monotonic()
        if piece != self.piece:
            self.behind += self.expected.pop(self.piece, 0)
            self.piece, self.piece_began = piece, now
        pace = (self.piece_began - self.began) / self.behind if self.behind > 10 else 1
        ahead = pace * sum(self.expected.values()) - (now - self.piece_began)
        self.say("%s%s, %s left" % (piece, ": " + text if text else "",
                                    "about %.0f min" % (ahead / 60) if ahead > 90 else
                                    "about a minute" if ahead > 30 else "less than a minute"))

    def taken(self):
        return time.monotonic() - self.began

    def say(self, text):
        if sys.stderr.isatty():
            print("\r\033[K%s " % text, end="", file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)

    def clear(self):
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)

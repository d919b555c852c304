"""Two processes on one store: runs that begin in the same instant, readers beside a run, locks that a dead process
left, a folder that goes away. One run writes, the others say who it is; readers always answer; nothing is lost."""
import os
import shutil
import signal
import subprocess
import time

import store
from judge import copied
from ordeal import Part
from sweeps import HALF, NEW, Sweeps

SLOW = ["training.epochs=300", "seeds=12"]  # some 24 trials of 10 ms
READERS = [["status"], ["query", "@leaderboard"], ["query", "select count(*) from epoch", "--format", "csv"]]


def start(part, folder, *words):
    command = [part.program, "run", "tiny.yaml", "-o", folder, "-j", "1", "--progress=json", *words]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def end(process):
    said = process.communicate(timeout=60)[1]
    return process.returncode, said


def same_instant(part, sweeps, kind):
    """Three begin: those that end with 3 name one of the others; together they did all, and nothing twice."""
    sweeps.begin(kind)
    runs = [start(part, sweeps.folder, "seeds=2") for _ in range(3)]
    ends = [end(run) for run in runs]
    with part.attempt(f"three runs of a {kind} store") as here:
        for code, said in ends:
            here.check(code in (0, 3), f"a run ends with {code}", said)
            named = any(f"is in use by process {run.pid} on " in said for run in runs)
            here.check(code == 0 or named or "is in use by another process" in said, "it names the other", said)
        here.check(any(code == 0 for code, _ in ends), "one of them does it", ends)
        reported = [id for _, said in ends for id in store.acknowledged(said)]
        here.check(len(reported) == len(set(reported)), "no trial is stored twice", reported)
        sweeps.check_complete(here, "after three runs")


def started(folder, process):
    while process.poll() is None and not os.path.exists(f"{folder}/arrays.log"):
        time.sleep(0.002)


def read_beside(part, whole):
    """Readers ask until the run ends; counts only grow."""
    shutil.rmtree("beside", ignore_errors=True)
    run = start(part, "beside", *SLOW)
    started("beside", run)
    seen, n = 0, 0
    while run.poll() is None or n == 0:
        words = READERS[n % len(READERS)]
        n += 1
        with part.attempt(f"{words[0]} beside a run, {n}") as here:
            code, out, err = part.run(words[0], "beside", *words[1:])
            here.check(code == 0, f"{words} ends with {code}", err)
            if words[-1] == "csv":
                count = int(out.split()[-1])
                here.check(count >= seen, "nothing that was there is gone", seen, count)
                seen = count
    with part.attempt("the run that was read") as here:
        code, said = end(run)
        here.check(code == 0, f"it ends with {code}", said)
        code, out, err = part.run("diff", "beside", whole)
        here.check(code == 0, "it equals one that nobody read", out, err)


def stale(part, sweeps):
    for what, text in (("a dead process", f"{2 ** 22 - 1} {os.uname().nodename} 2020-01-01T00:00:00Z 1\n"),
                       ("a process with the number of another", f"{os.getpid()} {os.uname().nodename} 2020-01-01T00:00:00Z 1\n"),
                       ("another machine", "1 elsewhere 2020-01-01T00:00:00Z 1\n"), ("nobody", "noise")):
        with part.attempt(f"a lock file of {what}") as here:
            sweeps.begin(HALF)
            with open(f"{sweeps.folder}/lock", "w") as lock:
                lock.write(text)
            sweeps.judge(here, sweeps.run(), codes=(0,))
    with part.attempt("a run that was killed") as here:
        sweeps.begin(NEW)
        run = start(part, sweeps.folder, *SLOW)
        started(sweeps.folder, run)
        run.send_signal(signal.SIGKILL)
        end(run)
        code, said, _ = sweeps.run()
        here.check(code == 0, f"the next run ends with {code}", said)


def gone(part, whole):
    for what, take in (("removed", shutil.rmtree), ("renamed", lambda folder: os.rename(folder, "elsewhere")),
                       ("without its lock", lambda folder: os.unlink(f"{folder}/lock"))):
        with part.attempt(f"a folder that is {what}") as here:
            for folder in ("gone", "elsewhere"):
                shutil.rmtree(folder, ignore_errors=True)
            run = start(part, "gone", *SLOW)
            started("gone", run)
            time.sleep(part.random.uniform(0, 0.1))
            if run.poll() is None:
                try:
                    take("gone")
                except OSError:  # the run made a file meanwhile
                    shutil.rmtree("gone", ignore_errors=True)
            code, said = end(run)
            here.check(code in (0, 3), f"the run ends with {code}", said)
            here.check(code == 0 or "'gone" in said.splitlines()[-1], "it says what is gone", said)
            if what == "removed":
                continue
            where = "elsewhere" if what == "renamed" else "gone"
            kept = store.Rows(copied(where, "rows")).trials()
            here.check(set(store.acknowledged(said)) <= kept, "what was reported is there")
            code, said = end(start(part, where, *SLOW))
            here.check(code == 0, f"the next run ends with {code}", said)
            code, out, err = part.run("diff", where, whole)
            here.check(code == 0, "it equals an uninterrupted one", out, err)


part = Part("two_processes")
sweeps = Sweeps(part)
part.run("run", "tiny.yaml", *SLOW, "-o", "slow", "--progress=none")
part.subject("runs that begin in the same instant")
for i in range(part.count(3, 60)):
    same_instant(part, sweeps, (NEW, HALF)[i % 2])
part.subject("readers beside a run")
for i in range(part.count(1, 10)):
    read_beside(part, "slow")
part.subject("locks that were left")
stale(part, sweeps)
part.subject("folders that go away")
for i in range(part.count(1, 20)):
    gone(part, "slow")
part.finish()

"""Memory that runs out: each request of a run for memory or a thread, in turn, is refused, or it and all behind it; in a
new store, one that grows, and one whose arrays wait; and of what reads a store. What the address space is limited
to (ulimit -v), too."""
import resource
from pathlib import Path

from ordeal import Part
from sweeps import ARRAYS, HALF, NEW, WHOLE, Sweeps, drawn

READERS = [["status"], ["query", "@leaderboard"], ["query", "select * from epoch", "--format", "csv"]]


def refusing(part, fault=""):
    env = {"LD_PRELOAD": f"{part.shims}/shim_memory.so", "MEMORY_COUNT": f"{part.folder}/asked"}
    return {**env, "MEMORY_FAULT": fault} if fault else env


def count(part):
    return int(Path("asked").read_text())


def judge(sweeps, here, result):
    """Code 1 where trials failed, which is said of each: the next run tries them again."""
    code, said, _ = result
    here.check(code != 1 or ": failed: " in said or '"status":"failed"' in said, "it says which trials failed", said)
    sweeps.judge(here, result, codes=(0, 1, 3), names=False)


def runs(part, sweeps):
    for kind in (NEW, HALF, ARRAYS):
        sweeps.begin(kind)
        sweeps.run(env=refusing(part))
        last = count(part)
        for fault in ("once", "from"):
            for point in drawn(part, last, 4, 1000):
                with part.attempt(f"{kind} store, {fault} request {point}") as here:
                    sweeps.begin(kind)
                    judge(sweeps, here, sweeps.run(env=refusing(part, f"{fault}:{point}")))


def readers(part, sweeps):
    sweeps.begin(WHOLE)
    for what, *words in READERS:
        part.run(what, WHOLE, *words, env=refusing(part))
        last = count(part)
        whole = part.run(what, WHOLE, *words)[1]
        for fault in ("once", "from"):
            for point in drawn(part, last, 2, 1000):
                with part.attempt(f"{what}, {fault} request {point}") as here:
                    code, out, said = part.run(what, WHOLE, *words, env=refusing(part, f"{fault}:{point}"))
                    here.check(code in (0, 3), f"{what} ends with {code}", said)
                    here.check(code == 0 or "actgrid: " in said, f"{what} says what is wrong", said)
                    here.check(code == 3 or out == whole, "a whole answer, or none", out)


def address_space(part, sweeps):
    """MiB in which the program can be loaded, and a run cannot always be made."""
    for size in drawn(part, 400, 6, 100):
        with part.attempt(f"address space of {60 + size} MiB") as here:
            limit = (60 + size) << 20
            sweeps.begin(NEW)
            result = sweeps.run(before=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
            if result[0] == 127 and "loading shared libraries" in result[1]:
                continue
            judge(sweeps, here, result)


part = Part("memory")
sweeps = Sweeps(part)
part.subject("requests for memory refused to runs")
runs(part, sweeps)
part.subject("requests for memory refused to readers")
readers(part, sweeps)
part.subject("limits of the address space")
address_space(part, sweeps)
part.finish()

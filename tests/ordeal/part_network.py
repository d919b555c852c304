"""Network file systems, by what statfs says (shim_refusal.c): no memory is shared through a file there, the journal is
the one that was said, and the store is the same; one that moves from one kind to the other works, also after a kill."""
import os
import signal

import store
from ordeal import Part
from sweeps import ARRAYS, HALF, NEW, WHOLE, Sweeps

NFS, SMB, FUSE, PLAN9, LUSTRE, LOCAL = 0x6969, 0xFF534D42, 0x65735546, 0x01021997, 0x0BD00BD0, 0
KINDS = {"NFS": NFS, "SMB": SMB, "FUSE": FUSE, "9p": PLAN9, "Lustre": LUSTRE}
LOCKS_REACH = {"NFS", "SMB"}  # mounted as the disk of this test is: without the options that say otherwise


def on(sweeps, magic, fault=""):
    return sweeps.refusing(fault, DISK_TYPE=hex(magic))


def has_log(folder):
    """Whether the header says that the database has a log (WAL)."""
    with open(f"{folder}/{store.ROWS}", "rb") as file:
        return file.read(20)[18] == 2


def runs(part, sweeps):
    for name, magic in KINDS.items():
        for kind in (NEW, HALF, ARRAYS, WHOLE):
            with part.attempt(f"run on {name}, {kind} store") as here:
                sweeps.begin(kind)
                code, said, reported = sweeps.run(env=on(sweeps, magic))
                here.check(code == 0, f"it ends with {code}", said)
                here.check(f"here lies on {name}: other machines may see it" in said, "it says where it is", said)
                here.check(("locks do not reach them" in said) == (name not in LOCKS_REACH), "and what locks are worth", said)
                here.check(not has_log(sweeps.folder), "the journal is as it was said")
                with open("count") as count:
                    here.check(count.read().split()[2] == "0", "no memory is shared through a file")
                sweeps.check_complete(here, said)
                for words in (["status", "here"], ["query", "here", "@leaderboard"], ["diff", "here", WHOLE]):
                    code, out, said = part.run(*words, env=on(sweeps, magic))
                    here.check(code == 0, f"{words} there ends with {code}", said)
                    here.check(words[0] != "status" or f"on          {name}: " in out, "status says where it is", out)
                sweeps.judge(here, (0, "", reported))
                here.check(has_log(sweeps.folder), "back on a local disk it has its log")


def killed(part, sweeps):
    """Killed on one kind, completed on the other; read there in between, as it lies."""
    for there, then in ((LOCAL, NFS), (NFS, LOCAL), (FUSE, FUSE)):
        with part.attempt(f"killed on {there:#x}, completed on {then:#x}") as here:
            sweeps.begin(NEW)
            last = sweeps.count(NEW)[0]
            sweeps.begin(NEW)
            fault = f"kill:{part.random.randrange(last // 2, last)}"
            code, _, reported = sweeps.run(env=on(sweeps, there, fault))
            here.check(code == -signal.SIGKILL, "it was killed", code)
            code, out, said = part.run("query", "here", "select count(*) from trial", "--format", "csv", env=on(sweeps, then))
            here.check(code == 0 and int(out.split()[-1]) >= len(reported), "what was reported is seen", out, said)
            code, said, _ = sweeps.run(env=on(sweeps, then))
            here.check(code == 0, f"completing ends with {code}", said)
            sweeps.judge(here, (0, "", reported))


def held(part, sweeps):
    """Where locks do not reach other machines the file is believed; of this machine, the process."""
    for name, magic in KINDS.items():
        with part.attempt(f"a lock file of another machine on {name}") as here:
            sweeps.begin(HALF)
            with open("here/lock", "w") as lock:
                lock.write("12 elsewhere 2026-01-01T00:00:00Z 99\n")
            code, said, _ = sweeps.run(env=on(sweeps, magic))
            if name in LOCKS_REACH:
                here.check(code == 0, f"a lock that can be had is enough: {code}", said)
                continue
            here.check(code == 3 and "process 12 on elsewhere since 2026-01-01T00:00:00Z" in said, "it is believed", code, said)
            here.check("remove 'here/lock' and run again" in said, "what to do is said", said)
            os.unlink("here/lock")
            code, said, reported = sweeps.run(env=on(sweeps, magic))
            here.check(code == 0, f"then it ends with {code}", said)
            sweeps.judge(here, (code, said, reported))


part = Part("network")
sweeps = Sweeps(part)
part.subject("network file systems")
for i in range(part.count(1, 5)):
    runs(part, sweeps)
for i in range(part.count(1, 40)):
    killed(part, sweeps)
held(part, sweeps)
part.finish()

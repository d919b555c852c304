"""Limits of a process and read-only folders: open files, the size of a file, folders that may not be written, in the
middle of a run, too. Nothing is lost, what reads a store answers or says why not, and the next run completes."""
import errno
import resource
import shutil
import subprocess

from ordeal import Part
from sweeps import ARRAYS, HALF, NEW, WHOLE, Sweeps, drawn


def limited(which, most):
    return lambda: resource.setrlimit(which, (most, most))


def files(part, sweeps):
    for kind in (NEW, HALF, ARRAYS):
        for most in drawn(part, 24, 3, 24):
            with part.attempt(f"{kind} store, {most} files") as here:
                sweeps.begin(kind)
                result = sweeps.run(before=limited(resource.RLIMIT_NOFILE, most))
                if result[0] == 127 and "loading shared libraries" in result[1]:
                    continue
                sweeps.judge(here, result, names=False)


def sizes(part, sweeps):
    for kind in (NEW, HALF, ARRAYS):
        for kilobytes in drawn(part, 520, 3, 150):
            with part.attempt(f"{kind} store, files of {kilobytes} KiB") as here:
                sweeps.begin(kind)
                sweeps.judge(here, sweeps.run(before=limited(resource.RLIMIT_FSIZE, kilobytes << 10)))


def sealed(part, sweeps):
    """Everything below the folder is read-only from some change of the run on, or from the beginning."""
    for kind in (NEW, HALF, ARRAYS):
        last = sweeps.count(kind)[0]
        for cause in (errno.EROFS, errno.EACCES):
            for point in {1, *drawn(part, last, 2, 300)}:
                with part.attempt(f"{kind} store, read-only from change {point}") as here:
                    sweeps.begin(kind)
                    sweeps.judge(here, sweeps.run(env=sweeps.refusing(f"from:{point}:{cause}")))


def readers(part, sweeps):
    mount = ["unshare", "-rm", "sh", "-c", 'mount --bind here here && mount -o remount,bind,ro here && "$@"', "-"]
    shutil.copytree(WHOLE, sweeps.folder, dirs_exist_ok=True)
    if subprocess.run([*mount, "true"], capture_output=True, check=False).returncode:
        print("skipped: readers of read-only folders (nothing may be mounted here)")
        return
    part.subject("readers of read-only folders")
    for kind in (WHOLE, HALF, ARRAYS):
        answer = part.run("query", kind, "@leaderboard")[1]
        for words in (["query", "here", "@leaderboard"], ["status", "here"], ["diff", "here", kind]):
            with part.attempt(f"{words[0]} of {kind}") as here:
                sweeps.begin(kind)
                done = subprocess.run([*mount, part.program, *words], capture_output=True, text=True, check=False)
                here.check(done.returncode == 0, f"{words} ends with {done.returncode}", done.stderr)
                here.check(words[0] != "query" or done.stdout == answer, "the whole answer", done.stdout)
        with part.attempt(f"run of {kind}") as here:
            sweeps.begin(kind)
            done = subprocess.run([*mount, *sweeps.command()], capture_output=True, text=True, check=False)
            here.check(done.returncode == (0 if kind == WHOLE else 3), f"it ends with {done.returncode}", done.stderr)
            here.check(kind == WHOLE or "Read-only file system" in done.stderr, "it says why", done.stderr)


part = Part("limits")
sweeps = Sweeps(part)
part.subject("limits of open files")
files(part, sweeps)
part.subject("limits of the size of files")
sizes(part, sweeps)
part.subject("folders that become read-only")
sealed(part, sweeps)
readers(part, sweeps)
part.finish()

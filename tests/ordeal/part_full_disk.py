"""Full and failing disks: a sweep of milliseconds of which each write, in turn, finds no room or is refused, or is
short and interrupted; in a new store, one that grows, and one whose arrays wait. A small file system of its own, too,
where one can be mounted."""
import errno
import subprocess

from ordeal import Part
from sweeps import ARRAYS, HALF, NEW, Sweeps, drawn


def refuse(part, sweeps, kinds, fault, points):
    for kind, point in [(kind, point) for kind in kinds for point in points(kind)]:
        with part.attempt(f"{kind} store, {fault.format(point)}") as here:
            sweeps.begin(kind)
            sweeps.judge(here, sweeps.run(env=sweeps.refusing(fault.format(point))))


def small_disks(part, sweeps):
    """Room that the kernel counts: in blocks, for folders and names, too."""
    mount = ["unshare", "-rm", "sh", "-c", 'mkdir -p disk && mount -t tmpfs -o size="$0k" none disk && "$@"; code=$?;'
             ' mkdir here; cp -r disk/here/. here 2>/dev/null; exit $code']
    if subprocess.run([*mount, "64", "true"], capture_output=True, check=False).returncode:
        print("skipped: small file systems (nothing may be mounted here)")
        return
    part.subject("small disks")
    for kilobytes in drawn(part, 900, 4, 150):
        with part.attempt(f"{kilobytes} KiB") as here:
            sweeps.begin(NEW)
            done = subprocess.run([*mount, str(kilobytes), *sweeps.command(folder="disk/here")], capture_output=True,
                                  text=True, check=False, timeout=60)
            here.check(done.returncode in (0, 3), f"the run ends with {done.returncode}", done.stderr)
            here.check(done.returncode == 0 or "disk" in done.stderr.splitlines()[-1], "it says where", done.stderr)
            sweeps.judge(here, (done.returncode, done.stderr, sweeps.reported(done.stderr)), names=False)


part = Part("full_disk")
sweeps = Sweeps(part)
changes = {kind: sweeps.count(kind)[0] for kind in (NEW, HALF, ARRAYS)}
room = {kind: sweeps.count(kind)[1] for kind in changes}

part.subject("full disks")
refuse(part, sweeps, changes, "space:{}", lambda kind: drawn(part, room[kind], 4, 250))
small_disks(part, sweeps)

part.subject("failing disks")
for cause in (errno.EIO, errno.EDQUOT):
    refuse(part, sweeps, changes, f"from:{{}}:{cause}", lambda kind: drawn(part, changes[kind], 2, 1000))
refuse(part, sweeps, changes, f"once:{{}}:{errno.EIO}", lambda kind: drawn(part, changes[kind], 3, 1000))

part.subject("short and interrupted writes")
refuse(part, sweeps, changes, "short:{}", lambda kind: drawn(part, 3000, 1, 20))
part.finish()

"""Whether a store survived: whatever it was reported to have is there, and a further run makes it equal to one
that nobody interrupted."""
import os
import shutil
import subprocess

import store

SOURCE = os.environ["AG_SOURCE"]
RUN = ["run", f"{SOURCE}/tests/ordeal/short.yaml", "-j", "2", "--progress=json", "--checkpoint-every", "0.02s"]

SOME = ["seeds=1"]  # half of the trials


def older(part):
    """A store as 0.3 left it, with half of the trials: the run that follows brings it up to date."""
    folder = f"{part.folder}/old"
    code, _, err = part.run(*RUN, *SOME, "-o", folder)
    for at in 8, 5:
        with open(f"{SOURCE}/tests/cases/store/to_format_{at}.sql", encoding="utf-8") as sql:
            if code or subprocess.run(["sqlite3", "-bail", f"{folder}/{store.ROWS}"], stdin=sql, check=False).returncode:
                raise SystemExit(f"an older store could not be made: {code}, {err}")
    return folder


class Judge:
    def __init__(self, part, begun=None):
        """`begun`: a store with some of the trials, which the uninterrupted run completes."""
        self.part = part
        self.whole = os.path.join(part.folder, f"whole of {os.path.basename(begun or 'nothing')}")
        if begun:
            shutil.copytree(begun, self.whole)
        code, _, err = part.run(*RUN, "-o", self.whole)
        if code:
            raise SystemExit(f"the uninterrupted run ended with {code}: {err}")
        self.rows = store.Rows(self._copy(self.whole))

    def _copy(self, folder):
        """A copy to look at: SQLite changes what it opens."""
        return copied(folder, os.path.join(self.part.folder, "looked at"))

    def look(self, here, folder, known, kept=frozenset()):
        """What trouble left: sound, with all of what was reported: trials `known`, checkpoints `kept`. Returns
        the trials that are there."""
        copy, found = self._copy(folder), set()
        if os.path.exists(f"{copy}/{store.ROWS}"):
            code, out, err = self.part.run("query", copy, "select count(*) from trial", "--format", "csv")
            rows = store.Rows(copy)
            found = rows.trials()
            here.check(not rows.trouble, "results.sqlite is sound", *rows.trouble)
            here.check(code == 0 and out.split()[-1] == str(len(found)), "it can be queried", code, out, err)
            difference = rows.difference(self.rows, found)
            here.check(not difference, "its trials have all their rows, bit for bit", difference)
        here.check(known <= found, "what was reported finished is there", *sorted(known - found))
        gone = [id for id in kept - found if not os.path.exists(f"{copy}/checkpoints/{id}.ckpt")]
        here.check(not gone, "what was reported checkpointed is", *gone)
        trouble = store.arrays_trouble(copy)
        here.check(not trouble, "curves.h5 opens", trouble)
        return found

    def complete(self, here, folder, found):
        """A further run completes `folder`, of which the trials `found` are there."""
        code, _, err = self.part.run(*RUN, "-o", folder)
        here.check(code == 0, f"a further run completes, not with {code}", err)
        here.check("anew" not in err, "no checkpoint is damaged", err)
        again = found & set(store.acknowledged(err))
        here.check(not again, "no trial that is there is trained again", *sorted(again))
        self.check_whole(here, folder)

    def check_whole(self, here, folder, tidy=True):
        """It equals the uninterrupted one, in its own words and in ours; `tidy`: nothing else is in the folder."""
        copy = self._copy(folder)
        code, out, err = self.part.run("diff", self.whole, copy)
        here.check(code == 0, "`actgrid diff` finds no difference", code, out, err)
        now = store.Rows(copy)
        here.check(not now.trouble, "results.sqlite is sound", *now.trouble)
        difference = now.difference(self.rows)
        here.check(not difference, "its rows equal those of an uninterrupted run", difference)
        here.check(store.same_arrays(folder, self.whole), "curves.h5 has the bits of that of an uninterrupted run")
        files = sorted(os.listdir(folder))
        here.check(not tidy or files == sorted(os.listdir(self.whole)), "nothing is left over", *files)


def copied(folder, to):
    """Of a folder that is not there, none."""
    shutil.rmtree(to, ignore_errors=True)
    if os.path.isdir(folder):
        shutil.copytree(folder, to)
    return to

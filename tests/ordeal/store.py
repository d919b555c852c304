"""What a store says, read without actgrid, so that two can be compared: everything but times, and but how it
came about (in which order, by how many runs)."""
import json
import os
import re
import sqlite3
import subprocess

import h5py

# Columns that hold times, places in an order of arrival, or something made of these.
CHANGES = re.compile(r".*seconds.*|.*_at|.*per_second.*|number|experiment_id|environment_id|probe_share_mean")
HISTORY = {"experiment", "progress", "environment"}
ROWS, ARRAYS = "results.sqlite", "curves.h5"


def acknowledged(text):
    """Ids of the trials that --progress=json reported as stored."""
    return [line["trial_id"] for line in progress(text) if line["status"] != "failed"]


def checkpointed(text):
    """Ids of the trials whose checkpoint was reported."""
    return re.findall(r"^checkpointed ([0-9a-f]{16}) at step", text, re.MULTILINE)


def progress(text):
    for line in text.splitlines():
        if line.startswith("{") and line.endswith("}"):
            yield json.loads(line)


class Rows:
    """All tables of a results.sqlite: of[table][trial_id] are rows, [""] what belongs to no trial."""

    def __init__(self, folder):
        self.of = {}
        with sqlite3.connect(f"{folder}/{ROWS}") as db:
            self.trouble = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
            self.trouble += [f"foreign key: {row}" for row in db.execute("PRAGMA foreign_key_check")]
            names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            for name in names:
                if name not in HISTORY and not name.startswith("sqlite_"):
                    self.of[name] = self._read(db, name)
        db.close()

    @staticmethod
    def _read(db, table):
        """NULL is as no column: older formats lack some."""
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        names = [c for c in columns if not CHANGES.fullmatch(c) and c not in ("trial", "curve", "trial_id")]
        said = [f'x."{c}"' for c in names]
        owner = "''"
        if "trial_id" in columns:
            owner = "x.trial_id"
        elif "trial" in columns:
            owner = "(SELECT trial_id FROM trial WHERE number = x.trial)"
        elif "curve" in columns:  # numbered in order of arrival
            said.append("(SELECT json_array(phase, dataset, model, activation, initializer, optimizer, training)"
                        " FROM curve WHERE curve = x.curve)")
        rows = {}
        for row in db.execute(f"SELECT {owner}, {', '.join(said)} FROM {table} x"):
            values = tuple(pair for pair in zip([*names, "curve"], row[1:]) if pair[1] is not None)
            rows.setdefault(row[0], []).append(values)
        return {key: sorted(some, key=repr) for key, some in rows.items()}

    def trials(self):
        return set(self.of.get("trial", {}))

    def difference(self, other, trials=None):
        """The first table in which the two differ, in words; of `trials` only, if given. "": none."""
        for table in sorted(set(self.of) | set(other.of)):
            mine, theirs = self.of.get(table, {}), other.of.get(table, {})
            for key in sorted(set(mine) | set(theirs), key=str) if trials is None else sorted(trials):
                a, b = mine.get(key, []), theirs.get(key, [])
                if a != b:
                    rows = [(x, y) for x, y in zip(a, b) if x != y][:1] or f"{len(a)} and {len(b)} rows"
                    return f"{table} of {key or 'all'}: {rows}"
        return ""


def arrays_trouble(folder):
    """Why curves.h5 cannot be read by h5py or h5ls. "": it can, or there is none."""
    path = f"{folder}/{ARRAYS}"
    if not os.path.exists(path):
        return ""
    try:
        with h5py.File(path, "r") as file:
            file.visititems(lambda name, item: item[...] if isinstance(item, h5py.Dataset) else None)
    except (OSError, RuntimeError) as error:
        return f"h5py: {error}"
    listed = subprocess.run(["h5ls", "-r", path], capture_output=True, text=True)
    return f"h5ls: {listed.stdout} {listed.stderr}" if listed.returncode or "/trials" not in listed.stdout else ""


def same_arrays(a, b):
    with open(f"{a}/{ARRAYS}", "rb") as x, open(f"{b}/{ARRAYS}", "rb") as y:
        return x.read() == y.read()

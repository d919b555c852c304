"""A disk that loses what nobody synced: plays the log of shim_disk.c, and builds what could be left of the
folder after the power failed at any instant.

What POSIX promises, and no more: the bytes of a file as of its last fsync, the entries of a folder as of the
last fsync of that folder. Of everything since, any part may be there, in any order: single sectors of a
write, a rename without the unlink before it, a file's length without its bytes. A rename is whole or not."""
import os
import struct
from dataclasses import dataclass, field

HEAD = struct.Struct("<c3xiqIIQ")
# Kinds of operations in the log.
START, OPEN, CLOSE, WRITE, TRUNCATE, GROW, SYNC = b"S", b"O", b"C", b"W", b"T", b"G", b"F"
RENAME, LINK, UNLINK, MKDIR, RMDIR, MAP, MAPPED, SAY = b"R", b"L", b"U", b"M", b"X", b"Y", b"V", b"A"
CHANGES = {OPEN, WRITE, TRUNCATE, GROW, SYNC, RENAME, LINK, UNLINK, MKDIR, RMDIR, MAPPED, SAY}


@dataclass
class Operation:
    kind: bytes
    fd: int
    at: int
    path: str
    other: str
    bytes: bytes


def read_log(path):
    with open(path, "rb") as file:
        log = file.read()
    operations, at = [], 0
    while at < len(log):
        kind, fd, where, n_path, n_other, n = HEAD.unpack_from(log, at)
        ends = [at + HEAD.size + sum(x) for x in ((n_path,), (n_path, n_other), (n_path, n_other, n))]
        operations.append(Operation(kind, fd, where, os.fsdecode(log[at + HEAD.size:ends[0]]),
                                    os.fsdecode(log[ends[0]:ends[1]]), log[ends[1]:ends[2]]))
        at = ends[2]
    return operations


@dataclass(eq=False)
class File:
    durable: bytearray = field(default_factory=bytearray)
    pending: list = field(default_factory=list)  # (WRITE, offset, bytes) or (TRUNCATE or GROW, length, b"")

    def sync(self):
        for change in self.pending:
            apply(self.durable, *change)
        self.pending = []


@dataclass(eq=False)
class Folder:
    durable: dict = field(default_factory=dict)  # name: File or Folder
    pending: list = field(default_factory=list)  # (number of the operation, name, node; None: removed)
    now: dict = field(default_factory=dict)

    def change(self, number, name, node):
        self.pending.append((number, name, node))
        enter(self.now, name, node)

    def sync(self):
        for _, name, node in self.pending:
            enter(self.durable, name, node)
        self.pending = []


def enter(entries, name, node):
    if node is None:
        entries.pop(name, None)
    else:
        entries[name] = node


def apply(content, kind, at, new):
    if kind == TRUNCATE:
        del content[at:]
    end = at + len(new)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[at:end] = new


class Disk:
    def __init__(self, root):
        """Everything that is in the folder `root` now is durable."""
        self.root = os.path.realpath(root)
        self.top = self._load(self.root)
        self.open, self.mapped = {}, {}
        self.number = 0
        self.said = []  # by each run

    def _load(self, path):
        folder = Folder()
        for entry in os.scandir(path):
            if entry.is_dir(follow_symlinks=False):
                folder.durable[entry.name] = self._load(entry.path)
            else:
                with open(entry.path, "rb") as file:
                    folder.durable[entry.name] = File(bytearray(file.read()))
        folder.now = dict(folder.durable)
        return folder

    def _place(self, path):
        """The folder that has it, and its name there."""
        parts = [p for p in os.path.relpath(path, self.root).split("/") if p != "."]
        folder = self.top
        for part in parts[:-1]:
            folder = folder.now[part]
        return folder, parts[-1] if parts else ""

    def _node(self, path):
        folder, name = self._place(path)
        return folder.now[name] if name else folder

    def play(self, op):
        self.number += 1
        if op.kind == START:
            self.open, self.mapped = {}, {}
            self.said.append("")
        elif op.kind == OPEN:
            self._open(op)
        elif op.kind == CLOSE:
            self.open.pop(op.fd, None)
        elif op.kind in (WRITE, TRUNCATE, GROW):
            node, flags = self.open[op.fd]
            node.pending.append((op.kind, op.at, op.bytes))
            if flags & (os.O_SYNC | os.O_DSYNC):
                node.sync()
        elif op.kind == SYNC:
            self.open[op.fd][0].sync()
        elif op.kind == MAP:
            number, at = struct.unpack("<qq", op.bytes)
            self.mapped[number] = self.open[op.fd][0], at
        elif op.kind == MAPPED:
            node, at = self.mapped[op.fd]
            node.pending.append((WRITE, at + op.at, op.bytes))
        elif op.kind == SAY:
            self.said[-1] += op.bytes.decode(errors="replace")
        else:
            self._change_folders(op)

    def _open(self, op):
        if os.path.relpath(op.path, self.root).startswith(".."):  # the folder above the root, to be synced
            self.open[op.fd] = Folder(), op.at
            return
        folder, name = self._place(op.path)
        if name and name not in folder.now:
            folder.change(self.number, name, File())
        node = folder.now[name] if name else folder
        if op.at & os.O_TRUNC:
            node.pending.append((TRUNCATE, 0, b""))
        self.open[op.fd] = node, op.at

    def _change_folders(self, op):
        folder, name = self._place(op.path)
        if op.kind == MKDIR:
            folder.change(self.number, name, Folder())
        elif op.kind in (UNLINK, RMDIR):
            folder.change(self.number, name, None)
        elif op.kind in (RENAME, LINK):
            to, new_name = self._place(op.other)
            to.change(self.number, new_name, folder.now[name])
            if op.kind == RENAME:
                folder.change(self.number, name, None)

    # --- what is left ------------------------------------------------------------------

    def build(self, folder, loss):
        """Makes `folder` what `loss` leaves of the root."""
        self._build(self.top, folder, loss)

    def _build(self, node, path, loss):
        os.mkdir(path)
        entries = dict(node.durable)
        for number, name, entry in node.pending:
            if loss.keeps_entry(number):
                enter(entries, name, entry)
        for name, entry in entries.items():
            below = f"{path}/{name}"
            if isinstance(entry, Folder):
                self._build(entry, below, loss)
            else:
                with open(below, "wb") as file:
                    file.write(loss.content(entry))


class Loss:
    """Which changes that nobody synced reached the disk: each with the chance `share`, in sectors of `sector`
    bytes. One rename is one draw."""

    def __init__(self, random, share, sector):
        self.random, self.share, self.sector = random, share, sector
        self.entries = {}

    def __str__(self):
        return f"{self.share:.0%} of what was not synced kept, in sectors of {self.sector}"

    def _draw(self):
        return self.random.random() < self.share

    def keeps_entry(self, number):
        if number not in self.entries:
            self.entries[number] = self._draw()
        return self.entries[number]

    def content(self, file):
        content, length = bytearray(file.durable), len(file.durable)
        for kind, at, new in file.pending:
            length = at if kind == TRUNCATE else max(length, at + len(new))
            if kind != WRITE:
                if self._draw():
                    apply(content, kind, at, new)
                continue
            for start, end in self._sectors(at, at + len(new)):
                if self._draw():
                    apply(content, kind, start, new[start - at:end - at])
        if self._draw() and len(content) < length:  # the length came before the bytes
            content.extend(bytes(length - len(content)))
        return content

    def _sectors(self, start, end):
        while start < end:
            stop = min(end, (start // self.sector + 1) * self.sector)
            yield start, stop
            start = stop

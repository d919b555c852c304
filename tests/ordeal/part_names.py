"""Names and texts that want to be commands: of terminals, spreadsheets, browsers, shells, SQL. In experiment
files, data files, folders, and in every text of a store that somebody sends, through every command and format."""
import csv
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess

import ordeal

part = ordeal.Part("names")
ESCAPES = ["\x1b[31m", "\x1b]52;c;eA==\x07", "\x9b31m", "\x90x\x9c", "\x7f", "\x00"[1:] + "\x08", "\r", "\u202e", "\u2066x",
           "\u2028", "\ufeff", "\U000e0041"]
WORDS = ["'\"", "<script>alert(1)</script>", "&amp;<b>", "=1+1", "+1", "-1", "@x", "|a|", "`id`", "$(id)", "../..", "%s%n",
         "\\", "{}", "[x](http://x)", "*_*", "\n", "\t", ";", ",", "'; DROP TABLE trial; --", "é漢\U0001f600", "x" * 3000]
SEEN = re.compile(  # what no output may hold, but for lines and tabs
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")


def evil():
    return "".join(part.random.choice(part.random.choice([ESCAPES, WORDS])) for _ in range(part.random.randrange(1, 6)))


def run(here, *words):
    """The command's bytes: no crash, no raw control character, valid UTF-8."""
    done = subprocess.run([part.program, *words], capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
    shown = " ".join(repr(w) for w in words)
    here.check(done.returncode in (0, 1, 2, 3, 4), f"actgrid {shown} ends with {done.returncode}", done.stderr)
    for name, data in (("stdout", done.stdout), ("stderr", done.stderr)):
        if name == "stdout" and "csv" in words:
            continue  # as it is, for programs
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            here.check(False, f"actgrid {shown}: {name}: {error}")
        found = SEEN.search(text)
        here.check(not found, f"actgrid {shown}: {name} has a raw {found and hex(ord(found[0]))}",
                   found and repr(text[max(0, found.start() - 60):found.end() + 20]))
    return done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode()


def quoted(text):
    """A YAML scalar in double quotes, without what no file may hold."""
    return '"' + "".join("\\" + c if c in '"\\' else "\\n" if c == "\n" else "\\t" if c == "\t" else c if " " <= c < "\x7f"
                         else f"\\U{ord(c):08x}" for c in text) + '"'


def experiment(**changes):
    settings = dict(name="names", description='"x"', dataset="{name: moons, samples: 60, validation: 0.3}",
                    activation="[relu, tanh]", extra="")
    settings.update(changes)
    return ("name: {name}\ndescription: {description}\ndataset: {dataset}\nmodel: {{type: mlp, depth: 2, width: 4}}\n"
            "initializer: he_normal\noptimizer: {{name: sgd, learning_rate: 0.05}}\n"
            "training: {{epochs: 2, batch_size: 16}}\nseeds: 2\ngrid: {{activation: {activation}}}\n{extra}").format(**settings)


def write(path, text):
    with open(path, "w", newline="") as file:
        file.write(text)


def try_files(here, i):
    """An experiment file in which one text is evil: refused in a sentence, or harmless everywhere."""
    text = evil()
    where = ["name", "description", "formula", "parameter", "path", "target", "unknown", "override"][i % 8]
    changes, words = {}, []
    if where in ("name", "description"):
        changes[where] = quoted(text)
    elif where == "formula":
        changes["activation"] = f"[{{formula: {quoted(text)}}}]"
    elif where == "parameter":
        changes["activation"] = f"[{{formula: \"x*b\", parameters: {{{quoted(text)}: 1}}}}]"
    elif where == "path":
        changes["dataset"] = f"{{name: csv, path: {quoted(text)}, target: y}}"
    elif where == "target":
        write("data.csv", "x,y\n" + "".join(f"{k % 7},{'ab'[k % 2]}\n" for k in range(60)))
        changes["dataset"] = f"{{name: csv, path: data.csv, target: {quoted(text)}}}"
    elif where == "unknown":
        changes["extra"] = f"{quoted(text)}: 1\n"
    else:
        words = [text.replace("\x00", "") or "x"]
    write("x.yaml", experiment(**changes))
    run(here, "plan", "x.yaml", *words)
    code, out, _ = run(here, "plan", "x.yaml", "--json", *words)
    if code == 0 and out:
        json.loads(out)
    shutil.rmtree("files", ignore_errors=True)
    run(here, "run", "x.yaml", "-o", "files", "--progress=plain", *words)
    if os.path.exists("files/results.sqlite"):
        look(here, "files")


def table_of(text):
    """A CSV with evil names of columns and classes."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    names = [SEEN.sub("", text) + k for k in "abc"]
    rows.writerow(names)
    for k in range(60):
        rows.writerow([k % 7, 0.5 * (k % 5), SEEN.sub("", text) + "uvw"[k % 3]])
    return out.getvalue(), names


def try_data(here, _):
    text, folder = evil(), evil().replace("/", "").replace("\x00", "")[:60].strip(".") or "x"
    content, names = table_of(text)
    shutil.rmtree("data", ignore_errors=True)
    os.makedirs("data")
    path = os.path.join("data", folder + ".csv")
    write(path, content)
    for word in ("info", "export"):
        run(here, "datasets", word, path, *(["-o", "data/out.csv"] if word == "export" else []))
    code, out, _ = run(here, "datasets", "info", path, "--json")
    if code == 0:
        json.loads(out)
    shutil.copy(path, "data/plain.csv")
    write("x.yaml", experiment(dataset=f"{{name: csv, path: data/plain.csv, target: {quoted(names[2])}, validation: 0.2}}"))
    store = os.path.join("data", folder)
    code, _, _ = run(here, "run", "x.yaml", "-o", store, "--progress=plain")
    if code == 0:
        look(here, store)


def spoil(store):
    """Evil texts in all rows of a store: those that SQLite's own rules for the column allow."""
    rows = sqlite3.connect(f"{store}/results.sqlite")
    tables = [r[0] for r in rows.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
    keys = {"trial_id", "cell", "cell_a", "cell_b", "status", "phase", "origin", "rate_group", "pair_group"}
    for table in tables:
        for _, column, kind, _, _, pk in list(rows.execute(f"SELECT * FROM pragma_table_info('{table}')")):
            if kind != "TEXT" or column in keys:
                continue
            for (rowid,) in list(rows.execute(f"SELECT DISTINCT {column} FROM {table}")):
                if rowid is None and part.random.random() < 0.5:
                    continue
                value = json.dumps({"x": evil()}) if column in ("settings", "resolved") else evil()
                try:
                    rows.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {column} IS ?", (value, rowid))
                except sqlite3.Error:
                    pass
    rows.commit()
    rows.close()
    with open(f"{store}/lock", "w") as file:
        file.write(f"1 {evil().split() or ['x']} {evil()}\n")


def value_rows(store, sql):
    rows = sqlite3.connect(f"file:{store}/results.sqlite?mode=ro", uri=True)
    found = [list(map(lambda v: v, row)) for row in rows.execute(sql)]
    rows.close()
    return found


def look(here, store):
    """Every command that reads a store, in every format; texts come back as they are."""
    ids = [r[0] for r in value_rows(store, "SELECT trial_id FROM trial ORDER BY 1")]
    dir = store if "/" in store else "./" + store
    run(here, "status", dir)
    json.loads(run(here, "status", dir, "--json")[1])
    run(here, "query", dir)
    for name in ("@leaderboard", "@diverged", "@curves", "SELECT * FROM experiment", "SELECT * FROM environment",
                 "SELECT * FROM trial"):
        for format in ("table", "md"):
            code, out, _ = run(here, "query", dir, name, "--format", format)
            here.check(format != "md" or not re.search(r"(?<!\\)<", out), f"{name}: Markdown with raw <", out[:2000])
    sql = "SELECT name, description, source FROM experiment ORDER BY 1, 2, 3"
    want = value_rows(store, sql)
    code, out, _ = run(here, "query", dir, sql, "--format", "json")
    got = [list(r.values()) for r in json.loads(out)]
    here.check(got == want, "JSON comes back as another text", got, want)
    code, out, _ = run(here, "query", dir, sql, "--format", "jsonl")
    here.check([list(json.loads(r).values()) for r in out.split("\n")[:-1]] == want, "JSON lines come back as another text")
    code, out, _ = run(here, "query", dir, sql, "--format", "csv")
    back = list(csv.reader(io.StringIO(out, newline="")))[1:]
    here.check(back == want, "CSV comes back as another text", back, want)
    shutil.rmtree("tables", ignore_errors=True)
    run(here, "export", dir, "-o", "tables")
    run(here, "verify", dir, "--sample", "1")
    run(here, "diff", dir, dir)
    run(here, "diff", dir, dir, "--json")
    if len(ids) > 1:
        run(here, "diff", dir, ids[0], ids[1])
    for trial in ids[:2]:
        run(here, "why", dir, trial)
    run(here, "why", dir)


def make_store():
    write("x.yaml", experiment())
    code, _, err = part.run("run", "x.yaml", "-o", "good", "--progress=none")
    more = part.run("run", "x.yaml", "-o", "good", "--progress=none", "optimizer.learning_rate=1e9")
    if code or more[0]:
        part.skip(f"no store could be made: {err}{more[2]}")


def try_store(here, _):
    shutil.rmtree("sent", ignore_errors=True)
    shutil.copytree("good", "sent")
    spoil("sent")
    look(here, "sent")
    write("x.yaml", experiment())
    run(here, "run", "x.yaml", "-o", "sent", "--progress=plain", "seeds=3")


def try_words(here, i):
    """Evil words of the command line, in every place."""
    text = evil().replace("\x00", "") or "x"
    commands = [["query", "good", text], ["query", text, "SELECT 1"], ["query", "good", "SELECT 1", "--format", text],
                ["run", text], [text], ["why", "good", text], ["diff", text, "good"], ["status", text],
                ["activations", "show", text], ["datasets", "info", text], ["help", text], ["export", "good", "-o", text],
                ["plan", "x.yaml", f"model.depth={text}"], ["verify", text], [f"--{text}"], ["query", "good", "@" + text]]
    run(here, *commands[i % len(commands)])
    for name in os.listdir("."):  # folders that export made
        if name not in ("good", "x.yaml", "data", "files", "sent", "tables", ".cache", "data.csv"):
            shutil.rmtree(name, ignore_errors=True)


make_store()
for name, body, short, full in (("names in a store that was sent", try_store, 2, 100), ("names in experiment files", try_files, 16, 800),
                                ("names in data files and folders", try_data, 2, 150), ("names on the command line", try_words, 32, 1600)):
    part.subject(name)
    for i in range(part.count(short, full)):
        with part.attempt(f"{i}") as here:
            body(here, i)
part.finish()

"""Ctrl-C and its like, at any time: the first is answered within two seconds, says how to go on, and loses nothing;
the second ends the program at once; no command leaves half a file under its name."""
import hashlib
import http.server
import os
import re
import shutil
import signal
import subprocess
import threading
import time

import store
from ordeal import Part

part = Part("signals")
SOURCE = os.environ["AG_SOURCE"]
ASKING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
MOST = 2.0  # seconds
MODELS = [f"{SOURCE}/tests/ordeal/bits/models.yaml", "training.epochs=20", "-j", "2", "--progress=plain",
          "--checkpoint-every=0.05s"]


class Running:
    """A process in a group of its own, with its stderr in a file."""

    def __init__(self, *words, env=None):
        self.said = os.path.join(part.folder, "said")
        self.process = subprocess.Popen([part.program, *map(str, words)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=open(self.said, "wb"), start_new_session=True,
                                        env={**os.environ, **(env or {})})

    def cpu(self):
        try:
            fields = open(f"/proc/{self.process.pid}/stat", encoding="ascii").read().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def work(self, seconds):
        """Until it has computed for so long: a busy machine changes little."""
        until = time.monotonic() + 60
        while self.process.poll() is None and self.cpu() < seconds and time.monotonic() < until:
            time.sleep(0.005)

    def until(self, condition, seconds=60):
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            if condition():
                return True
            time.sleep(0.002)
        return False

    def send(self, which):
        """Code (negative: ended by a signal), seconds to the end, and what it said. Seconds are those of the clock or
        of the processor, whichever are less: others compute, too."""
        if self.process.returncode is not None:
            return self.process.returncode, 0.0, open(self.said, encoding="utf-8", errors="replace").read()
        before, began = self.cpu(), time.monotonic()
        os.kill(self.process.pid, which)  # nobody has waited for it: the number is still its own
        pid, status, usage = os.wait4(self.process.pid, 0) if self._ends(60) else (0, 0, None)
        if not pid:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return None, 60.0, "did not end within a minute"
        self.process.returncode = os.waitstatus_to_exitcode(status)
        seconds = min(time.monotonic() - began, usage.ru_utime + usage.ru_stime - before)
        return self.process.returncode, seconds, open(self.said, encoding="utf-8", errors="replace").read()

    def _ends(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                return True
            time.sleep(0.002)
        return False


def equal(here, folder, whole):
    difference = store.Rows(folder).difference(store.Rows(whole))
    here.check(not difference, "its rows are those of an uninterrupted run", difference)
    here.check(open(f"{folder}/curves.h5", "rb").read() == open(f"{whole}/curves.h5", "rb").read(),
               "its arrays are those of an uninterrupted run")


def any_time():
    """At any time of a run, from its first instant on; on with the same store until it is complete."""
    code, _, err = part.run("run", *MODELS, "-o", "whole")
    if code:
        raise SystemExit(f"the uninterrupted run ended with {code}: {err}")
    part.subject("signals: a run, at any time")
    fresh = True
    for i in range(part.count(8, 150)):
        which = part.random.choice(ASKING)
        wait = part.random.choice([part.random.uniform(0, 0.05), part.random.uniform(0, 1.5)])
        with part.attempt(f"{which.name} after {wait:.3f} s ({i})") as here:
            if fresh:
                shutil.rmtree("any", ignore_errors=True)
            running = Running("run", *MODELS, "-o", "any")
            time.sleep(wait)
            code, seconds, said = running.send(which)
            fresh = code == 0
            if code == -which:  # before it listens, while libraries are loaded, or behind the training
                here.check(said == "" or "trials in" in said or "trial in" in said, "not in silence", said)
                continue
            here.check(code in (0, 130), f"code {code}", said)
            here.check(seconds < MOST, f"{seconds:.2f} s", said)
            here.check(code == 0 or re.search("continue with:|nothing was started|packs curves.h5", said),
                       "it says what is kept or how to go on", said)
    with part.attempt("the end") as here:
        code, _, err = part.run("run", *MODELS, "-o", "any")
        here.check(code == 0, f"code {code}", err)
        equal(here, "any", "whole")


def heavy():
    part.subject("signals: the largest nets")
    blobs, sgd = "dataset={name: blobs, samples: 24000}", "optimizer={name: sgd, learning_rate: 0.01}"
    file = os.path.join(part.folder, "heavy.yaml")
    with open(file, "w", encoding="ascii") as out:
        out.write("dataset: {name: mnist1d, samples: 3000}\nmodel: {type: mlp}\nactivation: relu\ninitializer: he_normal\n"
                  "optimizer: {name: sgd, learning_rate: 0.01}\ntraining: {epochs: 90, batch_size: 10000}\n")
    nets = {"10,000 examples, 2 x 2,048": [blobs, "model={type: mlp, depth: 2, width: 2048}"],
            "orthogonal 2,048 x 2,048": ["initializer=orthogonal", "model={type: mlp, depth: 3, width: 2048}"]}
    if part.kind == "full":
        nets |= {
            "10,000 examples, 8,192": [blobs, "model={type: mlp, depth: 2, width: 8192}"],
            "orthogonal 4,096 x 4,096": ["initializer=orthogonal", "model={type: mlp, depth: 3, width: 4096}"],
            "500 layers, 2,000 examples": ["model={type: mlp, depth: 500, width: 100}", "training.batch_size=2000"],
            "convolutions of 512 channels": ["model={type: cnn, depth: 3, width: 512}", "training.batch_size=500"],
            "histograms, 8 x 1,024": ["model={type: mlp, depth: 8, width: 1024}", "training.batch_size=100",
                                      "probes={every: 1, histograms: true, channels: true, examples: 2000}"],
            "adam, 3 x 4,096": ["model={type: mlp, depth: 3, width: 4096}", "training.batch_size=100",
                                "optimizer={name: adam, learning_rate: 0.001}"],
        }
    for name, words in nets.items():
        for jobs in part.count([2], [1, 2]):
            work = part.random.uniform(0.5, part.count(2, 15))
            with part.attempt(f"{name}, -j {jobs}, after {work:.2f} s of work") as here:
                shutil.rmtree("heavy", ignore_errors=True)
                running = Running("run", file, *words, "seeds=2", "-j", jobs, "-o", "heavy")
                running.work(work)
                code, seconds, said = running.send(signal.SIGINT)
                print(f"  {name}, -j {jobs}: {seconds:.2f} s", flush=True)
                here.check(code == 130, f"code {code}", said)
                here.check(seconds < MOST, f"{seconds:.2f} s", said)
    part.subject("signals: a second one")
    for which in ASKING[:part.count(2, 3)]:
        with part.attempt(f"SIGINT, and {which.name} on its heels") as here:
            shutil.rmtree("heavy", ignore_errors=True)
            running = Running("run", file, *nets["10,000 examples, 2 x 2,048"], "-o", "heavy")
            running.work(0.7)
            os.kill(running.process.pid, signal.SIGINT)
            code, seconds, said = running.send(which)
            here.check(code in (130, 128 + which), f"code {code}", said)
            here.check(seconds < 0.5, f"{seconds:.2f} s", said)
            code, out, err = part.run("status", "heavy")
            here.check(code == 0, "the store is sound", code, out, err)


def packing():
    """Behind the last trial, on a disk that takes its time."""
    part.subject("signals: while curves.h5 is packed")
    slow = {"LD_PRELOAD": f"{part.shims}/shim_slow.so", "AG_SLOW": "700"}
    words = [f"{SOURCE}/tests/ordeal/bits/models.yaml", "-j", "2", "--progress=plain"]
    part.run("run", *words, "-o", "packed whole")
    for which in ASKING[:part.count(1, 3)]:
        with part.attempt(which.name) as here:
            shutil.rmtree("packed", ignore_errors=True)
            running = Running("run", *words, "-o", "packed", env=slow)
            here.check(running.until(lambda: os.path.exists("packed/curves.h5.tmp")), "it packs")
            code, seconds, said = running.send(which)
            here.check(code == 130 and seconds < MOST, f"code {code}, {seconds:.2f} s", said)
            here.check("packs curves.h5" in said, "it says what is left to do", said)
            code, _, err = part.run("run", *words, "-o", "packed")
            here.check(code == 0 and "36 trials were there already" in err, f"code {code}", err)
            here.check(not os.path.exists("packed/curves.h5.tmp"), "nothing unfinished is left")
            equal(here, "packed", "packed whole")


def terminals():
    part.subject("signals: pipes, groups, stops")
    words = [part.program, "run", *MODELS]
    with part.attempt("progress that nobody reads any more") as here:
        shell = subprocess.run(["bash", "-c", '"$@" -o piped 2>&1 >/dev/null | head -n 1; exit ${PIPESTATUS[0]}', "bash", *words],
                               capture_output=True, text=True, check=False, timeout=120)
        here.check(shell.returncode in (0, 141), f"code {shell.returncode}", shell.stderr)  # 141: the answer's end
        equal(here, "piped", "whole")
    with part.attempt("Ctrl-C for a whole pipe") as here:
        pipe = subprocess.Popen(["bash", "-c", '"$@" -o group 2>said.group | head -n 9; exit ${PIPESTATUS[0]}', "bash", *words],
                                start_new_session=True, stdout=subprocess.DEVNULL)
        time.sleep(part.random.uniform(0.3, 0.6))
        os.killpg(pipe.pid, signal.SIGINT)
        code = pipe.wait(timeout=60)
        here.check(code in (130, -signal.SIGINT), f"code {code}")
        until = time.monotonic() + 30
        while "continue with:" not in open("said.group", encoding="utf-8").read() and time.monotonic() < until:
            time.sleep(0.01)
        said = open("said.group", encoding="utf-8").read()
        here.check(re.search("continue with:|nothing was started", said), "it says how to go on", said)
        for _ in range(100):  # it may still pack
            code, _, err = part.run("run", *MODELS, "-o", "group")
            if "is in use by" not in err:
                break
        here.check(code == 0, f"code {code}", err)
        equal(here, "group", "whole")
    with part.attempt("Ctrl-Z, and on") as here:
        running = Running("run", *MODELS, "-o", "asleep")
        for _ in range(3):
            time.sleep(part.random.uniform(0.1, 0.4))
            running.process.send_signal(signal.SIGTSTP)
            time.sleep(0.3)
            running.process.send_signal(signal.SIGCONT)
        code = running.process.wait(timeout=120)
        here.check(code == 0, f"code {code}", open(running.said, encoding="utf-8").read())
        equal(here, "asleep", "whole")


def files(folder):
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            if ".part" not in name and ".tmp" not in name:
                found[name] = hashlib.sha256(open(os.path.join(base, name), "rb").read()).hexdigest()
    return found


def other_commands():
    """Killed at any time: what is there under its name is whole."""
    part.subject("signals: files of other commands")
    commands = {"export": ["export", "whole", "-o", "made/tables"],
                "datasets export, csv": ["datasets", "export", "mnist1d", "samples=4000", "-o", "made/x.csv"],
                "datasets export, npz": ["datasets", "export", "mnist1d", "samples=20000", "-o", "made/x.npz"],
                "datasets export, h5": ["datasets", "export", "mnist1d", "samples=20000", "-o", "made/x.h5"],
                "activations show --svg": ["activations", "show", "gelu", "--svg", "made/x.svg"]}
    for name, words in commands.items():
        shutil.rmtree("made", ignore_errors=True)
        os.mkdir("made")
        began = time.monotonic()
        code, _, err = part.run(*words)
        took, whole = time.monotonic() - began, files("made")
        if code or not whole:
            raise SystemExit(f"{name} ended with {code}: {err}")
        for i in range(part.count(3, 25)):
            which, wait = part.random.choice([*ASKING, signal.SIGKILL]), part.random.uniform(0, took)
            with part.attempt(f"{name}, {which.name} after {wait:.3f} s ({i})") as here:
                shutil.rmtree("made", ignore_errors=True)
                os.mkdir("made")
                running = Running(*words)
                time.sleep(wait)
                code, seconds, said = running.send(which)
                here.check(code in (0, -which), f"code {code}", said)
                here.check(seconds < MOST, f"{seconds:.2f} s")
                there = files("made")
                here.check(there.items() <= whole.items(), "what is there is whole", there, whole)
    part.subject("signals: questions")
    count = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    for name, words in {"query": ["query", "whole", count], "activations bench": ["activations", "bench"],
                        "plan": ["plan", MODELS[0], "seeds=200000"]}.items():
        with part.attempt(name) as here:
            running = Running(*words)
            time.sleep(part.random.uniform(0.05, 0.4))
            code, seconds, said = running.send(signal.SIGINT)
            here.check(code in (0, 130, -signal.SIGINT), f"code {code}", said)
            here.check(seconds < MOST, f"{seconds:.2f} s")


class Trickle(http.server.BaseHTTPRequestHandler):
    """A publisher whose files never end."""
    protocol_version = "HTTP/1.1"

    def do_GET(self):  # pylint: disable=invalid-name
        self.send_response(200)
        self.send_header("Content-Length", "9912422")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 4096)
                time.sleep(0.02)
        except OSError:
            pass

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


def downloads():
    part.subject("signals: downloads")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trickle)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = {"ACTGRID_MIRROR": f"http://127.0.0.1:{server.server_address[1]}", "ACTGRID_DATA": "",
           "XDG_CACHE_HOME": os.path.join(part.folder, "cache")}
    for which in ASKING:
        with part.attempt(which.name) as here:
            running = Running("datasets", "fetch", "mnist", env=env)
            here.check(running.until(lambda: any("part" in n for _, _, names in os.walk("cache") for n in names), 10),
                       "it downloads", open(running.said, encoding="utf-8").read())
            code, seconds, said = running.send(which)
            here.check(code in (130, -which) and seconds < MOST, f"code {code}, {seconds:.2f} s", said)
            left = [n for _, _, names in os.walk("cache") for n in names if "part" not in n]
            here.check(not left, "nothing has its name yet", *left)
    server.shutdown()


any_time()
heavy()
packing()
terminals()
other_commands()
downloads()
part.finish()

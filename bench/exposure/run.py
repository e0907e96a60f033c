"""python3 bench/exposure/run.py ROOT [WORKLOAD ...]: starts real programs in a root (as root), and holds what they loaded after the start and
after a first request (sys.modules, /proc/self/maps) to what `plimsoll exposure` foresees. Writes the table of docs/exposure.md.

The root is made with
    mmdebstrap --variant=minbase --include=python3,python3-venv,build-essential,git,curl,wget,libpq-dev,libxml2-dev,imagemagick bookworm ROOT
    mount --bind /proc ROOT/proc; mount --bind /dev ROOT/dev
    chroot ROOT pip install numpy pandas scikit-learn pillow requests tornado jinja2 cryptography fastapi uvicorn flask matplotlib scipy \\
        jupyter-server django celery gunicorn aiohttp sqlalchemy nltk
With the report of a scan of it (`-f json=scan.json`) in SCAN, it also says what share of the findings is loaded or importable.
"""

import glob
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
CLI = os.path.join(HERE, "..", "..", "dist", "cli.cjs")
ROOT = os.path.abspath(sys.argv[1])
PYTHON, SCRIPTS = "/usr/bin/python3", "/usr/local/bin/"
PORT = "18431"
PROGRAMS = ["numpy", "pandas", "scikit_learn", "pillow", "requests", "jinja2", "cryptography", "matplotlib", "scipy", "sqlalchemy", "nltk"]
SERVERS = {
    "tornado": [PYTHON, "use_tornado.py"],
    "aiohttp": [PYTHON, "use_aiohttp.py"],
    "uvicorn": [SCRIPTS + "uvicorn", "fapp:api", "--port", PORT],
    "flask": [PYTHON, "-m", "flask", "--app", "flapp", "run", "--port", PORT],
    "gunicorn": [SCRIPTS + "gunicorn", "-b", "127.0.0.1:" + PORT, "flapp:app"],
    "jupyter": [SCRIPTS + "jupyter-server", "--allow-root", "--no-browser", "--port", PORT, "--ServerApp.ip=127.0.0.1"],
    "django": [PYTHON, "dj/manage.py", "runserver", "--noreload", PORT],
}
WORKLOADS = {
    **{name: [PYTHON, f"use_{name}.py"] for name in PROGRAMS},
    "celery": [SCRIPTS + "celery", "-A", "cel", "report"],
    **SERVERS,
}


def real(path):
    """A path of the root with its links followed within it; None where nothing is."""
    at = ""
    parts = [part for part in path.split("/") if part]
    for _ in range(1000):
        if not parts:
            return at[1:]
        following = at + "/" + parts.pop(0)
        if not os.path.lexists(ROOT + following):
            return None
        if os.path.islink(ROOT + following):
            link = os.readlink(ROOT + following)
            parts = [part for part in (link if link.startswith("/") else at + "/" + link).split("/") if part] + parts
            at = ""
        else:
            at = following
    return None


def seen(kind):
    """Modules and libraries that the witness wrote down."""
    modules, maps = set(), set()
    for name in glob.glob(f"{ROOT}/tmp/witness/out.{kind}.*"):
        with open(name) as file:
            for line in file.read().split("\n"):
                if not line:
                    continue
                path = line[1:] if line.startswith("M") else line if line.startswith("/") else "/app/" + line
                (maps if line.startswith("M") else modules).add(real(path))
    code = {path for path in modules if path and path.endswith((".py", ".so", ".pyc")) and not path.startswith("witness/")}
    return code, {path for path in maps if path and (".so" in path or "bin/" in path)}


def tell(processes, number):
    for process in processes:
        try:
            os.kill(process, number)
        except OSError:
            pass


def run(name, words):
    """Runs a workload: what was loaded after the start, after a first request, and mapped in the end."""
    shutil.rmtree(ROOT + "/tmp/witness", ignore_errors=True)
    os.makedirs(ROOT + "/tmp/witness")
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/root", "PYTHONPATH": "/witness", "TRUTH_OUT": "/tmp/witness/out", "PORT": PORT}
    command = ["/usr/sbin/chroot", ROOT, "sh", "-c", 'cd /app; exec "$@"', "sh", *words]
    started = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    if name not in SERVERS:
        started.wait(timeout=300)
    else:
        for _ in range(240):
            time.sleep(0.5)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", int(PORT))) == 0 or started.poll() is not None:
                    break
        time.sleep(4)
        children = subprocess.run(["pgrep", "-P", str(started.pid)], capture_output=True, text=True).stdout.split()
        processes = [started.pid, *map(int, children)]
        # gunicorn keeps these signals for itself: of it what is written at the end counts.
        tell(processes, signal.SIGUSR1)
        time.sleep(2)
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=20).read()
        except (urllib.error.HTTPError, OSError):
            pass
        tell(processes, signal.SIGUSR2)
        time.sleep(2)
        os.killpg(started.pid, signal.SIGTERM)
        time.sleep(3)
        try:
            os.killpg(started.pid, signal.SIGKILL)
        except OSError:
            pass
        started.wait()
    start, after, end = seen("start"), seen("after"), seen("exit")
    last = after if after[0] else end
    first = start if start[0] else last
    return first[0], last[0] | first[0], last[1] | first[1]


def foreseen(words):
    """What the program says: files with their class, packages with theirs."""
    report = f"{ROOT}/tmp/witness/exposure.json"
    line = f'/bin/sh -c "cd /app; exec {shlex.join(words)}"'
    subprocess.run(["node", CLI, "exposure", ROOT, "--command", line, "-f", f"json={report}", "-q"], check=True, stdout=subprocess.DEVNULL)
    with open(report) as file:
        found = json.load(file)
    return {one["path"]: one["class"] for one in found["files"]}, {one["purl"]: one["class"] for one in found["packages"]}


def share(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "-"


def main():
    for folder, names in (("/app", sorted(os.listdir(HERE))), ("/witness", [])):
        os.makedirs(ROOT + folder, exist_ok=True)
        for name in names:
            (shutil.copytree if os.path.isdir(f"{HERE}/{name}") else shutil.copy)(f"{HERE}/{name}", f"{ROOT}{folder}/{name}", **({"dirs_exist_ok": True} if os.path.isdir(f"{HERE}/{name}") else {}))
    shutil.copy(HERE + "/witness.py", ROOT + "/witness/sitecustomize.py")
    findings = []
    if os.environ.get("SCAN"):
        with open(os.environ["SCAN"]) as file:
            findings = [one["package"]["purl"] for one in json.load(file)["findings"]]
    for name in sys.argv[2:] or WORKLOADS:
        start, after, maps = run(name, WORKLOADS[name])
        files, packages = foreseen(WORKLOADS[name])
        loaded = [path for path, kind in files.items() if kind == "loaded" and "-packages/" in path]
        columns = [
            name,
            f"{len(after)} + {len(maps)}",
            share(sum(files.get(path) == "loaded" for path in start), len(start)),
            share(sum(path in files for path in after), len(after)),
            share(sum(path in files for path in maps), len(maps)),
            share(sum(path in after or path in maps for path in loaded), len(loaded)),
            share(sum(packages.get(purl) == "loaded" for purl in findings), len(findings)),
            share(sum(packages.get(purl) in ("loaded", "importable") for purl in findings), len(findings)),
        ]
        print("| " + " | ".join(columns) + " |", flush=True)
        for path in sorted({path for path in after | maps if path not in files})[: int(os.environ.get("MISSED", "0"))]:
            print("   missed", path)


main()

"""python3 bench/exposure/run.py ROOT [WORKLOAD ...]: starts real programs in a root (as root), and holds what they loaded after the start and
after a first request to what `plimsoll exposure` foresees. Writes the table of docs/exposure.md, all of it by one build.

What was loaded is told by the processes: Python's by sys.modules and /proc/self/maps (witness.py), the others' by the files that they open and run
(strace: scripts, modules and libraries), Java's archives by -Xlog:class+load.

The root is made with
    mmdebstrap --variant=minbase --include=python3,python3-pip,nodejs,npm,openjdk-17-jre-headless,git,curl,imagemagick,nginx-light,redis-server,xz-utils bookworm ROOT
    mount -t proc proc ROOT/proc     (ROOT/dev has the nodes that mmdebstrap makes in it, never those of the machine)
    chroot ROOT pip install numpy pandas scikit-learn pillow requests tornado jinja2 cryptography fastapi uvicorn flask gunicorn jupyter-server \\
        aiohttp sqlalchemy django
    (cd ROOT/; npm install express fastify axios lodash ws pino got execa chalk node-fetch p-queue)
    ROOT/java/lib: archives of jackson-databind 2.9.8 with what it needs, h2 1.4.200, commons-cli 1.4, httpclient 4.5.6 with what it needs
    ROOT/java/boot-1.jar: an application of Spring Boot 3.2 with Tomcat that answers at port 8080
    javac -cp 'ROOT/java/lib/*' -d ROOT/java/classes bench/exposure/others/*.java
With the report of a scan of it (`-f json=scan.json`) in SCAN, it also says what share of the findings is loaded or importable.
"""

import glob
import json
import os
import re
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
#: Where servers listen; another one where several of these run at once.
PORT = os.environ.get("PORT", "18431")
JAVA = "/usr/lib/jvm/java-17-openjdk-amd64/bin/java"
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
#: Told of by strace: the folder, the port of a server, the command.
TRACED = {
    "node: express": ("others", PORT, ["node", "express.cjs"]),
    "node: fastify": ("others", PORT, ["node", "fastify.cjs"]),
    "node: lodash, axios, ws, pino": ("others", None, ["node", "tools.cjs"]),
    "node: got, chalk, p-queue (ES modules)": ("others", None, ["node", "fetching.mjs"]),
    "node: execa, node-fetch (ES modules)": ("others", None, ["node", "running.mjs"]),
    "java: jackson": ("java", None, [JAVA, "-cp", "classes:lib/*", "Json"]),
    "java: H2 by JDBC": ("java", None, [JAVA, "-cp", "classes:lib/*", "Db"]),
    "java: Spring Boot": ("java", "8080", [JAVA, "-jar", "boot-1.jar"]),
    "redis-server": ("tmp", PORT, ["redis-server", "--port", PORT]),
    "nginx": ("tmp", "80", ["nginx", "-g", "daemon off;"]),
    "convert (ImageMagick)": ("tmp", None, ["convert", "-size", "8x8", "xc:red", "a.png"]),
    "a shell script": ("others", None, ["./start.sh"]),
    "a shell script, Python, git and Node": ("others", PORT, ["./mixed.sh"]),
}
WORKLOADS = {
    **{name: [PYTHON, f"use_{name}.py"] for name in PROGRAMS},
    "celery": [SCRIPTS + "celery", "-A", "cel", "report"],
    **SERVERS,
}


def stop(started):
    """Ends a process and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(started.pid, number)
        except ProcessLookupError:
            pass  # it has ended by itself: its row shows hardly a file
        time.sleep(3)
    started.wait()


def real(path):
    """A path of the root with its links followed within it; None where nothing is."""
    at = ""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    for _ in range(1000):
        if not parts:
            return at[1:]
        part = parts.pop(0)
        if part == "..":
            at = at[: at.rfind("/")] if at else ""
            continue
        following = at + "/" + part
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


CODE = re.compile(r"\.(?:[cm]?js|node|py|jar|sh|env)$|\.so(?:\.[\d.]+)?$")
OPENED = re.compile(r'\b(?:openat\(AT_FDCWD, |open\(|execve\()"([^"]+)".* = \d+$')
COMPILED = re.compile(r"__pycache__/([^/]+)\.cpython-\d+\.pyc$")
ARCHIVE = re.compile(r"source: (?:jar:)?(?:nested:|file:)+(\S+)")


def opened(folder):
    """Code that the traced processes opened or ran so far; of archives of Java those of which a class was loaded."""
    found = set()
    with open(ROOT + "/tmp/witness/trace", errors="replace") as file:
        for line in file:
            match = OPENED.search(line.rstrip())
            if not match or "O_DIRECTORY" in line:
                continue
            path = COMPILED.sub(r"\1.py", match[1])
            at = real(path if path.startswith("/") else f"/{folder}/{path}")
            ran = "execve(" in line
            if at and not at.startswith(("tmp/", "proc/", "dev/", "etc/")) and (ran or CODE.search(at)) and not at.endswith(".jar"):
                found.add(at)
    if os.path.exists(ROOT + "/tmp/witness/classes"):
        with open(ROOT + "/tmp/witness/classes", errors="replace") as file:
            for line in file:
                match = ARCHIVE.search(line)
                path = match and match[1].rstrip("/").replace("/!BOOT", "!/BOOT").replace("!/BOOT-INF/classes", "").rstrip("!/")
                if path and path.endswith(".jar"):
                    outer, inner, rest = path.partition("!/")
                    found.add((real(outer) or outer) + inner + rest)
    return found


def answers(port, started):
    """Waits until somebody listens."""
    for _ in range(360):
        time.sleep(0.5)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(port))) == 0 or started.poll() is not None:
                return


def trace(name):
    """Runs a workload under strace: what was opened after the start, and in the end."""
    folder, port, words = TRACED[name]
    shutil.rmtree(ROOT + "/tmp/witness", ignore_errors=True)
    os.makedirs(ROOT + "/tmp/witness")
    if words[0] == JAVA:
        words = [JAVA, "-Xlog:class+load:file=/tmp/witness/classes", *words[1:]]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root", "PORT": PORT}
    chroot = ["/usr/sbin/chroot", ROOT, "sh", "-c", f'cd /{folder}; exec "$@"', "sh", *words]
    command = ["strace", "-f", "-qq", "-s", "4096", "-e", "trace=open,openat,execve", "-o", ROOT + "/tmp/witness/trace", *chroot]
    started = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    first = set()
    if port is None:
        started.wait(timeout=300)
    else:
        answers(port, started)
        time.sleep(3)
        first = opened(folder)
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30).read()
        except (urllib.error.HTTPError, OSError, ValueError):
            pass
        time.sleep(2)
        stop(started)
    # The shell that enters the folder, and what it is opened with, are ours.
    ours = {real("/usr/sbin/chroot")} if any("/sh" in word or word.endswith(".sh") for word in words) else {real("/bin/sh"), real("/usr/sbin/chroot")}
    last = opened(folder) - ours
    return first - ours or last, last


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
        stop(started)
    start, after, end = seen("start"), seen("after"), seen("exit")
    last = after if after[0] else end
    first = start if start[0] else last
    return first[0], last[0] | first[0], last[1] | first[1]


def foreseen(words, folder="app"):
    """What the program says: files with their class, packages with theirs."""
    report = f"{ROOT}/tmp/witness/exposure.json"
    line = f'/bin/sh -c "cd /{folder}; exec {shlex.join(words)}"'
    subprocess.run(["node", CLI, "exposure", ROOT, "--command", line, "-f", f"json={report}", "-q"], check=True, stdout=subprocess.DEVNULL)
    with open(report) as file:
        found = json.load(file)
    return {one["path"]: one["class"] for one in found["files"]}, {one["purl"]: one["class"] for one in found["packages"]}


def share(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "-"


def main():
    for folder, names in (("/app", sorted({*os.listdir(HERE)} - {"others"})), ("/witness", [])):
        os.makedirs(ROOT + folder, exist_ok=True)
        for name in names:
            (shutil.copytree if os.path.isdir(f"{HERE}/{name}") else shutil.copy)(f"{HERE}/{name}", f"{ROOT}{folder}/{name}", **({"dirs_exist_ok": True} if os.path.isdir(f"{HERE}/{name}") else {}))
    shutil.copytree(HERE + "/others", ROOT + "/others", dirs_exist_ok=True)
    shutil.copy(HERE + "/witness.py", ROOT + "/witness/sitecustomize.py")
    findings = []
    if os.environ.get("SCAN"):
        with open(os.environ["SCAN"]) as file:
            findings = [one["package"]["purl"] for one in json.load(file)["findings"]]
    for name in sys.argv[2:] or [*WORKLOADS, *TRACED]:
        if name in TRACED:
            (start, after), maps = trace(name), set()
            files, packages = foreseen(TRACED[name][2], TRACED[name][0])
            kinds = {os.path.splitext(path)[1] for path in after if re.search(r"\.(?:[cm]?js|jar)$", path)}
            loaded = [path for path, kind in files.items() if kind == "loaded" and os.path.splitext(path)[1] in (kinds or {".so"}) and "jvm" not in path]
            maps, after = {path for path in after if ".so" in path or "bin/" in path}, {path for path in after if ".so" not in path and "bin/" not in path}
        else:
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


if __name__ == "__main__":
    main()

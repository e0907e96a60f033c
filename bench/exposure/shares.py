"""python3 bench/exposure/shares.py NAME=ROOT... : of the findings of a whole image, how many `plimsoll exposure` says are near, and how many really
lie in packages of which a process had a file mapped or imported. Run as root, with dist/ built; PLIMSOLL_HOME holds the database.

NAME is one of COMMANDS below. What the process has is told by /proc/PID/maps of all that the command starts, read every second, and by its sys.modules in
the end (witness.py), and whose a file is by dpkg's lists and by RECORD of each wheel: nothing of ours. A finding is counted once per source package,
as near as the nearest of its packages, and really loaded if a file of any of them was.

Roots: mmdebstrap --variant=minbase --include=python3,python3-venv,ca-certificates bullseye SLIM
       the same with build-essential,git,curl,wget,mercurial,openssh-client,imagemagick,libmagickcore-dev,default-libmysqlclient-dev,libpq-dev,
           libsqlite3-dev,libxml2-dev,libxslt1-dev,libcurl4-openssl-dev,procps,unzip,redis-server,tini,gosu,supervisor,nginx-light for a full one
       wheels of 2022 and 2023 by `pip install --target ROOT/usr/local/lib/python3.9/dist-packages`, the program in ROOT/app
"""

import collections
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
CLI = os.path.join(HERE, "..", "..", "dist", "cli.cjs")
CLASSES = ["loaded", "importable", "callable", "unknown", "present", "not-code"]
#: The command, and what is asked of it once it listens.
COMMANDS = {
    "api": ('/bin/sh -c "cd /app; exec /app/entry.sh --host 127.0.0.1"', "http://127.0.0.1:8000/"),
    "model": ("cd /app && exec python3 -m gunicorn serve:server -b 127.0.0.1:8000", "http://127.0.0.1:8000/"),
    "notebook": ("python3 -m jupyter_server --allow-root --ip=127.0.0.1", "http://127.0.0.1:8888/"),
    "board": ("python3 -m streamlit run /app/board.py --server.headless true", "http://127.0.0.1:8501/"),
    "queue": ("cd /app && exec python3 -m celery -A mail.app worker", None),
    "nginx": ('nginx -g "daemon off;"', "http://127.0.0.1:80/"),
    "redis": ("redis-server", None),
    "prompt": ("python3", None),
}


def descendants(number):
    table = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True).stdout
    children = collections.defaultdict(list)
    for line in table.splitlines():
        child, parent = map(int, line.split())
        children[parent].append(child)
    reached = [number]
    for at in reached:
        reached.extend(children[at])
    return reached


def mapped(number, root):
    """Files that a process and all that it started have mapped, as paths of the root."""
    paths = set()
    for process in descendants(number):
        try:
            if os.readlink(f"/proc/{process}/root") != root:
                continue
            with open(f"/proc/{process}/maps") as file:
                paths |= {line.split(None, 5)[5].strip() for line in file if line.count("/") > 0}
        except (OSError, IndexError):
            pass  # it has ended meanwhile
    return {path[len(root) :] if path.startswith(root) else path for path in paths}


def observed(root, command, address):
    """What the command had mapped and imported after its start and a first request."""
    shutil.rmtree(root + "/tmp/witness", ignore_errors=True)
    os.makedirs(root + "/tmp/witness")
    os.makedirs(root + "/witness", exist_ok=True)
    shutil.copy(HERE + "/witness.py", root + "/witness/sitecustomize.py")
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "PYTHONPATH": "/witness", "TRUTH_OUT": "/tmp/witness/out"}
    started = subprocess.Popen(
        ["chroot", root, "/bin/sh", "-c", command], env=environment, stdin=subprocess.DEVNULL if command != "python3" else subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    paths, answered, quiet = set(), address is None, 0
    for _ in range(240):
        before = len(paths)
        paths |= mapped(started.pid, root)
        quiet = quiet + 1 if len(paths) == before else 0
        if not answered:
            try:
                urllib.request.urlopen(address, timeout=5).read()
                answered = True
            except urllib.error.HTTPError:
                answered = True
            except OSError:
                pass
        if started.poll() is not None or (answered and quiet >= 15):
            break
        time.sleep(1)
    paths |= mapped(started.pid, root)
    running = descendants(started.pid)
    for number in (signal.SIGUSR2, signal.SIGTERM):
        for process in running:
            try:
                os.kill(process, number)
            except OSError:
                pass
        for _ in range(20):
            if started.poll() is not None:
                break
            time.sleep(0.2)
    try:
        os.killpg(started.pid, signal.SIGKILL)
    except OSError:
        pass
    started.wait()
    for name in glob.glob(root + "/tmp/witness/out.*"):
        with open(name) as file:
            paths |= {line.rstrip("\n").lstrip("M") for line in file}
    if not answered:
        print("   it gave no answer", file=sys.stderr)
    return {path for path in paths if path.startswith("/") and not path.startswith("/witness/")}


def owners(root):
    """Of each file the package that the distribution or the wheel says it is of."""
    owner = {}
    for name in glob.glob(root + "/var/lib/dpkg/info/*.list"):
        package = os.path.basename(name)[: -len(".list")].split(":")[0]
        with open(name) as file:
            for line in file:
                path = line.rstrip("\n")
                if not os.path.isdir(root + path) or os.path.islink(root + path):
                    owner[path] = ("deb", package)
                    # /lib is a link to /usr/lib on a merged system: dpkg lists the older path.
                    if os.path.islink(root + "/" + path.split("/")[1]):
                        owner["/usr" + path] = ("deb", package)
    for here, folders, _ in os.walk(root):  # never through links: packages of Node have them in circles
        if here == root:
            folders[:] = [name for name in folders if name not in ("proc", "sys", "dev")]
        for name in [name for name in folders if os.path.exists(f"{here}/{name}/RECORD") and name.endswith(".dist-info")]:
            package = re.sub(r"[-_.]+", "-", name.split("-")[0]).lower()
            with open(f"{here}/{name}/RECORD") as file:
                for line in file:
                    owner[os.path.normpath(os.path.join(here, line.split(",")[0]))[len(root) :]] = ("pypi", package)
    return owner


def key(package):
    kind = package["purl"].split(":")[1].split("/")[0]
    return kind, re.sub(r"[-_.]+", "-", package["name"]).lower() if kind == "pypi" else package["name"]


def nearest_by_purl(packages):
    """A file that only declares a package names it as well: what is installed counts."""
    classes = {}
    for package in packages:
        purl, kind = package["purl"], package["class"]
        classes[purl] = min(kind, classes.get(purl, kind), key=CLASSES.index)
    return classes


def asked(arguments, target):
    subprocess.run(["node", CLI, *arguments, "-q", "-f", "json=" + target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(target) as file:
        return json.load(file)


def main():
    for argument in sys.argv[1:]:
        name, root = argument.split("=", 1)
        root = os.path.realpath(root)
        command, address = COMMANDS[name]
        kept = os.path.join(os.environ.get("KEPT", "/tmp"), os.path.basename(root))
        if not os.path.exists(kept + ".scan.json"):
            asked(["scan", "dir:" + root, "--offline"], kept + ".scan.json")
        with open(kept + ".scan.json") as file:
            scan = json.load(file)
        report = asked(["exposure", "dir:" + root, "--command", command], f"{kept}.{name}.json")
        classes = nearest_by_purl(report["packages"])
        rows = collections.defaultdict(set)
        for finding in scan["findings"]:
            package = finding["package"]
            source = package.get("source", package)
            rows[finding["id"], source["name"], source.get("version", "")].add((package["purl"], key(package)))
        owner, paths = owners(root), observed(root, command, address)
        really = {owner[path] for path in paths if path in owner}
        # What is built into a library of somebody else's is no package of either: it is there where that library is.
        for package in scan["packages"]:
            if any("/" + place["path"] in paths for place in package["evidence"] if ".so" in place["path"]):
                really.add(key(package))
        count, loaded, missed, more = collections.Counter(), 0, collections.Counter(), collections.Counter()
        for (_, source, _), packages in rows.items():
            nearest = min((classes.get(purl, "unknown") for purl, _ in packages), key=CLASSES.index)
            count[nearest] += 1
            was = any(package in really for _, package in packages)
            loaded += was
            if was and nearest not in ("loaded", "importable"):
                missed[source, nearest] += 1
            if not was and nearest in ("loaded", "importable"):
                more[source, nearest] += 1
        near = count["loaded"] + count["importable"]
        cells = [os.path.basename(root), name, len(rows), count["loaded"], count["importable"], f"{100 * near / len(rows):.1f} %", loaded, f"{100 * loaded / len(rows):.1f} %", *(count[kind] for kind in CLASSES[2:])]
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
        print("   near, and not seen:", dict(more), "\n   seen, and not near:", dict(missed), flush=True)


if __name__ == "__main__":
    main()

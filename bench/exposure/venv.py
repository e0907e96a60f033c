"""python3 bench/exposure/venv.py ROOT [WORKLOAD ...]: as run.py, of programs in a virtual environment, with entry points as images have them
(scripts that put the command together, supervisors), other languages, and pools of processes.

All processes that a workload starts are traced (strace: what they open and run), mapped files are read from /proc/PID/maps of each after the start
and after a first request, the loader of glibc tells which libraries it initialised (LD_DEBUG=libs), and Python says in the end what is in its sys.modules
(witness.py). Roots are made by roots.sh, which says what lies
in each; ROOT/proc is mounted while the workload runs. What these write compiled (Airflow, Ruby's bootsnap) is traced in a second run, and Triton's rows want
its stub for 3.11 beside libtriton_python.so and a model of Python in ROOT/models/double/1/model.py.

Columns: the workload; files that it loaded; of those loaded after the start, how many are `loaded`; of all that was loaded in the end, how many are
`loaded` or `importable`, and how many with `callable` (programs that were called) as well, and with files of distribution packages that are `unknown` or no farther than `importable`; of the modules said to be loaded, how many were; files that are said to be loaded or importable, for one that was; packages
that are `unknown`; of the findings how many are near and unknown; libraries that the loader initialised, and how many of these are `loaded` or `importable`. A miss is a file that was loaded and is of none of these classes.
With the report of a scan of the root in SCAN, it also says what share of its findings is loaded or importable.
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
import urllib.parse
import urllib.request

import run
from run import CLI, PORT, ROOT, real, share

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = "/venv/bin/"
PYTHON = VENV + "python"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#: By name: the command, and whether it listens.
WORKLOADS = {
    "uvicorn[standard], fastapi, by a script": (["./activate.sh"], True),
    "gunicorn with gevent, flask": ([VENV + "gunicorn", "desk:create_app()"], True),
    "jupyter server": ([VENV + "jupyter", "server", "--allow-root", "--no-browser", "--port", PORT, "--ip=127.0.0.1"], True),
    "streamlit": ([VENV + "streamlit", "run", "board.py", "--server.port", PORT, "--server.headless", "true"], True),
    "celery worker, redis": ([VENV + "celery", "-A", "mail.app", "worker", "-c", "1"], 25),
    "polars, pyarrow": ([PYTHON, "frames.py"], False),
    "scikit-learn, joblib's pool": ([PYTHON, "forest.py"], False),
    "matplotlib, Agg, SVG, PDF": ([PYTHON, "draw.py"], False),
    "transformers without torch": ([PYTHON, "words.py"], False),
    "psycopg2 by sqlalchemy": ([PYTHON, "rows.py"], False),
    "grpcio": ([PYTHON, "calls.py"], False),
    "opencv": ([PYTHON, "sight.py"], False),
    "boto3": ([PYTHON, "cloud.py"], False),
    "docker-entrypoint.sh, gosu, requests": (["./docker-entrypoint.sh", "fetch.py", "a"], False),
    "supervisord": (["tini", "--", "supervisord", "-c", "/apps/supervisord.conf"], True),
    "npm start: fastify (ES modules)": (["npm", "start", "--prefix", "/apps/site"], True),
    "Go, by the C library": (["./names-go"], False),
    "Go, static": (["./names-static"], False),
    "Rust": (["./names-rust"], False),
    "Perl": (["./report.pl"], False),
    "Ruby": (["./report.rb"], False),
    "torch, torchvision": (["/tv/bin/python", "net.py"], False),
    "torchrun": (["/tv/bin/torchrun", "--standalone", "--nproc_per_node=1", "spread.py"], False),
    "cupy, CUDA without a GPU": (["/cv/bin/python", "cuda_cupy.py"], False),
    "onnxruntime-gpu without a GPU": (["/cv/bin/python", "cuda_onnx.py"], False),
    "ctranslate2 without a GPU": (["/cv/bin/python", "cuda_translate.py"], False),
    "cuDNN and cuBLAS by ctypes": (["/cv/bin/python", "cuda_dnn.py"], False),
    "mlflow server": (["/fv/bin/mlflow", "server", "--host", "127.0.0.1", "--port", PORT, "--backend-store-uri", "sqlite:////tmp/ml.db"], True),
    "gradio": (["/fv/bin/python", "greet.py"], True),
    "lightgbm": (["/fv/bin/python", "boost.py"], False),
    "ray": (["/fv/bin/python", "spread_ray.py"], False),
    "dagster": (["/fv/bin/dagster-webserver", "-f", "assets.py", "-h", "127.0.0.1", "-p", PORT], True),
    "fastapi, uvloop": (["/fv/bin/python", "loop.py"], True),
    "xgboost": (["/xv/bin/python", "sparse.py"], False),
    "spacy": (["/xv/bin/python", "speech.py"], False),
    "tensorflow": (["/xv/bin/python", "flow.py"], False),
    "panel": (["/xv/bin/panel", "serve", "panelled.py", "--port", PORT], True),
    "duckdb, polars": (["/xv/bin/python", "tables.py"], False),
    "pyspark": (["/xv/bin/python", "cluster.py"], False),
    "torchvision of Debian": (["python3", "seen.py"], False),
    "tritonserver": (["./triton.sh"], True),
    "pytriton": (["/xv/bin/python", "pytriton_serve.py"], True),
    "R": (["./report.R"], False),
    "airflow webserver": (["./airflow.sh"], True),
    "Perl: Mojolicious, DBI, Template": (["./serve.pl"], True),
    "Ruby: Sinatra, Nokogiri": (["./serve.rb"], True),
    "R: ggplot2": (["./plot.R"], False),
    "PHP": (["php", "serve.php"], False),
    "litestar": (["/nv/bin/python", "lite.py"], True),
    "scrapy": (["/nv/bin/scrapy", "runspider", "quotes.py"], False),
    "dash": (["/nv/bin/python", "dashed.py"], True),
    "NestJS": (["node", "nest/main.js"], True),
    "C, by musl": (["./names-musl"], False),
    "s6-svscan, execline, gunicorn": (["s6-svscan", "service"], True),
    "Node: express": (["node", "others/express.cjs"], True),
    "nginx": (["nginx", "-g", "daemon off;"], 8),
    "redis-server": (["redis-server", "--port", PORT], True),
    "chromadb": (["/hv/bin/chroma", "run", "--host", "127.0.0.1", "--port", PORT, "--path", "/tmp/chroma"], True),
    "bentoml": (["/bv/bin/bentoml", "serve", "serving:Lines", "--host", "127.0.0.1", "--port", PORT], True),
    "langchain": (["/lv/bin/python", "chained.py"], False),
    "prefect server": (["/pv/bin/prefect", "server", "start", "--host", "127.0.0.1", "--port", PORT], True),
    "onnxruntime": (["/ov/bin/python", "runs_onnx.py"], False),
    "sanic": (["/sv/bin/python", "brisk.py"], True),
    "Perl: Dancer2 by Starman": (["starman", "--listen", "127.0.0.1:" + PORT, "--workers", "1", "dance.psgi"], True),
    "Ruby: Rails by Puma": (["puma", "-b", "tcp://127.0.0.1:" + PORT, "railed/config.ru"], True),
    "Node: koa, pg, ioredis": (["node", "koa/main.mjs"], True),
    "Node: Apollo": (["node", "graph/main.cjs"], True),
    "dask, a cluster of its own": (["/venv/bin/python", "spread_dask.py"], False),
    "jax, flax, optax": (["/venv/bin/python", "grads.py"], False),
    "papermill, a notebook": (["/venv/bin/papermill", "note.ipynb", "/tmp/out.ipynb", "-p", "rows", "4"], False),
    "datasets": (["/venv/bin/python", "corpus.py"], False),
    "optuna, catboost": (["/venv/bin/python", "tuned.py"], False),
    "faster-whisper": (["/venv/bin/python", "heard.py"], False),
    "statsmodels, seaborn": (["/venv/bin/python", "moods.py"], False),
    "openai, tiktoken, huggingface_hub": (["/venv/bin/python", "chat.py"], False),
    "Julia": (["julia", "names.jl"], False),
    "tensorboard": (["/tb/bin/tensorboard", "--logdir", "/tmp", "--port", PORT], True),
    "jupyter lab, ipywidgets": (["/jl/bin/jupyter", "lab", "--allow-root", "--no-browser", "--port", PORT, "--ip=127.0.0.1"], True),
    "six wheels of a program that answers": (["python3", "answers.py"], True),
}
CODE = re.compile(r"\.(?:[cm]?js|node|jar|sh|pm|pl|rb)$|\.so(?:\.[\d.]+)?$")


def processes(started):
    """A process and all that it started."""
    out = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True).stdout
    children = {}
    for line in out.splitlines():
        number, parent = map(int, line.split())
        children.setdefault(parent, []).append(number)
    found, todo = [], [started]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found[1:]


def mapped(started):
    """Files of the root that its processes have mapped."""
    found = set()
    for number in processes(started):
        try:
            with open(f"/proc/{number}/maps") as file:
                for line in file:
                    if ROOT + "/" in line:
                        path = line[line.index(ROOT + "/") + len(ROOT) :].strip()
                        # The loader's cache is no code, whatever its name.
                        if (".so" in path or "bin/" in path) and not path.startswith("/etc/"):
                            found.add(real(path))
        except OSError:
            pass
    return found - {None}


def opened():
    """Code that was opened or run; of Python what was compiled, and what is the workload's own. Scripts of Node are code where Node runs: others serve them."""
    found = set()
    with open(ROOT + "/tmp/witness/trace", errors="replace") as file:
        runs_node = any("execve(" in line and re.search(r'"[^"]*/node(?:js)?"', line) for line in file)
    with open(ROOT + "/tmp/witness/trace", errors="replace") as file:
        for line in file:
            match = run.OPENED.search(line.rstrip())
            if not match or "O_DIRECTORY" in line:
                continue
            compiled = match[1].endswith(".pyc")
            path = run.COMPILED.sub(r"\1.py", match[1])
            at = real(path if path.startswith("/") else "/apps/" + path)
            if at is not None and not runs_node and re.search(r"\.[cm]?js$", at):
                continue
            if at is None or at.startswith(("tmp/", "proc/", "dev/", "etc/", "sys/", "witness/")):
                continue
            if "execve(" in line or compiled or CODE.search(at) or (at.startswith("apps/") and at.endswith(".py")):
                found.add(at)
    return found


def modules():
    """What was in sys.modules when processes of Python ended."""
    found = set()
    for name in glob.glob(ROOT + "/tmp/witness/out.*"):
        with open(name) as file:
            for line in file.read().split("\n"):
                path = line[1:] if line.startswith("M") else line if line.startswith("/") else line and "/apps/" + line
                at = path and real(path)
                if at and at.endswith((".py", ".so")) and not at.startswith("witness/"):
                    found.add(at)
    return found


def initialised():
    """Libraries that the loader of glibc says it initialised, in any process."""
    found = set()
    for name in glob.glob(ROOT + "/tmp/witness/loader.*"):
        with open(name, errors="replace") as file:
            for line in file:
                _, called, path = line.rstrip("\n").partition("calling init: ")
                if called:
                    found.add(real(path if path.startswith("/") else "/apps/" + path))
    return found - {None}


def listens(started):
    """Waits until somebody listens at the port."""
    for _ in range(360):
        time.sleep(0.5)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(PORT))) == 0 or started.poll() is not None:
                return


def last_words():
    """The end of what a workload said, without what its loader did."""
    with open(ROOT + "/tmp/witness/said", errors="replace") as file:
        return " ".join([line.strip() for line in file if not re.match(r"\s*\d+:\s", line)][-4:])


def observe(words, kind):
    """Runs a workload: what it had loaded after the start, and in the end. One that does not start ends this with what it said."""
    shutil.rmtree(ROOT + "/tmp/witness", ignore_errors=True)
    os.makedirs(ROOT + "/tmp/witness")
    os.chmod(ROOT + "/tmp/witness", 0o777)
    environment = {"PATH": PATH, "HOME": "/root", "PORT": PORT, "PYTHONPATH": "/witness", "TRUTH_OUT": "/tmp/witness/out"}
    environment["JAVA_TOOL_OPTIONS"] = "-Xlog:class+load=info:file=/tmp/witness/classes-%p"
    # Set within, so that neither strace nor chroot tells of itself.
    entered = 'cd /apps; export LD_DEBUG=libs LD_DEBUG_OUTPUT=/tmp/witness/loader; exec "$@"'
    chroot = ["/usr/sbin/chroot", ROOT, "/bin/sh", "-c", entered, "sh", *words]
    command = ["strace", "-f", "-qq", "-s", "4096", "-e", "trace=open,openat,execve", "-o", ROOT + "/tmp/witness/trace", *chroot]
    with open(ROOT + "/tmp/witness/said", "w") as said:
        started = subprocess.Popen(command, env=environment, stdout=said, stderr=said, start_new_session=True)
        maps = set()
        if kind is False:
            while started.poll() is None:
                maps |= mapped(started.pid)
                time.sleep(0.3)
            first = None
            if started.returncode != 0:
                raise SystemExit(f"{words}: ended with {started.returncode}, and is no measurement: {last_words()}")
        else:
            if kind is True:
                listens(started)
            time.sleep(8 if kind is True else kind)
            if started.poll() is not None:
                raise SystemExit(f"{words}: ended with {started.returncode} before it was asked, and is no measurement: {last_words()}")
            maps |= mapped(started.pid)
            first = opened() | maps
            if kind is True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=30).read()
                except (urllib.error.HTTPError, OSError, ValueError) as error:
                    print("   request:", error, file=sys.stderr)
                time.sleep(4)
                maps |= mapped(started.pid)
            for number in reversed(processes(started.pid)):
                try:
                    os.kill(number, signal.SIGINT if "jupyter" in words[0] else signal.SIGTERM)
                except OSError:
                    pass
            time.sleep(5)
            run.stop(started)
    # What the witness itself needs, and the shell that enters the folder, are ours.
    ours = {real("/usr/sbin/chroot"), "bin/chroot", "usr/sbin/chroot"}
    ours |= only_opened()
    last = (opened() | modules() | maps | initialised()) - ours
    return (first - ours if first else last), last, initialised()


def only_opened():
    """Java's archives that were looked through for a class and gave none: Java opens all that its class path names."""
    used = set()
    for name in glob.glob(ROOT + "/tmp/witness/classes-*"):
        with open(name, errors="replace") as log:
            used |= {real(at) for at in re.findall(r"source: (?:jar:)?file:(/[^!\s]+\.jar)", log.read())}
    return {path for path in opened() if path.endswith(".jar") and path not in used}


def owners():
    """Of each file of the root, the package of the distribution that brings it."""
    owned = {}
    for name in glob.glob(ROOT + "/var/lib/dpkg/info/*.list"):
        package = os.path.basename(name)[: -len(".list")].split(":")[0]
        with open(name) as file:
            for line in file:
                at = real(line.strip())
                if at:
                    owned[at] = package
    return owned


def foreseen(words):
    report = f"{ROOT}/tmp/witness/exposure.json"
    line = f'/bin/sh -c "cd /apps; exec {shlex.join(words)}"'
    subprocess.run(["node", CLI, "exposure", ROOT, "--command", line, "-f", f"json={report}", "-q"], check=True, stdout=subprocess.DEVNULL)
    with open(report) as file:
        told = json.load(file)
    return told


def prepare():
    """Puts the programs of the workloads, and the witness, into the root."""
    shutil.copytree(HERE + "/venv", ROOT + "/apps", dirs_exist_ok=True)
    os.makedirs(ROOT + "/witness", exist_ok=True)
    shutil.copy(HERE + "/witness.py", ROOT + "/witness/sitecustomize.py")


def main():
    prepare()
    rows = {}
    owned = owners()
    if os.environ.get("SCAN"):
        with open(os.environ["SCAN"]) as file:
            # As tables count: a vulnerability in a source package is one finding.
            for finding in json.load(file)["findings"]:
                package = finding["package"]
                source = package.get("source", package)
                rows.setdefault((finding["id"], source["name"], source.get("version", "")), set()).add(package["purl"])
    for name in sys.argv[2:] or WORKLOADS:
        words, kind = WORKLOADS[name]
        kept = os.environ.get("KEPT") and os.path.join(os.environ["KEPT"], re.sub(r"\W+", "-", name) + ".json")
        if kept and os.path.exists(kept):
            with open(kept) as file:
                start, last, libraries = ({path for path in paths if not path.startswith("etc/")} for paths in json.load(file))
        else:
            start, last, libraries = observe(words, kind)
            if kept:
                with open(kept, "w") as file:
                    json.dump([sorted(start), sorted(last), sorted(libraries)], file)
        told = foreseen(words)
        files = {item["path"]: item["class"] for item in told["files"]}
        packages = {item["purl"]: item["class"] for item in told["packages"]}
        unknown = sum(kind == "unknown" for kind in packages.values())
        missed = sorted(path for path in last if path not in files)
        of_near = {urllib.parse.unquote(re.match(r"pkg:deb/[^/]+/([^@]+)", purl)[1]) for purl, kind in packages.items() if kind in ("loaded", "importable", "unknown") and purl.startswith("pkg:deb/")}
        loaded = [path for path, kind in files.items() if kind == "loaded" and ("-packages/" in path or "node_modules/" in path) and path.endswith((".py", ".so", "js"))]
        near = [min((["loaded", "importable", "callable", "unknown", "present", "not-code"].index(packages.get(purl, "unknown")) for purl in purls)) for purls in rows.values()]
        columns = [
            name,
            len(last),
            share(sum(files.get(path) == "loaded" for path in start), len(start)),
            share(sum(files.get(path) in ("loaded", "importable") for path in last), len(last)),
            share(sum(path in files for path in last), len(last)),
            share(sum(path in files or owned.get(path) in of_near for path in last), len(last)),
            share(sum(path in last for path in loaded), len(loaded)),
            f"{sum(kind in ('loaded', 'importable') for kind in files.values()) / max(1, len(last)):.1f}",
            f"{unknown} of {len(packages)}",
            share(sum(place == 0 for place in near), len(near)),
            share(sum(place <= 1 for place in near), len(near)),
            share(sum(place == 3 for place in near), len(near)),
            len(libraries),
            share(sum(files.get(path) in ("loaded", "importable") for path in libraries), len(libraries)),
        ]
        print("| " + " | ".join(map(str, columns)) + " |", flush=True)
        for path in missed[: int(os.environ.get("MISSED", "0"))]:
            print("   missed", path)
        if os.environ.get("NOTES"):
            for note in told.get("start", {}).get("notes", told.get("notes", [])):
                print("   ?", note)


if __name__ == "__main__":
    main()

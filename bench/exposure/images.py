"""python3 bench/exposure/images.py ROOT [WORKLOAD]: of one image that is made for one workload (venv.py), in one row: what of the files that its
processes loaded is foreseen, and what share of the image's findings is said to be near, beside the share that really lies in what was loaded.

Run as root, once for each image, with dist/ built and a database in PLIMSOLL_HOME. Roots are the `image_*` of roots.sh. ROOT/proc is mounted while the
workload runs, and nothing is when the root is scanned.

What was loaded is told by the processes (venv.py); whose a file is by dpkg's lists and by RECORD of each wheel. A finding is counted once per source
package, as near as the nearest of its packages; it is really loaded if a file of one of them was. KEPT names a folder that keeps what was observed.
"""

import collections
import json
import os
import re
import subprocess
import sys

import shares
import venv
from run import CLI, ROOT, share

KEPT = os.environ.get("KEPT", ROOT + "/tmp/kept")


def observed(name):
    """What the workload had loaded after its start and in the end, and the libraries among it that the loader initialised, of this run or of one that was kept."""
    kept = os.path.join(KEPT, re.sub(r"\W+", "-", name) + ".json")
    if not os.path.exists(kept):
        os.makedirs(KEPT, exist_ok=True)
        venv.prepare()
        os.remove(ROOT + "/apps/requirements.txt")
        words, kind = venv.WORKLOADS[name]
        subprocess.run(["mount", "-t", "proc", "proc", ROOT + "/proc"], check=True)
        try:
            seen = venv.observe(words, kind)
        finally:
            subprocess.run(["umount", ROOT + "/proc"], check=True)
        with open(kept, "w") as file:
            json.dump([sorted(paths) for paths in seen], file)
    with open(kept) as file:
        return [{path for path in paths if not path.startswith("etc/")} for paths in json.load(file)]


def scanned(name):
    target = os.path.join(KEPT, re.sub(r"\W+", "-", name) + ".scan.json")
    subprocess.run(["node", CLI, "scan", "dir:" + ROOT, "--offline", "--no-cache", "-q", "-f", "json=" + target], stdout=subprocess.DEVNULL)
    with open(target) as file:
        return json.load(file)


def main():
    name = sys.argv[2]
    start, last, libraries = observed(name)
    told, scan = venv.foreseen(venv.WORKLOADS[name][0]), scanned(name)
    files = {item["path"]: item["class"] for item in told["files"]}
    classes = shares.nearest_by_purl(told["packages"])
    owner = shares.owners(ROOT)
    really = {owner["/" + path] for path in last if "/" + path in owner}
    # What is built into a library or a program of somebody else's is there where that file is; of Node a package is its folder.
    folders = {path[: path.rindex("/") + 1] for path in last if "node_modules/" in path}
    for package in scan["packages"]:
        for place in package["evidence"]:
            folder = place["path"][: -len("package.json")] if place["path"].endswith("/package.json") else None
            if place["path"] in last or (folder and any(at.startswith(folder) and "node_modules/" not in at[len(folder) :] for at in folders)):
                really.add(shares.key(package))
    places = collections.defaultdict(set)
    for package in scan["packages"]:
        places[package["purl"]] |= {place["path"] for place in package["evidence"]}
    copies = {purl for purl, paths in places.items() if all("/_vendor/" in path for path in paths)}
    rows = collections.defaultdict(set)
    for finding in scan["findings"]:
        package = finding["package"]
        source = package.get("source", package)
        rows[finding["id"], source["name"], source.get("version", "")].add((package["purl"], shares.key(package)))
    count, loaded, far = collections.Counter(), 0, collections.Counter()
    for (_, source, _), packages in rows.items():
        nearest = min((classes.get(purl, "unknown") for purl, _ in packages), key=shares.CLASSES.index)
        count[nearest] += 1
        # A copy that another package brings along (pip its requests) has the name of the one that was loaded, and is not it.
        if any(package in really and purl not in copies for purl, package in packages):
            loaded += 1
            if nearest not in ("loaded", "importable"):
                far[source, nearest] += 1
    near = count["loaded"] + count["importable"]
    cells = [
        name,
        len(last),
        share(sum(files.get(path) == "loaded" for path in start), len(start)),
        share(sum(files.get(path) in ("loaded", "importable") for path in last), len(last)),
        len(scan["packages"]),
        len(rows),
        count["loaded"],
        count["importable"],
        share(near, len(rows)),
        share(loaded, len(rows)),
        *(count[kind] for kind in shares.CLASSES[2:]),
        len(libraries),
        share(sum(files.get(path) in ("loaded", "importable") for path in libraries), len(libraries)),
    ]
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    for path in sorted(path for path in last if files.get(path) not in ("loaded", "importable"))[: int(os.environ.get("MISSED", "0"))]:
        print("   missed", path, files.get(path))
    if far:
        print("   really loaded, and said to be farther:", dict(far), flush=True)


if __name__ == "__main__":
    main()

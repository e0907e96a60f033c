"""python3 bench/exposure/hostile.py FOLDER [NAME ...]: what following what a container can load costs where an image was made to break it, as the rows of
the table in docs/exposure.md: seconds of the processor and memory at its peak beside those of the same folder with a start command that it does not
have, files that are reached, and what is said to be not known.

Each input is a folder below FOLDER with this machine's Python or another real program in it, made for its row and gone after it; those of ARCHIVED are
read once more as an image of one layer (`docker save`), whose code is read as the layer passes by. Needs dist/, and Linux.
"""

import hashlib
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tarfile

CLI = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../dist/cli.cjs")
PYTHON = os.path.realpath("/usr/bin/python3")
LIBRARY = "usr/lib/" + os.path.basename(PYTHON)
random.seed(22)


def put(root, path, text="", mode=0o644):
    place = os.path.join(root, path)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "wb" if isinstance(text, bytes) else "w") as file:
        file.write(text)
    os.chmod(place, mode)


def python(root):
    """A Python that starts, and nothing of its library but what that takes."""
    put(root, "usr/bin/python3", "", 0o755)
    shutil.copy(PYTHON, root + "/usr/bin/python3")
    shutil.copy(PYTHON, f"{root}/usr/bin/{os.path.basename(PYTHON)}")
    put(root, LIBRARY + "/os.py")
    put(root, LIBRARY + "/site.py")


def program(root, name, like="true"):
    os.makedirs(root + "/usr/bin", exist_ok=True)
    if not os.path.lexists(root + "/bin"):
        os.symlink("usr/bin", root + "/bin")
    shutil.copy("/usr/bin/" + like, f"{root}/usr/bin/{name}")


def chain(root, count=200_000):
    python(root)
    for at in range(count):
        put(root, f"srv/m{at}.py", f"import m{(at + 1) % count}\n")
    return "python3 /srv/m0.py"


def wide(root, count=2_000):
    python(root)
    for at in range(count):
        put(root, f"srv/m{at}.py", "".join(f"import m{(at + 1 + next) % count}\n" for next in range(count)))
    return "python3 /srv/m0.py"


def flat(root, count=200_000):
    """One program that imports them all: a file larger than is read, and as many as fit."""
    python(root)
    for at in range(count):
        put(root, f"srv/m{at}.py")
    put(root, "srv/main.py", "".join(f"import m{at}\n" for at in range(count)))
    return "python3 /srv/main.py"


def pythons(root, programs=150, count=20_000):
    """A script that runs hundreds of Pythons, each of which comes to the same modules by a file of its own."""
    python(root)
    program(root, "sh", "dash")
    for at in range(count):
        put(root, f"srv/m{at}.py", f"import m{(at + 1) % count}\n")
    for at in range(programs):
        put(root, f"srv/e{at}.py", f"import m{at}\n")
    put(root, "run.sh", "#!/bin/sh\n" + "".join(f"python3 /srv/e{at}.py\n" for at in range(programs)), 0o755)
    return "/run.sh"


def nowhere(root):
    python(root)
    folders = [f"/opt/f{at}" for at in range(500)]
    for folder in folders:
        put(root, folder[1:] + "/here.py")
    put(root, f"usr/local/lib/{os.path.basename(PYTHON)}/dist-packages/all.pth", "\n".join(folders) + "\n")
    put(root, "srv/main.py", "".join(f"import nowhere{at}\n" for at in range(200_000)))
    return "python3 /srv/main.py"


def deep(root):
    python(root)
    put(root, "srv/main.py", "import " + ".".join(["p"] * 700) + "\n" + "(" * 50_000 + ")" * 50_000 + "\n" + "".join(" " * at + "if x:\n" for at in range(2_000)))
    put(root, "srv/" + "p/" * 700 + "__init__.py")
    return "python3 /srv/main.py"


def paths(root):
    """.pth files that name each other's folders, and one of 200,000 lines."""
    python(root)
    site = f"usr/local/lib/{os.path.basename(PYTHON)}/dist-packages"
    put(root, site + "/circle.pth", "..\n.\n/" + site + "\n" * 200_000 + "import os; exec('x')\n")
    put(root, "srv/main.py", "import a\n")
    return "python3 /srv/main.py"


def broken(root):
    """Real programs and libraries with bytes changed at random, each started by a script."""
    names = []
    for at in range(200):
        for kind, source in (("bin", "/usr/bin/true"), ("lib", "/lib/x86_64-linux-gnu/libz.so.1")):
            with open(source, "rb") as file:
                body = bytearray(file.read())
            for _ in range(200):
                body[random.randrange(len(body) if at % 2 else 4096)] = random.randrange(256)
            body[:4] = b"\x7fELF"
            put(root, f"usr/{kind}/broken{at}" + (".so" if kind == "lib" else ""), bytes(body), 0o755)
        names.append(f"LD_PRELOAD=/usr/lib/broken{at}.so /usr/bin/broken{at}\n")
    program(root, "sh", "dash")
    put(root, "run.sh", "#!/bin/sh\n" + "".join(names), 0o755)
    return "/run.sh"


def circles(root):
    """Scripts whose interpreters are each other, links in a circle on PATH, for libraries and for the program, a folder as a program."""
    for at in range(1_000):
        put(root, f"usr/bin/s{at}", f"#!/usr/bin/s{(at + 1) % 1_000}\n", 0o755)
    for at in range(1_000):
        os.symlink(f"l{(at + 1) % 1_000}", f"{root}/usr/bin/l{at}")
    os.symlink(".", root + "/usr/loop")
    os.makedirs(root + "/usr/sbin/tool")
    program(root, "sh", "dash")
    long = ":".join(["/usr" + "/loop" * at + "/bin" for at in range(1, 200)] + ["", ".", "::", "/nowhere"] * 2_000)
    put(root, "run.sh", f"#!/bin/sh\nPATH={long}:$PATH\ns0\nl0\ntool\nexec ./run.sh\n", 0o755)
    return "/run.sh"


def branches(root):
    program(root, "sh", "dash")
    put(root, "run.sh", "#!/bin/sh\n" + "".join(f"if [ $V{at} ]; then A{at}=1; B=$B$V{at}; true; fi\n" for at in range(5_000)) + "while :; do X=$X$X; done\n", 0o755)
    program(root, "true")
    return "/run.sh"


def nested(root):
    program(root, "sh", "dash")
    put(root, "run.sh", "#!/bin/sh\n" + "if [ $X ]; then " * 500 + "true" + "; fi" * 500 + "\n", 0o755)
    program(root, "true")
    return "/run.sh"


def javascript(root):
    program(root, "node")
    put(root, "srv/main.js", "require('./a');" + "(" * 1_000 + "1" + ")" * 1_000 + ";\n")
    put(root, "srv/a.js", "require('./b');" + "[" * 100_000)
    put(root, "srv/b.js", "".join(f"require('./c{at}');\n" for at in range(50_000)))
    return "node /srv/main.js"


def gems(root):
    """As many folders of gems as names that are asked for."""
    program(root, "ruby")
    for at in range(2_000):
        put(root, f"usr/lib/ruby/gems/3.1.0/gems/g{at}-1/lib/g{at}.rb")
        put(root, f"usr/lib/ruby/gems/3.1.0/specifications/g{at}-1.gemspec")
    put(root, "srv/main.rb", "".join(f"require 'nowhere{at}'\n" for at in range(20_000)))
    return "ruby /srv/main.rb"


def texts(name, ending, line):
    """A program of 2 MB in a language that is read line by line."""

    def make(root):
        program(root, name)
        put(root, "srv/main" + ending, (line * (2**21 // len(line) + 1))[: 2**21])
        return f"{name} /srv/main{ending}"

    return make


def one_line(root):
    """100 MB in one line, which is more than is read of one file, beside a file of as long a line as is read."""
    python(root)
    put(root, "srv/main.py", "import a\nimport long\n")
    put(root, "srv/long.py", "x = [" + "1, " * 33_000_000 + "]\n")
    put(root, "srv/a.py", "x = '" + "import b; " * 1_500_000 + "'; import b\n")
    put(root, "srv/b.py")
    return "python3 /srv/main.py"


def nested_code(root):
    """Functions within functions, texts that are never ended, brackets that are never closed, lines that go on and on."""
    python(root)
    put(root, "srv/main.py", "import a, b, c, d, e\n")
    put(root, "srv/a.py", "".join(" " * at + f"def f{at}():\n" for at in range(5_000)) + " " * 5_000 + "import late\n")
    put(root, "srv/b.py", "x = (" * 1_000_000 + "import late\n")
    put(root, "srv/c.py", "import late, \\\n" * 500_000)
    put(root, "srv/d.py", 'x = """' + ("'" * 3 + "import late\n") * 500_000)
    put(root, "srv/e.py", "if TYPE_CHECKING:\n  pass\nel" * 200_000 + "se: import late\n")
    put(root, "srv/late.py")
    return "python3 /srv/main.py"


def elf(strings=b"", headers=0):
    """A program of x86-64 that opens libraries by name; `headers` more program headers than it has parts, each of which says that it is everything."""
    names = b"\0libc.so.6\0dlopen\0"
    count = headers + 2
    start = 64 + 56 * count
    dynamic = start + len(names)
    symbols = dynamic + 16 * 6
    end = symbols + 48
    size = end + len(strings)
    head = b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, count, 64, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, size, size, 4096)
    tags = [(1, 1), (5, start), (10, len(names)), (6, symbols), (11, 24), (0, 0)]
    body = names + b"".join(struct.pack("<QQ", *tag) for tag in tags) + bytes(24) + struct.pack("<IBBHQQ", 11, 18, 0, 0, 0, 0)
    return head + load * (headers + 1) + struct.pack("<IIQQQQQQ", 2, 6, dynamic, dynamic, dynamic, 96, 96, 8) + body + strings


def constants(root):
    """A program with a million names of libraries in it, and as many libraries as may be meant."""
    put(root, "usr/bin/app", elf(b"".join(b"lib%d.so\0" % at for at in range(1_000_000))), 0o755)
    for at in range(20_000):
        put(root, f"usr/lib/lib{at}.so", elf())
    return "/usr/bin/app"


def headers(root):
    """Programs with as many program headers as can be told, none of which is right."""
    for at in range(40):
        put(root, f"usr/bin/app{at}", elf(bytes(at), 65_000), 0o755)
    program(root, "sh", "dash")
    put(root, "run.sh", "#!/bin/sh\n" + "".join(f"/usr/bin/app{at}\n" for at in range(40)), 0o755)
    return "/run.sh"


def places(root):
    """A PATH of 100,000 places, and others that are empty, relative, the root, or lead out of it."""
    program(root, "sh", "dash")
    program(root, "tool")
    for letter in "abcdefgh":
        os.makedirs(f"{root}/{letter}")
    # As many as a script has room for that is read.
    long = ".:" * 50_000 + ":" * 40_000 + "/a:/p:" * 5_000
    odd = ("", ":", "::::", ".", "..", "../../../usr/bin", "usr/bin", "/", "~/bin", "$HOME", "/usr/bin/sh", "/proc/self/root/usr/bin")
    put(root, "run.sh", "#!/bin/sh\n" + "".join(f"PATH='{path}' tool\n" for path in odd) + f"PATH={long}:/usr/bin\ntool\nother\n", 0o755)
    return "/run.sh"


def absent(root):
    return "/entrypoint.sh serve"


INPUTS = {
    "200,000 modules, each of which imports the next, in a circle": chain,
    "2,000 modules, each of which imports all": wide,
    "200,000 modules, imported by one": flat,
    "a script that runs 150 Pythons over the same 20,000 modules": pythons,
    "200,000 imports that are nowhere, 500 folders to look in": nowhere,
    "packages 700 deep, 50,000 brackets, 2,000 conditions within each other": deep,
    "`.pth` files in a circle, of 200,000 lines": paths,
    "200 programs and 200 libraries with bytes changed at random": broken,
    "scripts and links in circles, a PATH of 8,000 places": circles,
    "a script of 5,000 conditions that are not known": branches,
    "a script of 500 conditions within each other": nested,
    "JavaScript: 1,000 and 100,000 brackets, 50,000 modules": javascript,
    "Ruby: 2,000 gems, 20,000 names that are in none": gems,
    "Ruby: a text of 2 MB": texts("ruby", ".rb", "require 'a'; def x; load 'b' if y; end\n"),
    "Perl: a text of 2 MB": texts("perl", ".pl", "use A::B qw(c d); sub x { require E::F if $y }\n"),
    "R: a text of 2 MB": texts("Rscript", ".R", "library(a); f <- function(x) { if (x) b::c(x) }\n"),
    "Julia: a text of 2 MB": texts("julia", ".jl", "using A, B; f(x) = begin; import C; end\n"),
    "Python: a line of 100 MB, and one of 15 MB": one_line,
    "Python: 5,000 functions within each other, texts and brackets without end": nested_code,
    "a program with a million names of libraries, 20,000 of them there": constants,
    "40 programs of 65,000 program headers": headers,
    "a PATH of 100,000 places, and 12 odd ones": places,
    "a start command that is not there": absent,
}
#: Inputs that are read as an image too.
ARCHIVED = {chain, flat, nowhere, one_line, constants}


def archive(root):
    """The folder as `docker save` would have it, one layer."""
    target = root + ".tar"
    with tarfile.open(root + ".layer", "w", format=tarfile.GNU_FORMAT) as layer:
        layer.add(root, ".")
    with open(root + ".layer", "rb") as layer:
        digest = "sha256:" + hashlib.file_digest(layer, "sha256").hexdigest()
    with tarfile.open(target, "w") as image:
        image.add(root + ".layer", "layer.tar")
        for name, value in (
            ("config.json", {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": [digest]}}),
            ("manifest.json", [{"Config": "config.json", "RepoTags": ["hostile:1"], "Layers": ["layer.tar"]}]),
        ):
            with open(root + ".json", "w") as file:
                json.dump(value, file)
            image.add(root + ".json", name)
    os.remove(root + ".layer")
    os.remove(root + ".json")
    return target


def run(target, command):
    """Seconds of the processor, memory at its peak in MB, and the report."""
    line = ["/usr/bin/time", "-f", "%U %S %M", "node", CLI, "exposure", target, "--no-cache", "-q", "-f", "json", "--command", command]
    done = subprocess.run(line, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise SystemExit(f"{command}: ended with {done.returncode}: {done.stderr[-500:]}")
    user, system, peak = done.stderr.strip().split("\n")[-1].split()
    return float(user) + float(system), int(peak) / 1000, json.loads(done.stdout)


def row(name, target, command):
    least, floor, _ = run(target, "/nothing/of/this/name")
    seconds, peak, told = run(target, command)
    notes = told["start"]["notes"]
    said = notes[0][:140] + (f" (and {len(notes) - 1} more)" if len(notes) > 1 else "") if notes else "-"
    print(f"| {name} | {seconds:.1f} s ({least:.1f}) | {peak:.0f} MB ({floor:.0f}) | {sum(told['start']['files'].values())} | {said} |", flush=True)


def main():
    folder = sys.argv[1]
    for name in sys.argv[2:] or INPUTS:
        root = os.path.join(folder, "hostile")
        os.makedirs(root)
        try:
            command = INPUTS[name](root)
            row(name, "dir:" + root, command)
            if INPUTS[name] in ARCHIVED:
                row(name + ", an archive", "archive:" + archive(root), command)
        finally:
            shutil.rmtree(root)
            if os.path.exists(root + ".tar"):
                os.remove(root + ".tar")


if __name__ == "__main__":
    main()

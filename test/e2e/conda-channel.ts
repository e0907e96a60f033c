import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * `make`: builds and indexes the channel. `solve`: says which versions satisfy all specs, or null, and installs them where asked.
 * It ends without Python's tidying up, in which rattler's threads die of a bad address in about one run of fifty.
 */
const PROGRAM = `
import asyncio, io, json, os, sys, tarfile
from pathlib import Path
import rattler
from rattler.exceptions import SolverError
from rattler.index import index_fs
asked = json.load(sys.stdin)
channel = Path(asked["channel"])
def packed(name, version, depends):
    about = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": depends, "arch": "x86_64", "platform": "linux", "subdir": "linux-64"}
    with tarfile.open(channel / "linux-64" / f"{name}-{version}-0.tar.bz2", "w:bz2") as archive:
        for path, body in (("info/index.json", json.dumps(about)), ("info/files", ""), ("info/paths.json", json.dumps({"paths": [], "paths_version": 1}))):
            info = tarfile.TarInfo(path)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body.encode()))
async def make():
    for folder in ("linux-64", "noarch"):
        os.makedirs(channel / folder)
    for name, versions in asked["packages"].items():
        for version, depends in versions.items():
            packed(name, version, depends)
    await index_fs(channel, write_zst=False, write_shards=False)
async def solve():
    try:
        found = await rattler.solve(sources=[rattler.Channel(channel.as_uri())], specs=asked["specs"], platforms=["linux-64", "noarch"])
    except SolverError:
        return None
    if "prefix" in asked:
        await rattler.install(found, target_prefix=asked["prefix"], cache_dir=asked["cache"], platform=rattler.Platform("linux-64"), show_progress=False, execute_link_scripts=False)
    return {one.name.normalized: str(one.version) for one in found}
print(json.dumps(asyncio.run(make() if "packages" in asked else solve())), flush=True)
os._exit(0)
`;

/** Asks the program above, with rattler's Python. Throws what it said where it failed. */
export function askedRattler(python: string, asked: Readonly<Record<string, unknown>>): Record<string, string> | null {
  const input = JSON.stringify(asked);
  const done = spawnSync(python, ['-c', PROGRAM], { input, encoding: 'utf8', timeout: 300_000 });
  if (done.status !== 0)
    throw new Error(`rattler ended with ${done.status ?? done.signal ?? done.error?.message}: ${done.stderr}`);
  return JSON.parse(done.stdout) as Record<string, string> | null;
}

/** A virtual environment with these packages of PyPI, or why there is none; of those in `binary`, wheels alone. */
export function pythonWith(
  folder: string,
  binary: readonly string[],
  others: readonly string[] = [],
): { readonly python: string } | { readonly reason: string } {
  const python = join(folder, 'bin', 'python');
  const pip = ['-m', 'pip', 'install', '--quiet'];
  for (const [program, args] of [
    ['python3', ['-m', 'venv', folder]],
    [python, [...pip, '--only-binary', ':all:', ...binary]],
    ...(others.length > 0 ? [[python, [...pip, ...others]] as const] : []),
  ] as const) {
    const done = spawnSync(program, args, { encoding: 'utf8', timeout: 600_000 });
    if (done.status !== 0) return { reason: done.stderr.trim().split('\n').at(-1) ?? `${program} failed` };
  }
  return { python };
}

import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closureOf } from '../../src/exposure/closure.ts';
import type { World } from '../../src/exposure/model.ts';
import { native } from '../../src/exposure/native/index.ts';
import { elfNeeds } from '../../src/formats/executables/index.ts';
import { titled } from './machine.ts';

/** What this machine's own dynamic loader says that its programs load, against what the rules of `exposure/native` say. */

const LOADER = '/lib64/ld-linux-x86-64.so.2';
const missing = existsSync(LOADER) ? undefined : `there is no ${LOADER} on this machine`;
/** Every so many of the programs: a few seconds. */
const EVERY = 1;

const quietly = <Value>(ask: () => Value): Value | undefined => {
  try {
    return ask();
  } catch {
    return undefined;
  }
};

/** The files of this machine as a world. */
function machine(): World {
  const known = new Map<string, string | undefined>();
  const needs = (path: string): string | undefined => {
    const bytes = readFileSync(`/${path}`);
    const stream = elfNeeds(bytes.length);
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + 65_536);
      at += part.length + stream.push(part, at);
    }
    const needs = stream.end();
    return needs && JSON.stringify(needs);
  };
  return {
    tree: {
      real: (path) =>
        quietly(() => (statSync(realpathSync(`/${path}`)).isFile() ? realpathSync(`/${path}`).slice(1) : undefined)),
      isFolder: (path) => quietly(() => statSync(`/${path}`).isDirectory()) ?? false,
      realFolder: (path) =>
        quietly(() => (statSync(`/${path}`).isDirectory() ? realpathSync(`/${path}`).slice(1) : undefined)),
      list: (path) => quietly(() => readdirSync(`/${path}`).sort()) ?? [],
      paths: () => [],
    },
    code(path, language) {
      if (language !== 'elf') return quietly(() => readFileSync(`/${path}`, 'utf8'));
      if (!known.has(path))
        known.set(
          path,
          quietly(() => needs(path)),
        );
      return known.get(path);
    },
  };
}

describe(titled('what the dynamic loader of this machine brings along', missing), () => {
  it.skipIf(missing !== undefined)(
    'is what the rules say of every fortieth of its programs, no more and no less',
    () => {
      const world = machine();
      const programs = ['/usr/bin', '/usr/sbin', '/usr/lib/x86_64-linux-gnu'].flatMap((folder) => readdirSync(folder).map((name) => folder + '/' + name))
        .sort()
        .filter((_, at) => at % EVERY === 0)
        
        .filter((path) => quietly(() => lstatSync(path).isFile()) === true)
        .filter((path) => world.code(path.slice(1), 'elf') !== undefined);
      let libraries = 0;
      for (const path of programs) {
        const listed = quietly(() =>
          execFileSync(LOADER, ['--list', path], { encoding: 'utf8', stdio: 'pipe', env: {} }),
        );
        // What the loader itself cannot load says nothing of the rules.
        if (listed === undefined || /not found/.test(listed)) continue;
        const real = [...listed.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)].map((match) =>
          realpathSync(match[1] as string).slice(1),
        );
        const program = path.slice(1);
        const process = { program, arguments: [], environment: new Map<string, string>(), folder: '' };
        const { reached } = closureOf(world, [{ to: program, reach: 'loaded', how: 'CMD', process }], [native]);
        const said = [...reached.values()]
          .filter((entry) => entry.reach === 'loaded' && entry.path !== program)
          .map((entry) => entry.path);
        expect(
          real.filter((entry) => !said.includes(entry)),
          `${path}: loaded, and not said to be`,
        ).toEqual([]);
        // Of a library that has builds for newer processors each is said; the loader took one.
        const names = new Set(real.map((entry) => basename(entry)));
        expect(
          said.filter((entry) => !real.includes(entry) && !names.has(basename(entry))),
          `${path}: said, and not loaded`,
        ).toEqual([]);
        libraries += real.length;
      }
      console.log('FILES', programs.length, libraries); expect(libraries).toBeGreaterThan(0);
    },
  900_000);
});

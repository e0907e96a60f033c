import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { exposed, program } from '../exposure.ts';
import { zip } from '../zip.ts';

/** What is foreseen is held to what a real Java machine says it has loaded (`-Xlog:class+load`), of archives that its own compiler made. */

const scratch = mkdtempSync(join(tmpdir(), 'plimsoll-java-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const hasJava = ['java', 'javac'].every((name) => {
  try {
    execFileSync(name, ['-version'], { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
});

/** Sources by the archive they go into; others by their path in it. */
const ARCHIVES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  api: { 'api/Service.java': 'package api; public interface Service { String say(); }' },
  near: {
    'near/Near.java':
      'package near; public class Near { public static String x() { return new far.Far().toString(); } }',
  },
  far: { 'far/Far.java': 'package far; public class Far {}' },
  offer: {
    'offer/Offer.java':
      'package offer; public class Offer implements api.Service { public String say() { return "offer"; } }',
    'META-INF/services/api.Service': 'offer.Offer\n',
  },
  told: { 'told/Told.java': 'package told; public class Told {}' },
  idle: { 'idle/Idle.java': 'package idle; public class Idle {}' },
  main: {
    'shop/Main.java': `package shop; public class Main { public static void main(String[] a) throws Exception {
      System.out.println(near.Near.x() + Class.forName("told.Told"));
      for (api.Service s : java.util.ServiceLoader.load(api.Service.class)) System.out.println(s.say()); } }`,
  },
};

/** The archives, compiled; the first ones are what the last is made with. */
function made(): Record<string, Buffer> {
  const classes = join(scratch, 'classes');
  const sources: string[] = [];
  for (const files of Object.values(ARCHIVES))
    for (const [path, text] of Object.entries(files)) {
      const to = join(scratch, 'source', path);
      mkdirSync(join(to, '..'), { recursive: true });
      writeFileSync(to, text);
      if (path.endsWith('.java')) sources.push(to);
    }
  execFileSync('javac', ['-d', classes, ...sources], { timeout: 120_000 });
  return Object.fromEntries(
    Object.entries(ARCHIVES).map(([name, files]) => {
      const members = Object.entries(files).flatMap(([path, text]): (readonly [string, string | Buffer])[] =>
        path.endsWith('.java')
          ? readdirSync(join(classes, path, '..')).map(
              (file) => [join(path, '..', file), readFileSync(join(classes, path, '..', file))] as const,
            )
          : [[path, text] as const],
      );
      return [name, zip(Object.fromEntries(members))];
    }),
  );
}

it.skipIf(!hasJava)('what Java loads is foreseen, archive by archive (skipped without a JDK)', async () => {
  const jars = made();
  mkdirSync(join(scratch, 'lib'));
  for (const [name, bytes] of Object.entries(jars)) writeFileSync(join(scratch, 'lib', `${name}.jar`), bytes);
  const log = execFileSync('java', ['-Xlog:class+load', '-cp', 'lib/*', 'shop.Main'], {
    cwd: scratch,
    encoding: 'utf8',
    timeout: 120_000,
  });
  const loaded = [...new Set([...log.matchAll(/source: file:\S*\/lib\/(\w+)\.jar/g)].map(([, name]) => name))].sort();
  const exposure = await exposed(
    {
      'opt/jdk/bin/java': program(),
      ...Object.fromEntries(Object.entries(jars).map(([name, bytes]) => [`app/lib/${name}.jar`, bytes])),
    },
    { Cmd: ['/opt/jdk/bin/java', '-cp', 'lib/*', 'shop.Main'], WorkingDir: '/app' },
  );
  const foreseen = [...exposure.reached.values()].flatMap(({ path }) => /^app\/lib\/(\w+)\.jar$/.exec(path)?.[1] ?? []);
  expect(loaded).toEqual(['api', 'far', 'main', 'near', 'offer', 'told']);
  expect(foreseen.sort()).toEqual(loaded);
  expect(exposure.start.notes).toEqual([]);
});

// node test/planted-faults.mjs [WORD]: whether the contracts of one answer see what they are there for. Of each thing that the random worlds hold
// (test/worlds.ts) one room is made to forget it, in a copy of the sources, and the contracts have to fail: a fault that none sees ends this with 1.
// WORD: only the faults whose line has it. Each is tried with up to FAULT_SEEDS seeds (4), as CI tries another one each day.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const COPIED = ['src', 'test', 'schemas', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

/** What the worlds hold, which room forgets it, and how. */
const FAULTS = [
  {
    of: 'streams',
    fault: 'the database file forgets them',
    file: 'src/advisories/store/stored-statement.ts',
    from: "if (Array.isArray(modules) || modules === '*') this.modules",
    to: "if (modules === '*') this.modules",
  },
  {
    of: 'streams',
    fault: 'packages of two streams count as one when they are judged',
    file: 'src/matching/retrieve.ts',
    from: '      module,\n      os,',
    to: '      os,',
  },
  {
    of: 'platforms',
    fault: 'the database file forgets them',
    file: 'src/advisories/store/stored-statement.ts',
    from: 'if (Array.isArray(platforms)) this.platforms',
    to: 'if (platforms === null) this.platforms',
  },
  {
    of: 'vectors',
    fault: 'explain takes the first rating for the one that counts',
    file: 'src/compare/own-verdict.ts',
    from: 'const { severity, severitySource, state, fix } = finding;',
    to: 'const { severitySource, state, fix } = finding;\n  const severity = finding.ratings[0]?.severity ?? finding.severity;',
  },
  {
    of: 'vectors',
    fault: 'the database file forgets them',
    file: 'src/advisories/store/codec.ts',
    from: 'vector: second,',
    to: "vector: second.replace('AV:L', 'AV:N'),",
  },
  {
    of: 'replaced CVEs',
    fault: 'explain takes the one that was given up for another',
    file: 'src/matching/candidates.ts',
    from: 'partition(answer, partsOf, wanted, aliases)',
    to: 'partition(answer, wanted ? (given) => byVulnerability(given, aliases, { hasRecord }) : partsOf, wanted, aliases)',
  },
  {
    of: 'replaced CVEs',
    fault: 'the database file forgets what their records say',
    file: 'src/advisories/store/codec.ts',
    from: 'record.description',
    to: 'undefined',
  },
  {
    of: 'purl qualifiers',
    fault: 'explain hears exceptions without them',
    file: 'src/policy/exceptions/apply.ts',
    from: 'const about = rules.filter((rule) => isAboutFinding(rule, finding, subject));',
    to: "const bare = { ...finding, package: { ...finding.package, purl: finding.package.purl.replace(/[?].*$/, '') } };\n    const about = rules.filter((rule) => isAboutFinding(rule, bare, subject));",
  },
  {
    of: 'ignore files',
    fault: 'explain does not hear them',
    file: 'src/policy/exceptions/apply.ts',
    from: 'const living = about.find((rule) => !isOver(rule, now));',
    to: "const living = about.find((rule) => !isOver(rule, now) && !rule.by.where.includes('.trivyignore'));",
  },
  {
    of: 'expired rules',
    fault: 'explain takes them for living ones',
    file: 'src/policy/exceptions/apply.ts',
    from: 'const living = about.find((rule) => !isOver(rule, now));',
    to: 'const living = about[0];',
  },
  {
    of: 'two authors of VEX',
    fault: 'explain hears the last of them, a scan the first',
    file: 'src/policy/exceptions/apply.ts',
    from: 'const living = about.find((rule) => !isOver(rule, now));',
    to: 'const living = about.findLast((rule) => !isOver(rule, now));',
  },
  {
    of: 'exceptions',
    fault: 'fix does not hear them',
    file: 'src/application/fix-judging.ts',
    from: '...(except && { except: (',
    to: '...(except && 0 && { except: (',
  },
  {
    of: 'withdrawn statements',
    fault: 'the database file forgets that they were taken back',
    file: 'src/advisories/store/stored-statement.ts',
    from: 'return this.#text(STATEMENT.withdrawn);',
    to: 'return undefined;',
  },
  {
    of: 'withdrawn statements',
    fault: 'in memory their names weigh as much as those of others',
    file: 'src/advisories/store/memory.ts',
    from: 'withdrawn: isTakenBack(record),',
    to: 'withdrawn: isTakenBack(record) && record.ratings.length < 0,',
  },
  {
    of: 'aliases',
    fault: 'the database file knows two names of a vulnerability',
    file: 'src/advisories/store/records.ts',
    from: "row[0].split(' ') : [id]",
    to: "row[0].split(' ').slice(0, 2) : [id]",
  },
  {
    of: 'bulletins',
    fault: 'explain takes them for nobody',
    file: 'src/compare/explain.ts',
    from: 'broughtBy(asked)',
    to: "broughtBy('')",
  },
  {
    of: 'several documents',
    fault: 'in memory what repeats a publisher counts beside it',
    file: 'src/advisories/store/memory.ts',
    from: 'preferPrimary(statements, completed)]',
    to: 'statements]',
  },
  {
    of: 'several documents',
    fault: "in memory a document's records rate nothing",
    file: 'src/advisories/store/memory.ts',
    from: 'withRecords(given, inDocument)',
    to: 'given',
  },
];

const only = process.argv[2] ?? '';
const seeds = Number(process.env.FAULT_SEEDS ?? 4);
const copy = mkdtempSync(join(tmpdir(), 'planted-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const part of COPIED) cpSync(join(root, part), join(copy, part), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

/** Whether the contracts fail, and in how many tries they did. */
function seen() {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { status, stdout, error } = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--root',
        copy,
        '--bail',
        '1',
        'test/contracts/one-answer.test.ts',
        'test/contracts/one-answer-ids.test.ts',
      ],
      { cwd: copy, encoding: 'utf8', env: { ...process.env, PROPERTY_SEED: String(seed), NO_COLOR: '1' } },
    );
    if (error !== undefined || !/Tests .*\d (?:passed|failed)/.test(stdout))
      throw error ?? new Error(stdout.slice(-2000));
    if (status !== 0)
      return {
        seed,
        by: [...stdout.matchAll(/× (.{1,60})/g)]
          .map(([, name]) => name)
          .slice(0, 1)
          .join(),
      };
  }
  return undefined;
}

let green = 0;
for (const { of, fault, file, from, to } of FAULTS) {
  if (!`${of}: ${fault}`.includes(only)) continue;
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} has not one "${from}": teach this script what it is now`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  const told = seen();
  writeFileSync(path, text);
  if (told === undefined) green += 1;
  console.log(
    `${told === undefined ? 'NOT SEEN' : `seen with seed ${told.seed}`} | ${of}: ${fault}${told ? ` | ${told.by}` : ''}`,
  );
}
process.exitCode = green === 0 ? 0 : 1;

import { pypi } from '../../ecosystems/pypi.ts';
import { readJson } from '../../formats/json-values.ts';
import { isObject, type Json, list, text } from '../../formats/text/index.ts';
import { printedText } from '../../programs/run.ts';
import type { EnvironmentSummary, Plan, TrialCheck } from '../plan.ts';
import type { BuiltImage } from './workbench.ts';

/** What a check says is shown to this length. */
const SAID = 1_000;

/** Runs `pip check` in each Python environment, conda's own check in each conda prefix, and imports what the plan changed. */
export async function checkBuilt(image: BuiltImage, plan: Plan): Promise<TrialCheck[]> {
  const checks: TrialCheck[] = [];
  for (const environment of plan.environments) {
    const python = await interpreterOf(image, environment);
    if (python === undefined) {
      checks.push({ name: 'pip check', about: environment.path, said: 'no interpreter of it can be run' });
      continue;
    }
    checks.push(await pipCheck(image, python, environment));
    const names = changedIn(plan, environment);
    if (names.length > 0) checks.push(...(await imports(image, python, names)));
  }
  for (const prefix of condaPrefixes(plan)) checks.push(await condaCheck(image, prefix));
  return checks;
}

async function interpreterOf(image: BuiltImage, { path, python }: EnvironmentSummary): Promise<string | undefined> {
  const minor = python.split('.').slice(0, 2).join('.');
  const prefix = path.replace(/\/(?:lib|lib64)\/python[^/]*\/.*$/, '').replace(/\/$/, '');
  for (const name of [`${prefix}/bin/python${minor}`, `${prefix}/bin/python3`, `${prefix}/bin/python`]) {
    const { outcome, status } = await image.execute([name, '-c', 'pass']);
    if (outcome === 'ended' && status === 0) return name;
  }
  return undefined;
}

/** What was broken before the plan is not held against it. */
async function pipCheck(image: BuiltImage, python: string, { path, broken }: EnvironmentSummary): Promise<TrialCheck> {
  const result = await image.execute([python, '-m', 'pip', 'check', '--disable-pip-version-check']);
  const said = printedText(result).trim();
  const base = { name: 'pip check', about: path };
  if (/No module named pip/.test(result.complaint)) return { ...base, said: 'it has no pip' };
  if (result.outcome !== 'ended')
    return { ...base, said: `pip cannot be run: ${result.complaint.slice(-SAID)}`.trim() };
  if (result.status === 0) return { ...base, good: true, said: '' };
  const owners = new Set(broken.map((line) => pypi.normalize(line.split(' ')[0] ?? '')));
  const fresh = said.split('\n').filter((line) => !owners.has(pypi.normalize(line.split(' ')[0] ?? '')));
  return { ...base, good: fresh.length === 0, said: fresh.join('\n').slice(0, SAID) };
}

const changedIn = (plan: Plan, { path }: EnvironmentSummary): string[] =>
  plan.steps
    .filter(({ applied, kind }) => applied && kind === 'python')
    .flatMap(({ changes }) => changes)
    .filter(({ environment }) => `/${environment}` === path)
    .map(({ name }) => name);

/** Finds the modules of each distribution and imports them, each in a process of its own: one that crashes says nothing of the next. */
const IMPORTS = `
import sys, json, subprocess
try:
    from importlib.metadata import distribution, PackageNotFoundError
except ImportError:
    from importlib_metadata import distribution, PackageNotFoundError
for name in sys.argv[1:]:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        print(json.dumps([name, "", "it is not installed"])); continue
    top = (found.read_text("top_level.txt") or "").split()
    if not top:
        parts = {str(f).split("/")[0] for f in (found.files or []) if str(f).endswith(".py")}
        top = sorted({p[:-3] if p.endswith(".py") else p for p in parts if not p.endswith(("-info", ".data"))})
    for module in [m for m in top if m.isidentifier() and not m.startswith("_") and m not in ("test", "tests", "docs", "examples")][:5]:
        done = subprocess.run([sys.executable, "-c", "import " + module], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said = "" if done.returncode == 0 else (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["exit %d" % done.returncode])[-1]
        print(json.dumps([name, module, said]))
`;

async function imports(image: BuiltImage, python: string, names: readonly string[]): Promise<TrialCheck[]> {
  const result = await image.execute([python, '-c', IMPORTS, ...names]);
  const rows = printedText(result)
    .split('\n')
    .filter((line) => line.startsWith('['))
    .flatMap((line): TrialCheck[] => {
      const [name, module, said] = list(parsed(line)).map((value) => text(value) ?? '');
      if (name === undefined || module === undefined || said === undefined) return [];
      return [
        {
          name: 'import',
          about: module === '' ? name : `${module} (${name})`,
          good: said === '',
          said: said.slice(0, SAID),
        },
      ];
    });
  if (rows.length > 0) return rows;
  return [
    { name: 'import', about: names.join(', '), said: `it could not be run: ${result.complaint.slice(-SAID)}`.trim() },
  ];
}

function parsed(line: string): Json | undefined {
  try {
    const value = readJson(line) as Json;
    return isObject(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

const condaPrefixes = (plan: Plan): string[] => [
  ...new Set(
    plan.steps
      .filter(({ applied, kind }) => applied && kind === 'conda')
      .flatMap(({ changes }) => changes.flatMap(({ environment }) => environment ?? [])),
  ),
];

/** `conda doctor` looks for missing and altered files and broken dependencies. https://docs.conda.io/projects/conda/en/stable/commands/doctor.html */
async function condaCheck(image: BuiltImage, prefix: string): Promise<TrialCheck> {
  const root = prefix.startsWith('/') ? prefix : `/${prefix}`;
  const base = { name: 'conda doctor', about: root };
  for (const program of [`${root}/bin/conda`, `${root.replace(/\/envs\/[^/]+$/, '')}/bin/conda`]) {
    const result = await image.execute([program, 'doctor', '--prefix', root]);
    const said = printedText(result).trim();
    if (result.outcome !== 'ended' || said === '' || /invalid choice|No such file/.test(result.complaint)) continue;
    const bad = said
      .split('\n')
      // A check that passed says so in the same words: `There are no packages with missing files.`
      .filter(
        (line) => /^\s*\u274c|is not consistent|missing/i.test(line) && !/^\s*\u2705|\bno packages\b/i.test(line),
      );
    return { ...base, good: result.status === 0 && bad.length === 0, said: bad.join('\n').slice(0, SAID) };
  }
  return { ...base, said: 'this conda has no check of its own (conda 23.5 and newer have)' };
}

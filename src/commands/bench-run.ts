/** The work behind `plimsoll bench`: opens what is judged, runs the checks, writes the report. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type BenchReport, runBench } from '../cis/bench.ts';
import type { Check } from '../cis/check.ts';
import { connectEngine, findEngine } from '../cis/engine/index.ts';
import type { DockerfileFacts, Facts, Scope } from '../cis/facts.ts';
import { gatherFacts } from '../cis/gather.ts';
import { openHost } from '../cis/host/index.ts';
import type { ImageFacts } from '../cis/image/index.ts';
import { selectChecks } from '../cis/selection.ts';
import { PlimsollError } from '../errors.ts';
import { parseDockerfile } from '../formats/text/index.ts';
import { LIMITS } from '../limits.ts';
import { createHttp } from '../network/http.ts';
import type { BenchFormat } from '../report/bench/index.ts';
import { benchFormatNamed, benchFormats } from '../report/bench/index.ts';
import { colourWanted, widthOf } from '../terminal/style.ts';
import { type BenchFlags, GATES } from './bench.ts';
import { openBenchImages } from './bench-images.ts';
import type { Context } from './command.ts';
import { writeOutput } from './output.ts';

/** Returns the exit code. Throws `usage`, what opening an image throws, and `engine` (after the report) where no Engine answered. */
export async function runBenchCommand(flags: BenchFlags, context: Context): Promise<number> {
  const format = benchFormatNamed(flags.format);
  if (!GATES.includes(flags.failOn))
    throw new PlimsollError('usage', `--fail-on takes ${GATES.join(', ')}, not ${flags.failOn}`);
  const checks = chosenChecks(flags);
  if (flags.list) {
    await writeOutput(checks.map(listed), flags.output, context);
    return 0;
  }
  const environment =
    flags.host === undefined ? context.environment : { ...context.environment, DOCKER_HOST: flags.host };
  const http = createHttp({ environment, progress: context.progress });
  const images = openBenchImages(flags, { ...context, environment });
  try {
    const engine = connectEngine(http, await findEngine(environment), { signal: context.signal });
    const named = await images.named(flags.image ?? []);
    const dockerfile = flags.dockerfile === undefined ? undefined : await readDockerfile(flags.dockerfile, flags);
    const facts = gatherFacts({
      host: openHost(resolve(flags.hostRoot)),
      engine,
      scope: scopeOf(flags),
      environment,
      now: Date.now(),
      ...(dockerfile === undefined ? {} : { dockerfile }),
      ...(named.length === 0 ? {} : { named }),
      ...(flags.deep ? { openLocal: images.local } : {}),
    });
    const report = await judge(checks, facts, { flags, context, dockerfile, named });
    await write(report, format, flags, context);
    const code = exitCode(report, flags);
    if (code === 0 && isHostRun(flags)) await refuseWithoutEngine(facts, checks);
    return code;
  } finally {
    await images.close();
    await http.close();
  }
}

const isHostRun = (flags: BenchFlags) => flags.image === undefined && flags.dockerfile === undefined;

/** For one image or Dockerfile only the sections that can look at it, unless the user says which. */
function chosenChecks(flags: BenchFlags): Check[] {
  const chosen = selectChecks(flags.check ?? [], flags.exclude);
  if (isHostRun(flags)) return chosen;
  const about = chosen.filter((one) => /^(?:4\.|P\.(?:1|2|7|10)$)/.test(one.id));
  if (about.length > 0) return about;
  throw new PlimsollError('usage', 'none of these checks looks at an image or a Dockerfile', {
    hint: 'section 4 and P.1, P.2, P.7 and P.10 do',
  });
}

const listed = (one: Check) => `${one.id.padEnd(8)} level ${one.level}  ${one.scoring.padEnd(9)}  ${one.title}\n`;

const scopeOf = (flags: BenchFlags): Scope => ({
  include: flags.include ?? [],
  exclude: flags.excludeName ?? [],
  trusted: flags.users ?? [],
  trustedBases: flags.trustedBase ?? [],
  ...(flags.label === undefined ? {} : { label: flags.label }),
});

async function readDockerfile(path: string, flags: BenchFlags): Promise<DockerfileFacts> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new PlimsollError('not-found', 'there is no such Dockerfile', { where: path });
  if (!found.isFile()) throw new PlimsollError('unsupported', 'this is no file', { where: path });
  if (found.size > LIMITS.dockerfileBytes)
    throw new PlimsollError('limit', `larger than ${LIMITS.dockerfileBytes} bytes: no Dockerfile`, { where: path });
  const given = (flags.buildArg ?? []).map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  const file = parseDockerfile(await readFile(path, 'utf8'), new Map(given));
  if (file.stages.length === 0) {
    const problem = file.problems[0];
    throw new PlimsollError('corrupt', problem?.message ?? 'no Dockerfile', {
      where: problem === undefined ? path : `${path}:${problem.at.line}:${problem.at.column}`,
    });
  }
  return { path, file };
}

interface Judging {
  readonly flags: BenchFlags;
  readonly context: Context;
  readonly dockerfile: DockerfileFacts | undefined;
  readonly named: readonly ImageFacts[];
}

async function judge(checks: readonly Check[], facts: Facts, it: Judging): Promise<BenchReport> {
  const { flags, context, dockerfile, named } = it;
  const target = isHostRun(flags)
    ? facts.engine.endpoint.address
    : [...named.map((one) => one.name), ...(dockerfile === undefined ? [] : [dockerfile.path])].join(', ');
  const task = context.progress.task('checks', { total: checks.length });
  try {
    return await runBench(checks, facts, {
      target,
      notices: await noticesOf(facts, it),
      onCheck: () => task.add(1),
    });
  } finally {
    task.done();
  }
}

async function noticesOf(facts: Facts, { flags, dockerfile, named }: Judging): Promise<string[]> {
  const notices = (dockerfile?.file.problems ?? []).map(
    (one) => `${dockerfile?.path}:${one.at.line}:${one.at.column}: ${one.message}`,
  );
  if (!isHostRun(flags)) return notices.concat(named.length > 1 ? [`${named.length} images are judged together`] : []);
  const version = await facts.engine.version();
  if (!version.ok) notices.push(version.reason);
  if (facts.engine.endpoint.socketPath === undefined)
    notices.push('the Engine is reached over the network: files and processes are those of this host');
  if (process.getuid?.() !== 0) notices.push('not run as root: some files of the host cannot be read');
  return notices;
}

async function write(report: BenchReport, format: BenchFormat, flags: BenchFlags, context: Context): Promise<void> {
  const terminal = flags.output === undefined;
  const width = terminal ? widthOf(context.stdout) : undefined;
  const options = { all: flags.all ?? false, remediation: flags.print ?? false, limit: flags.limit };
  const colour = terminal && !flags.plain && colourWanted(context.stdout, context.environment, context.colour);
  await writeOutput(
    format.render(report, { ...options, colour, ...(width === undefined ? {} : { width }) }),
    flags.output,
    context,
  );
  if (flags.log !== undefined) await writeOutput(benchFormats[0]!.render(report, options), flags.log, context);
}

function exitCode(report: BenchReport, { failOn }: BenchFlags): number {
  const bad = report.sections.flatMap((one) => one.findings).filter((one) => one.result === 'warn');
  if (failOn === 'warn') return bad.length > 0 ? 1 : 0;
  return failOn === 'level1' && bad.some((one) => one.level === 1) ? 1 : 0;
}

/** Sections that cannot say anything without an Engine. */
const NEEDS_ENGINE = /^[4-7]\./;

/** The rest of the report stands; the exit code says that the Engine's part is missing. */
async function refuseWithoutEngine(facts: Facts, checks: readonly Check[]): Promise<void> {
  if (!checks.some((one) => NEEDS_ENGINE.test(one.id))) return;
  const { version, info, containers } = facts.engine;
  // A daemon that hangs may have answered its first questions.
  const asked = [version, info, ...(checks.some((one) => one.id.startsWith('5.')) ? [containers] : [])];
  for (const ask of asked) {
    const answer = await ask();
    if (!answer.ok) throw new PlimsollError('engine', answer.reason, { hint: 'checks of the host alone: -c 1,2,3' });
  }
}

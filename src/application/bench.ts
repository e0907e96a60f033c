import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type BenchReport, runBench } from '../cis/bench.ts';
import type { Check } from '../cis/check.ts';
import { findEngine, openEngine } from '../cis/engine/index.ts';
import type { DockerfileFacts, Facts, Scope } from '../cis/facts.ts';
import { gatherFacts } from '../cis/gather.ts';
import { openHost } from '../cis/host/index.ts';
import { type ImageFacts, readBuildContext } from '../cis/image/index.ts';
import { selectChecks } from '../cis/selection.ts';
import { PlimsollError } from '../errors.ts';
import { parseDockerfile } from '../formats/text/index.ts';
import type { LayerCache } from '../layers/cache.ts';
import { LIMITS } from '../limits.ts';
import { missingFile } from '../missing-file.ts';
import type { Image } from '../model.ts';
import { createHttp } from '../network/http.ts';
import type { CisOutcome } from '../policy/rules/index.ts';
import { factsOf, openBenchImages } from './bench-images.ts';

import type { ImageAccess } from './open-target.ts';
import type { Surroundings } from './surroundings.ts';

/** What is asked of the benchmark. */
export interface BenchRequest extends ImageAccess {
  /** Images that are judged without an Engine; with these or a Dockerfile the host is left alone. */
  readonly images?: readonly string[];
  readonly dockerfile?: string;
  readonly buildArguments?: ReadonlyMap<string, string>;
  /** Ids (`2.1`), sections (`4`), groups (`container_runtime`) or `level1`; default: all. */
  readonly checks?: readonly string[];
  readonly exclude?: readonly string[];
  /** Only containers and images with such names (patterns). */
  readonly include?: readonly string[];
  readonly excludeNames?: readonly string[];
  /** Accounts that may control the daemon. */
  readonly users?: readonly string[];
  readonly trustedBases?: readonly string[];
  /** Containers and images with this label are left out. */
  readonly label?: string;
  /** Reads the files of the local images, too. */
  readonly deep?: boolean;
  /** The Engine: `unix:///path` or `tcp://host:port`; default: `DOCKER_HOST`. */
  readonly host?: string;
  /** Where this host's `/` is mounted, in a container; default `/`. */
  readonly hostRoot?: string;
}

/** The report, and where no Engine answered although it was needed, what is missing. */
export interface Benched {
  readonly report: BenchReport;
  readonly missing?: PlimsollError;
}

/** The CIS Docker Benchmark on this host, on images or on a Dockerfile. Throws `usage`, and what opening an image throws. */
export async function benchmark(request: BenchRequest, around: Surroundings): Promise<Benched> {
  const checks = benchChecks(request);
  const { signal, progress } = around;
  const environment =
    request.host === undefined ? around.environment : { ...around.environment, DOCKER_HOST: request.host };
  const http = createHttp({ environment, progress });
  const images = openBenchImages(request, { ...around, environment });
  try {
    const engine = openEngine(http, await findEngine(environment), { signal });
    const named = await images.named(request.images ?? []);
    const dockerfile = request.dockerfile === undefined ? undefined : await readDockerfile(request.dockerfile, request);
    const facts = gatherFacts({
      host: openHost(resolve(request.hostRoot ?? '/')),
      engine,
      scope: scopeOf(request),
      environment,
      now: Date.now(),
      ...(dockerfile === undefined ? {} : { dockerfile }),
      ...(named.length === 0 ? {} : { named }),
      ...(request.deep ? { openLocal: images.local } : {}),
    });
    const report = await judge(checks, facts, { request, around, dockerfile, named });
    const missing = isHostRun(request) ? await withoutEngine(facts, checks) : undefined;
    return { report, ...(missing ? { missing } : {}) };
  } finally {
    await images.close();
    await http.close();
  }
}

/** What the benchmark's checks of images say of one that is open: its warnings, and what could not be looked at. */
export async function imageOutcomes(
  image: Image,
  cache: LayerCache,
  access: ImageAccess,
  around: Surroundings,
): Promise<readonly CisOutcome[]> {
  const { environment, progress, signal } = around;
  const http = createHttp({ environment, progress });
  try {
    const request: BenchRequest = { images: [image.subject.reference] };
    const named = [await factsOf(image, cache, access, around)];
    const facts = gatherFacts({
      host: openHost('/'),
      engine: openEngine(http, await findEngine(environment), { signal }),
      scope: scopeOf(request),
      environment,
      now: Date.now(),
      named,
    });
    const report = await judge(benchChecks(request), facts, { request, around, dockerfile: undefined, named });
    return imageChecksOf(report);
  } finally {
    await http.close();
  }
}

/** What a policy judges of a report on images: warnings of the benchmark's own checks, and what could not be looked at. */
export const imageChecksOf = ({ sections }: BenchReport): readonly CisOutcome[] =>
  sections.flatMap(({ findings }) =>
    findings.flatMap(({ id, title, level, result }) =>
      // Ours (`P.`) judge what the policy's own thresholds judge.
      (result === 'warn' || result === 'could-not-read') && !id.startsWith('P.') ? [{ id, title, level, result }] : [],
    ),
  );

const isHostRun = (request: BenchRequest) => (request.images ?? []).length === 0 && request.dockerfile === undefined;

/** For one image or Dockerfile only the sections that can look at it, unless the user says which. Throws `usage`. */
export function benchChecks(request: BenchRequest): Check[] {
  const chosen = selectChecks(request.checks ?? [], request.exclude);
  if (isHostRun(request)) return chosen;
  const about = chosen.filter((check) => /^(?:4\.|P\.(?:1|2|7|10)$)/.test(check.id));
  if (about.length > 0) return about;
  throw new PlimsollError('usage', 'none of these checks looks at an image or a Dockerfile', {
    hint: 'section 4 and P.1, P.2, P.7 and P.10 do',
  });
}

const scopeOf = (request: BenchRequest): Scope => ({
  include: request.include ?? [],
  exclude: request.excludeNames ?? [],
  trusted: request.users ?? [],
  trustedBases: request.trustedBases ?? [],
  ...(request.label === undefined ? {} : { label: request.label }),
});

async function readDockerfile(path: string, request: BenchRequest): Promise<DockerfileFacts> {
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) throw missingFile(path, 'Dockerfile');
  if (!status.isFile()) throw new PlimsollError('unsupported', 'this is no file', { where: path });
  if (status.size > LIMITS.dockerfileBytes)
    throw new PlimsollError('limit', `larger than ${LIMITS.dockerfileBytes} bytes: no Dockerfile`, { where: path });
  const file = parseDockerfile(await readFile(path, 'utf8'), request.buildArguments ?? new Map());
  if (file.stages.length === 0) {
    const problem = file.problems[0];
    throw new PlimsollError('corrupt', problem?.message ?? 'no Dockerfile', {
      where: problem === undefined ? path : `${path}:${problem.at.line}:${problem.at.column}`,
    });
  }
  const context = await readBuildContext(dirname(resolve(path)));
  return { path, file, ...(context === undefined ? {} : { context }) };
}

interface Judging {
  readonly request: BenchRequest;
  readonly around: Surroundings;
  readonly dockerfile: DockerfileFacts | undefined;
  readonly named: readonly ImageFacts[];
}

async function judge(checks: readonly Check[], facts: Facts, it: Judging): Promise<BenchReport> {
  const { request, around, dockerfile, named } = it;
  const target = isHostRun(request)
    ? facts.engine.endpoint.address
    : [...named.map((image) => image.name), ...(dockerfile === undefined ? [] : [dockerfile.path])].join(', ');
  const task = around.progress.task('checks', { total: checks.length });
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

async function noticesOf(facts: Facts, { request, dockerfile, named }: Judging): Promise<string[]> {
  const notices = (dockerfile?.file.problems ?? []).map(
    (problem) => `${dockerfile?.path}:${problem.at.line}:${problem.at.column}: ${problem.message}`,
  );
  if (dockerfile?.context?.cut !== undefined) notices.push(`${dockerfile.path}: ${dockerfile.context.cut}`);
  if (!isHostRun(request))
    return notices.concat(named.length > 1 ? [`${named.length} images are judged together`] : []);
  const version = await facts.engine.version();
  if (!version.ok) notices.push(version.reason);
  if (facts.engine.endpoint.socketPath === undefined)
    notices.push('the Engine is reached over the network: files and processes are those of this host');
  if (process.getuid?.() !== 0) notices.push('not run as root: some files of the host cannot be read');
  return notices;
}

/** Sections that cannot say anything without an Engine. */
const NEEDS_ENGINE = /^[4-7]\./;

/** The rest of the report stands; what is missing is the Engine's part. */
async function withoutEngine(facts: Facts, checks: readonly Check[]): Promise<PlimsollError | undefined> {
  if (!checks.some((check) => NEEDS_ENGINE.test(check.id))) return undefined;
  const { version, info, containers } = facts.engine;
  // A daemon that hangs may have answered its first questions.
  const asked = [version, info, ...(checks.some((check) => check.id.startsWith('5.')) ? [containers] : [])];
  for (const ask of asked) {
    const answer = await ask();
    if (!answer.ok) return new PlimsollError('engine', answer.reason, { hint: 'checks of the host alone: -c 1,2,3' });
  }
  return undefined;
}

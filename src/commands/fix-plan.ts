import { basename, dirname, join } from 'node:path';
import { asPlimsollError, PlimsollError } from '../errors.ts';
import { home } from '../home.ts';
import type { LayerCache } from '../layers/cache.ts';
import type { LayerIndex } from '../layers/layer-index.ts';
import type { ReadImage } from '../layers/read-image.ts';
import type { Image, Notice, Package, Report } from '../model.ts';
import type { Http } from '../network/http.ts';
import {
  attachedProvenance,
  baseImage,
  imageTexts,
  introductions,
  type ProvenanceBase,
} from '../remediate/bases/index.ts';
import {
  type BuildFiles,
  type DockerfileMatch,
  makeEdits,
  matchDockerfile,
  readBuildFiles,
  writeFiles,
} from '../remediate/files/index.ts';
import { parseGoal } from '../remediate/goal.ts';
import { makePlan, type Planned } from '../remediate/plan/index.ts';
import type { Plan } from '../remediate/plan.ts';
import { IMAGE_PIP_FILES, type PythonIndex, pipIndexes, pythonIndex } from '../remediate/python/index.ts';
import { isOsPackage, isOsSource, type OsIndex, osIndex, rpmRelease } from '../remediate/systems/index.ts';
import { scanImage } from '../scan.ts';
import type { Context } from './command.ts';
import type { FixFlags } from './fix.ts';
import { basesToday, givenBases, triedBases } from './fix-bases.ts';
import { openTarget } from './image-options.ts';

/** The plan of `plimsoll fix`, and the files that were written. Throws what opening, scanning, reading and writing throw. */
export async function planFix(
  target: string,
  flags: FixFlags,
  context: Context,
): Promise<{ plan: Plan; written: readonly string[] }> {
  if (flags.write && flags.dockerfile === undefined)
    throw new PlimsollError('usage', '--write needs to know what to write', {
      hint: 'name the Dockerfile with --dockerfile',
    });
  const goal = parseGoal(flags.goal);
  const [{ openStore, databasePath }, { schemeNamed }] = await Promise.all([
    import('../advisories/store/sqlite-store.ts'),
    import('../advisories/ratings/severity.ts'),
  ]);
  const scheme = flags.severityFrom === undefined ? undefined : schemeNamed(flags.severityFrom);
  const build =
    flags.dockerfile === undefined ? undefined : await readBuildFiles(flags.dockerfile, buildArguments(flags.buildArg));
  const store = openStore(databasePath(home(context.environment)));
  const notices: Notice[] = [];
  try {
    const { report, read, texts, provenance } = await scanned(target, flags, context, store, scheme, notices);
    const match = build && matchDockerfile(build.dockerfile, report.subject.config, flags.target);
    if (match && !match.belongs) notices.push(stranger(flags, match));
    const given = await givenBases(flags, context, notices);
    const base = baseImage({
      subject: report.subject,
      ...(report.os ? { os: report.os } : {}),
      ...(match ? { dockerfile: match } : {}),
      ...(given.length > 0 ? { given } : {}),
      ...(provenance ? { provenance } : {}),
    });
    const bases = await basesToday(report.subject, base, flags, context, notices);
    const tried = await triedBases(flags, context, { store, ...(scheme ? { scheme } : {}) }, notices);
    const { createHttp } = await import('../network/http.ts');
    const http = createHttp({ environment: certified(context.environment), progress: context.progress });
    try {
      const asked = flags.offline
        ? {}
        : await indexes(report, texts, http, context, notices, flags.upgradeAll ?? false);
      const lines = match && linesOf(match, build as BuildFiles, flags.dockerfile as string);
      const planned = await makePlan({
        report,
        store,
        goal,
        base,
        introduced: introductions(report.packages, read.indexes),
        majors: flags.majors,
        notices,
        ...(scheme ? { scheme } : {}),
        ...asked,
        ...bases,
        triedBases: tried,
        ...(match ? { fromLine: `${build?.files[0]?.path ?? ''}:${match.from.range.start.line}` } : {}),
        ...(flags.upgradeAll ? { upgradeAll: true } : {}),
        ...(flags.removeBuildTools ? { removeBuildTools: true } : {}),
        ...(lines ? { lines } : {}),
      });
      for (const problem of asked.pythonIndex?.problems ?? [])
        notices.push(notice('warning', 'index-failed', `Python index: ${problem}`));
      const plan = {
        ...planned.plan,
        notices: [
          ...report.notices.filter(({ level }) => level === 'warning'),
          ...planned.plan.notices,
          ...notices.filter((one) => !planned.plan.notices.includes(one)),
        ],
      };
      return build && match
        ? await withEdits({ ...planned, plan }, build, match, flags, asked.pythonIndex)
        : { plan, written: [] };
    } finally {
      await http.close();
    }
  } finally {
    store.close();
  }
}

const notice = (level: Notice['level'], code: string, message: string): Notice => ({ level, code, message });

type Store = Parameters<typeof scanImage>[1]['store'];
type SchemeOption = Parameters<typeof scanImage>[1]['scheme'];

interface Scanned {
  readonly report: Report;
  readonly read: ReadImage;
  readonly texts: ReadonlyMap<string, string>;
  readonly provenance: ProvenanceBase | undefined;
}

/** The report, and what it does not keep: which layer listed which package, and a few texts. */
async function scanned(
  target: string,
  flags: FixFlags,
  context: Context,
  store: Store,
  scheme: SchemeOption,
  notices: Notice[],
): Promise<Scanned> {
  const { takeInventory } = await import('../inventory/take.ts');
  const { image, cache, close } = await openTarget(target, flags, context);
  try {
    const remembering = remembered(cache);
    const { progress, signal } = context;
    const report = await scanImage(image, {
      store,
      cache: remembering,
      progress,
      signal,
      ...(scheme ? { scheme } : {}),
    });
    const { read } = await takeInventory(image, { cache: remembering, signal });
    const texts = flags.offline ? new Map<string, string>() : await textsOf(image, read, context, notices);
    return { report, read, texts, provenance: await attachedProvenance(image, signal) };
  } finally {
    await close();
  }
}

/** What was read a moment ago is not read again, even where nothing is to be kept. */
function remembered(cache: LayerCache): LayerCache {
  const known = new Map<string, LayerIndex>();
  return {
    ...cache,
    get: (key) => known.get(key) ?? cache.get(key),
    put(key, index) {
      known.set(key, index);
      cache.put(key, index);
    },
    close() {},
  };
}

async function textsOf(
  image: Image,
  read: ReadImage,
  context: Context,
  notices: Notice[],
): Promise<ReadonlyMap<string, string>> {
  try {
    return await imageTexts(image, read, (path) => isOsSource(path) || IMAGE_PIP_FILES.includes(path), context.signal);
  } catch (error) {
    const problem = asPlimsollError(error, 'io');
    if (problem.code === 'interrupted') throw problem;
    notices.push(notice('warning', 'sources-unread', `the image's package sources could not be read: ${problem.line}`));
    return new Map();
  }
}

function buildArguments(pairs: readonly string[] = []): ReadonlyMap<string, string> {
  return new Map(
    pairs.map((pair): [string, string] => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, process.env[pair] ?? ''] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function stranger(flags: FixFlags, match: DockerfileMatch): Notice {
  const message = `${flags.dockerfile} does not seem to belong to this image: ${match.evidence.join('; ')}`;
  if (flags.write && !flags.force)
    throw new PlimsollError('usage', message, { hint: 'name the Dockerfile that made it, or write --force' });
  return notice('warning', 'dockerfile-differs', message);
}

/** pip is told of certificates in a way of its own. */
const certified = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  environment.PIP_CERT && !environment.SSL_CERT_FILE
    ? { ...environment, SSL_CERT_FILE: environment.PIP_CERT }
    : environment;

async function indexes(
  report: Report,
  texts: ReadonlyMap<string, string>,
  http: Http,
  context: Context,
  notices: Notice[],
  everything: boolean,
): Promise<{ pythonIndex?: PythonIndex; osIndex?: OsIndex }> {
  const { environment, signal } = context;
  const platform = report.subject.platform ?? report.subject.config?.platform;
  const variables = Object.fromEntries(
    (report.subject.config?.run.Env ?? []).map((pair): [string, string] => [
      pair.split('=', 1)[0] as string,
      pair.slice(pair.indexOf('=') + 1),
    ]),
  );
  const fixable = report.findings.filter(({ fix }) => fix.state === 'fixed').map((finding) => finding.package);
  const needsPython = fixable.some(({ type }) => type === 'pypi');
  const needsOs = everything || fixable.some(({ type }) => isOsPackage({ type }));
  const configured = needsPython ? await pipIndexes(environment, { files: texts, environment: variables }) : undefined;
  if (needsPython && (configured === undefined || configured.none))
    notices.push(
      notice(
        'info',
        'no-python-index',
        configured?.none
          ? `${configured.by} forbid asking an index: Python versions are the advisories', unverified`
          : "no Python index is configured and no pip is installed: Python versions are the advisories', unverified",
      ),
    );
  const wanted = new Set(report.packages.filter(isWanted).map(({ name }) => name));
  if (needsOs) context.progress.say("asking the package indexes of the image's sources");
  const os = needsOs ? await osIndex(texts, platform, wanted, http, signal, rpmRelease(report.os)) : undefined;
  for (const problem of os?.problems ?? []) notices.push(notice('warning', 'index-failed', `OS index: ${problem}`));
  if (
    os &&
    os.read > 0 &&
    ['debian', 'ubuntu'].includes(report.os?.id ?? '') &&
    !os.labels.some((label) => /security/.test(label))
  )
    notices.push(
      notice(
        'warning',
        'no-security-archive',
        "the image's package sources name no security archive: most fixes of its release cannot be installed until they do",
      ),
    );
  if (os && os.named === 0)
    notices.push(
      notice('info', 'no-os-index', "the image names no package sources: OS versions are the advisories', unverified"),
    );
  return {
    ...(configured && !configured.none
      ? { pythonIndex: pythonIndex(configured, http, certified(environment), signal) }
      : {}),
    ...(os && os.read > 0 ? { osIndex: os } : {}),
  };
}

const isWanted = (one: Package): boolean => isOsPackage(one);

function linesOf(match: DockerfileMatch, build: BuildFiles, path: string): ReadonlyMap<number, string> {
  const name = build.files[0]?.path ?? basename(path);
  return new Map([...match.instructions].map(([layer, { range }]) => [layer, `${name}:${range.start.line}`]));
}

async function withEdits(
  planned: Planned,
  build: BuildFiles,
  match: DockerfileMatch,
  flags: FixFlags,
  index: PythonIndex | undefined,
): Promise<{ plan: Plan; written: readonly string[] }> {
  const { plan } = planned;
  const edits = await makeEdits({
    build,
    match,
    steps: plan.steps,
    layersOf: planned.layersOf,
    inherited: planned.inherited,
    pip: planned.pip,
    hashes: async (name, version) => (await index?.hashes(name, version)) ?? [],
    user: plan.subject.config?.run.User,
  });
  const whole: Plan = {
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, edits: edits.places.get(step.id) ?? step.edits })),
    edits: edits.files,
    notices: [
      ...plan.notices,
      ...[...build.notes, ...edits.notes].map((message) => notice('info', 'build-file', message)),
    ],
  };
  if (!flags.write || edits.files.length === 0) return { plan: whole, written: [] };
  const folder = dirname(flags.dockerfile as string);
  const writes = edits.files.map(({ path, before, after }) => ({ path: join(folder, path), before, after }));
  await writeFiles(writes, flags.force ?? false);
  return { plan: whole, written: writes.map(({ path }) => path) };
}

import { printable } from '../../errors.ts';
import { walkZip, type ZipProblem, type ZipWalk } from '../../formats/archives/index.ts';
import { type Cursor, peek, type Steps, skip } from '../../formats/cursor.ts';
import type { PickleValue } from '../../formats/models/index.ts';
import type { Severity } from '../../model.ts';
import type { Fact, RiskFact } from '../analyzer.ts';
import { modelComponent } from './component.ts';
import { readKerasConfig } from './keras-risks.ts';
import { textFacts } from './member-texts.ts';
import { modelRisk } from './model-risk.ts';
import type { ModelKind, ModelPlace, ReadModel } from './place.ts';
import { readTorchScript, TORCHSCRIPT_CODE } from './torchscript.ts';

/** Names under which loaders look for pickles, arrays and weights. */
const MODEL_NAME = /\.(?:pkl|pickle|npy|npz|pt|pth|bin|joblib|h5|keras)$/i;

/**
 * A zip of a model: PyTorch's (data.pkl and raw storages), NumPy's (.npy members), Keras's (config.json and weights),
 * or any other with such things in it. Every member is recognised by its content; `readModel` reads it.
 */
export function* modelZipFacts(cursor: Cursor, place: ModelPlace, readModel: ReadModel): Steps<Iterable<Fact>> {
  const facts: Fact[] = [];
  const kinds = new Map<string, ModelKind>();
  const storages = new Map<string, number>();
  const code: Fact[] = [];
  const persistent = (id: PickleValue): void => noteStorage(id, storages);
  const walk = yield* walkZip(cursor, {
    *body(member, body) {
      const where = place.where === undefined ? member.name : `${place.where}/${member.name}`;
      if (KERAS_CONFIG.test(member.name)) {
        const text = yield* readKerasConfig(body, where, facts);
        if (text !== undefined) facts.push(...textFacts(text, 'config.json', where));
        return;
      }
      if (TORCHSCRIPT_CODE.test(member.name) && (yield* isText(body)))
        code.push(...(yield* readTorchScript(body, where)));
      else {
        const inner = yield* readModel(body, { where, depth: place.depth + 1, pickle: { persistent } });
        if (inner.kind) kinds.set(member.name, inner.kind);
        facts.push(...inner.facts);
      }
      // Read to the end only where the sum can be checked, which is not worth the bytes.
      yield* skip(body, 0);
    },
    expectedSize: (member) => storages.get(/^[^/]+\/data\/([^/]+)$/.exec(member.name)?.[1] ?? ''),
  });
  // A folder `code` of another zip is no TorchScript.
  const isTorch = walk.members.some(({ name }) => /^(?:[^/]+\/)?(?:data|constants|attributes)\.pkl$/.test(name));
  return [
    ...facts,
    ...(isTorch ? code : []),
    ...zipRisks(walk, kinds, place),
    ...codeRisks(walk, kinds.size > 0, place),
    ...component(walk, place),
  ];
}

/** Source, and not a pickle or an archive under such a name. */
function* isText(body: Cursor): Steps<boolean> {
  const head = yield* peek(body, 2);
  return head[0] !== 0x80 && head.toString('latin1') !== 'PK';
}

/**
 * Code that loading the archive runs and no pickle shows: modules of torch.package (imported as its pickles ask for them) and handlers of
 * TorchServe, and what AOTInductor compiled. https://docs.pytorch.org/docs/stable/package.html, https://docs.pytorch.org/serve/
 */
function* codeRisks({ members }: ZipWalk, isModel: boolean, place: ModelPlace): Iterable<RiskFact> {
  const first = (pattern: RegExp): string | undefined => members.find(({ name }) => pattern.test(name))?.name;
  const packaged = first(/^[^/]+\/\.data\/extern_modules$|^MAR-INF\/MANIFEST\.json$/) !== undefined;
  const python = packaged ? first(/\.pyc?$/) : undefined;
  const compiled =
    isModel || first(/(?:^|\/)(?:archive_format|aotinductor\/)/) ? first(/\.(?:so|dll|dylib)$/) : undefined;
  for (const [member, title] of [
    [python, 'the archive brings Python code that loading it imports'],
    [compiled, 'the archive brings machine code that loading it runs'],
  ] as const)
    if (member !== undefined) yield modelRisk('model-brings-code', 'HIGH', title, member, place.where);
}

/** The whole zip as a model, where its members are those of one format. */
function component({ members }: ZipWalk, { path }: ModelPlace): readonly Fact[] {
  const has = (pattern: RegExp): boolean => members.some(({ name }) => pattern.test(name));
  if (path === undefined) return [];
  if (has(/^[^/]+\/data\.pkl$/)) return [modelComponent(path, has(/^[^/]+\/code\//) ? 'torchscript' : 'pytorch')];
  return has(/^config\.json$/) && has(/^model\.weights\.h5$/) ? [modelComponent(path, 'keras')] : [];
}

const KERAS_CONFIG = /^(?:[^/]+\/)?config\.json$/;

/** Bytes of one element of PyTorch's storages. https://pytorch.org/docs/stable/storage.html */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  DoubleStorage: 8, FloatStorage: 4, HalfStorage: 2, BFloat16Storage: 2, LongStorage: 8, IntStorage: 4, ShortStorage: 2, CharStorage: 1, ByteStorage: 1, BoolStorage: 1,
  ComplexDoubleStorage: 16, ComplexFloatStorage: 8, QInt8Storage: 1, QUInt8Storage: 1, QInt32Storage: 4, UntypedStorage: 1, _UntypedStorage: 1,
}; // biome-ignore format: a table

/** `('storage', torch.FloatStorage, '0', 'cpu', 12)` says how long the member data/0 is, which its own header does not. */
function noteStorage(id: PickleValue, storages: Map<string, number>): void {
  if (id.kind !== 'tuple' || storages.size > 1_000_000) return;
  const [tag, type, key, , count] = id.items;
  if (tag?.kind !== 'text' || tag.text !== 'storage' || type?.kind !== 'global') return;
  const bytes = ELEMENT_BYTES[type.name];
  if (bytes === undefined || key?.kind !== 'text' || count?.kind !== 'number') return;
  storages.set(key.text, bytes * count.value);
}

/** What is odd about the zip itself, where it holds a model or seems to. */
function* zipRisks(walk: ZipWalk, kinds: ReadonlyMap<string, ModelKind>, place: ModelPlace): Iterable<Fact> {
  const isModel = kinds.size > 0 || walk.problems.some((problem) => MODEL_NAME.test(problem.name));
  if (!isModel) return;
  const seen = new Set<ZipProblem['kind']>();
  for (const problem of walk.problems) {
    const rule = PROBLEMS[problem.kind];
    // A zip that is merely larger than what was read has no directory, and no more to say.
    if (!rule || seen.has(problem.kind)) continue;
    if (problem.kind === 'method' && !MODEL_NAME.test(problem.name)) continue;
    seen.add(problem.kind);
    const name = problem.name === '' ? '' : `${printable(problem.name, 200)}: `;
    const risk: RiskFact = modelRisk(rule.rule, rule.severity, rule.title, `${name}${problem.detail}`, place.where);
    yield risk;
    if (problem.kind === 'method') yield { kind: 'unknown', reason: `${name}${problem.detail} is not read` };
  }
}

interface ProblemRule {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
}

const PROBLEMS: Readonly<Record<ZipProblem['kind'], ProblemRule | undefined>> = {
  hidden: {
    rule: 'model-archive-hides-member',
    severity: 'HIGH',
    title: 'the archive hides a member from readers of its headers',
  },
  disagree: {
    rule: 'model-archive-headers-disagree',
    severity: 'HIGH',
    title: 'the archive describes a member in two ways',
  },
  encrypted: { rule: 'model-archive-encrypted', severity: 'MEDIUM', title: 'a member claims to be encrypted' },
  method: {
    rule: 'model-archive-not-read',
    severity: 'MEDIUM',
    title: 'a member is compressed in a way that is not read',
  },
  crc: { rule: 'model-archive-bad-checksum', severity: 'MEDIUM', title: 'a member does not match its checksum' },
  damaged: { rule: 'model-archive-damaged', severity: 'MEDIUM', title: 'the archive is damaged' },
  'no-directory': { rule: 'model-archive-no-directory', severity: 'LOW', title: 'the archive is cut short' },
  budget: { rule: 'model-archive-too-large', severity: 'MEDIUM', title: 'the archive has more members than are read' },
};

import { printable } from '../../errors.ts';
import { walkTar } from '../../formats/archives/index.ts';
import { compressionOf } from '../../formats/compression/index.ts';
import { type Cursor, peek, position, remaining, type Steps, Truncated } from '../../formats/cursor.ts';
import { beginsWith } from '../../formats/magic.ts';
import {
  beginsLikeSafetensors,
  GGUF_MAGIC,
  HDF5_SIGNATURE,
  looksLikePickle,
  mayBeginPickle,
  NPY_MAGIC,
  readNpyHeader,
  readSafetensors,
  walkPickles,
} from '../../formats/models/index.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { LIMITS } from '../../limits.ts';
import type { Fact, RiskFact } from '../analyzer.ts';
import { isTar, zipBehindTar } from './appended-zip.ts';
import { readCompressed } from './compressed.ts';
import { ggufFacts } from './gguf.ts';
import { kerasFacts } from './keras-risks.ts';
import { MEMBER_TEXTS, memberTextFacts } from './member-texts.ts';
import { modelRisk } from './model-risk.ts';
import { beginsLikeOnnx, onnxFacts } from './onnx.ts';
import { pickleRisks } from './pickle-risks.ts';
import type { ModelKind, ModelPlace, ModelReading } from './place.ts';
import { metadataRisks } from './safetensors-metadata.ts';
import { modelZipFacts } from './zip-facts.ts';

/** Names that say that a file is a model, compressed or not. */
export const MODEL_NAME = /\.(?:joblib|pkl|pickle|sav|model|pt|pth|ckpt|npy|npz|7z)(?:\.[a-z0-9]{1,4})?$/i;

/**
 * Archives that deployments take for a model: SageMaker's model.tar.gz, NeMo's .nemo, TorchServe's archives, and what lies among models.
 * Other compressed tars are data and sources, and not unpacked. https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
 */
export const MODEL_ARCHIVE =
  /\.(?:nemo|mar)(?:\.[a-z0-9]{1,4})?$|(?:^|\/)(?:opt\/ml\/.*|(?:models?|checkpoints?|weights|artifacts)\/[^/]*|[^/]*(?:model|checkpoint|ckpt|weights|pipeline)[^/]*)\.(?:tar(?:\.[a-z0-9]{1,4})?|t[gbx]z2?)$/i;

const ZIP_MAGIC = Buffer.from('PK\x03\x04', 'latin1');

/** By the first bytes; `whole`: nothing follows them. */
export function modelKind(head: Buffer, whole: boolean): ModelKind | undefined {
  if (beginsWith(head, ZIP_MAGIC)) return 'zip';
  if (beginsWith(head, NPY_MAGIC)) return 'npy';
  if (beginsWith(head, HDF5_SIGNATURE)) return 'hdf5';
  if (isTar(head)) return 'tar';
  if (beginsWith(head, GGUF_MAGIC)) return 'gguf';
  if (beginsLikeOnnx(head)) return 'onnx';
  return looksLikePickle(head, whole) ? 'pickle' : undefined;
}

/** Whether what begins with these bytes (eight tell) can be any of that but a tar, which shows further on. */
export const mayBeModel = (start: Buffer): boolean =>
  start[0] === ONNX_BEGIN || SIGNATURES.some((bytes) => beginsWith(start, bytes)) || mayBeginPickle(start);

const SIGNATURES = [ZIP_MAGIC, NPY_MAGIC, HDF5_SIGNATURE, GGUF_MAGIC];
/** The tag of `ir_version` (`beginsLikeOnnx`). */
const ONNX_BEGIN = 0x08;

/** Bytes by which a body is recognised. */
const HEAD = LIMITS.magicBytes;

/** Reads a body of whatever kind it turns out to be; returns that kind and what was found. Never throws `Truncated`. */
export function* readModel(cursor: Cursor, place: ModelPlace): Steps<ModelReading> {
  const head = yield* peek(cursor, HEAD);
  const kind = modelKind(head, head.length < HEAD || remaining(cursor) <= HEAD);
  const facts: Fact[] = [];
  try {
    if (kind) for (const fact of yield* READERS[kind](cursor, place)) facts.push(fact);
    else if (place.where !== undefined) return yield* readMember(cursor, head, { ...place, where: place.where });
  } catch (error) {
    if (!(error instanceof Truncated)) throw error;
    facts.push(cutShort(error.message, place, position(cursor)));
  }
  return { kind, facts };
}

/** A member of an archive that its first bytes do not show to be a model: by its name, which a loader goes by as well. */
function* readMember(
  cursor: Cursor,
  head: Buffer,
  place: ModelPlace & { readonly where: string },
): Steps<ModelReading> {
  const { where, depth } = place;
  const name = fileNameOf(where);
  if (compressionOf(head) !== undefined && (MODEL_NAME.test(name) || MODEL_ARCHIVE.test(name))) {
    if (depth < LIMITS.archiveNesting) return yield* readCompressedModel(cursor, place);
    return {
      kind: undefined,
      facts: [{ kind: 'unknown', reason: `${where}: archives lie too deep inside each other` }],
    };
  }
  if (/\.onnx$/i.test(name)) return { kind: 'onnx', facts: [...(yield* READERS.onnx(cursor, place))] };
  if (/\.safetensors$/i.test(name) && beginsLikeSafetensors(head, Number.POSITIVE_INFINITY))
    return { kind: 'safetensors', facts: [...(yield* READERS.safetensors(cursor, place))] };
  return { kind: undefined, facts: MEMBER_TEXTS.test(name) ? yield* memberTextFacts(cursor, name, where) : [] };
}

/** The risks in an archive say which member they are of. */
const placed = (facts: Iterable<Fact>, where: string | undefined): readonly Fact[] =>
  [...facts].map((fact) =>
    fact.kind === 'risk' && where !== undefined
      ? { ...fact, at: printable(fact.at === undefined ? where : `${where}, ${fact.at}`, 200) }
      : fact,
  );

const READERS: Readonly<Record<ModelKind, (cursor: Cursor, place: ModelPlace) => Steps<Iterable<Fact>>>> = {
  *pickle(cursor, place) {
    return pickleRisks(yield* walkPickles(cursor, place.pickle), place.where);
  },
  *npy(cursor, place) {
    const header = yield* readNpyHeader(cursor);
    if (!header?.objects) return [];
    const head = yield* peek(cursor, HEAD);
    if (!looksLikePickle(head, head.length < HEAD)) return [];
    // NumPy reads one pickle and does not look further.
    const { walks, torchLegacy } = yield* walkPickles(cursor, place.pickle);
    return pickleRisks({ walks, torchLegacy }, place.where);
  },
  *zip(cursor, place) {
    if (place.depth >= LIMITS.archiveNesting) {
      return [{ kind: 'unknown', reason: `${place.where ?? 'the file'}: archives lie too deep inside each other` }];
    }
    return yield* modelZipFacts(cursor, place, readModel);
  },
  *tar(cursor, place) {
    if (place.depth >= LIMITS.archiveNesting) {
      return [{ kind: 'unknown', reason: `${place.where ?? 'the file'}: archives lie too deep inside each other` }];
    }
    const facts: Fact[] = [];
    const problem = yield* walkTar(cursor, function* (name, body) {
      const where = place.where === undefined ? name : `${place.where}/${name}`;
      facts.push(...(yield* readModel(body, { where, depth: place.depth + 1 })).facts);
    });
    if (place.depth === 0) facts.push(...(yield* zipBehindTar(cursor)));
    if (problem && facts.length > 0) facts.push({ kind: 'unknown', reason: `the tar is damaged: ${problem}` });
    return facts;
  },
  *gguf(cursor, place) {
    return placed(yield* ggufFacts(cursor), place.where);
  },
  *onnx(cursor, place) {
    return placed(yield* onnxFacts(cursor), place.where);
  },
  *safetensors(cursor, place) {
    const { metadata } = yield* readSafetensors(cursor, remaining(cursor));
    return placed(metadataRisks(metadata), place.where);
  },
  *hdf5(cursor, place) {
    return yield* kerasFacts(cursor, place.where);
  },
};

function cutShort(message: string, place: ModelPlace, at: number): RiskFact {
  const byte = `byte ${at}`;
  return modelRisk(
    'model-incomplete',
    'LOW',
    'the model file does not end as it should',
    message,
    place.where === undefined ? byte : `${place.where}, ${byte}`,
  );
}

/** Reads a body that is compressed as a whole, as joblib does it. `undefined` kind: what comes out is no model. */
export function* readCompressedModel(cursor: Cursor, place: ModelPlace): Steps<ModelReading> {
  const how = compressionOf(yield* peek(cursor, 16));
  if (!how) return { kind: undefined, facts: [] };
  const read = yield* readCompressed(cursor, how, (body) => readModel(body, { ...place, depth: place.depth + 1 }));
  if (!read) return { kind: undefined, facts: [{ kind: 'unknown', reason: `compressed with ${how}: not read` }] };
  const {
    end,
    result: { kind, facts },
  } = read;
  const broken = end === 'broken' || end === 'truncated';
  if (kind === undefined && broken && MODEL_NAME.test(place.path ?? '')) {
    return { kind, facts: [{ kind: 'unknown', reason: `its ${how} data is ${end}` }] };
  }
  return {
    kind,
    facts:
      broken && kind !== undefined ? [...facts, cutShort(`its ${how} data is ${end}`, place, position(cursor))] : facts,
  };
}

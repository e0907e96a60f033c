import { printable } from '../../errors.ts';
import { spareMemory } from '../../formats/compression/index.ts';
import { type Cursor, remaining, type Steps, skip, take } from '../../formats/cursor.ts';
import { beginsWith } from '../../formats/magic.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type Fact, unknown } from '../analyzer.ts';

/**
 * A zip behind the head of something else: a picture, a document, a film, a script. Python's `zipfile` and PyTorch's own reader find a zip by
 * its end, so that such a file can be shown as a picture and loaded as a model. It is not read: what its directory names says whether a model may be meant.
 */
export const appendedZip = analyzer({
  name: 'appended-zip',
  version: 3,
  effort: 'glances',
  magic: (head, entry) =>
    entry.size > MINIMUM &&
    !isZip(head) &&
    !isTar(head) &&
    (isOther(head) || NAMED.test(entry.path) || !PROGRAMS.test(entry.path)),
  mayHold: (body) => body.includes(END),
  stream({ size }) {
    const from = Math.max(0, size - TAIL);
    let tail: Buffer | undefined;
    let filled = 0;
    return {
      push(chunk, offset) {
        const end = offset + chunk.length;
        if (end <= from) return from - end;
        tail ??= spare.take(TAIL);
        filled += chunk.copy(tail, filled, Math.max(0, from - offset));
        return 0;
      },
      *end() {
        if (tail === undefined) return;
        const facts = ofTail(tail.subarray(0, filled));
        spare.give(tail);
        tail = undefined;
        yield* facts;
      },
    };
  },
});

/** What lies behind the end of a tar, which its members do not belong to: of those that have zips in them each is read. */
export function* zipBehindTar(cursor: Cursor): Steps<readonly Fact[]> {
  const rest = remaining(cursor);
  if (!Number.isFinite(rest) || rest < MINIMUM) return [];
  yield* skip(cursor, Math.max(0, rest - TAIL));
  return ofTail(yield* take(cursor, Math.min(rest, TAIL), 'the end of the tar'));
}

function ofTail(tail: Buffer): readonly Fact[] {
  const members = memberNames(tail).filter((name) => MODEL_MEMBER.test(name));
  if (members.length === 0) return [];
  return [
    unknown(`a zip archive behind another head, with ${printable(members.slice(0, 3).join(', '), 200)}: not read`),
  ];
}

/** The end of a zip is as long as its comment, and its directory is before it: of a model some kilobytes. */
const TAIL = 0xffff + 22 + LIMITS.zipTailBytes;
/** Every picture, document and script comes by here. */
const spare = spareMemory();
const MINIMUM = 100;
const NAMED =
  /\.(?:pt|pth|ckpt|pkl|pickle|joblib|bin|model|mdl|sav|weights|dat|npz|keras|h5|hdf5|safetensors|gguf|onnx|pb)$/i;
/** Where programs are installed: files there are many, and only some names and heads are looked at. Everywhere else each file's end is. */
const PROGRAMS =
  /^(?:usr\/(?!(?:local\/)?(?:app|src|share)\/)|(?:lib|lib32|lib64|libx32|bin|sbin|boot|nix|snap|var\/(?:lib|cache)|opt\/(?:conda|[^/]{0,40}conda[^/]{0,40}|nvidia|intel|rocm[^/]{0,40}|cuda[^/]{0,40}))\/)|(?:^|\/)(?:site-packages|dist-packages|node_modules)\//;
const MODEL_MEMBER =
  /\.(?:pkl|pickle|npy|npz|joblib|h5|keras|pt|pth|ckpt|bin|sav|dill|model|safetensors|onnx|gguf|pb|tflite|mlmodel)$|(?:^|\/)(?:config|schema)\.json$|(?:^|\/)(?:byteorder|data\/0)$/i;

const USTAR = Buffer.from('ustar', 'latin1');

/** By the signature of POSIX and GNU tars. */
export const isTar = (head: Buffer): boolean => head.length >= 512 && beginsWith(head, USTAR, 257);

const isZip = (head: Buffer): boolean => head.toString('latin1', 0, 2) === 'PK';

/** PDF, PNG, JPEG, GIF, RIFF (WebP, WAV), BMP, TIFF, Ogg, MP3, scripts; MP4 and its relatives. */
const HEADS = ['%PDF', '\x89PNG', '\xff\xd8\xff', 'GIF8', 'RIFF', 'BM', 'II*\0', 'MM\0*', 'OggS', 'ID3', '#!'].map(
  (text) => Buffer.from(text, 'latin1'),
);
const FILM = Buffer.from('ftyp', 'latin1');

const isOther = (head: Buffer): boolean => HEADS.some((magic) => beginsWith(head, magic)) || beginsWith(head, FILM, 4);

const END = Buffer.from('PK\x05\x06', 'latin1');
const ENTRY = Buffer.from('PK\x01\x02', 'latin1');

/** Names in the directory that lies at the end of these bytes; of one that begins before them, those that are within. */
function memberNames(tail: Buffer): readonly string[] {
  const end = tail.lastIndexOf(END);
  if (end < 0) return [];
  const names: string[] = [];
  for (let at = tail.indexOf(ENTRY); at >= 0 && at + 46 <= end; at = tail.indexOf(ENTRY, at + 46)) {
    if (names.length >= LIMITS.zipTailNames) break;
    names.push(tail.toString('latin1', at + 46, Math.min(at + 46 + tail.readUInt16LE(at + 28), end)));
  }
  return names;
}

import { type Compression, compressionOf, decompressedStart } from '../../formats/compression/index.ts';
import { type Cursor, peek, type Steps } from '../../formats/cursor.ts';
import { beginsLikeRObject, type RCode, type RObject, readRObject } from '../../formats/models/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Severity } from '../../model.ts';
import { analyzer, type Fact, type RiskFact, unknown } from '../analyzer.ts';
import { driven } from '../driven.ts';
import { readCompressed } from './compressed.ts';
import { modelRisk } from './model-risk.ts';

/**
 * Objects of R. A promise in them is evaluated when it is first looked at, which R before 4.4 does with whatever `readRDS` and `load` give it
 * (CVE-2024-27322); a function that stands for a variable is called when that is read; one called `.First` in a `.RData` when R is started
 * there. What R's packages keep in its library is theirs.
 */
export const rObject = analyzer({
  name: 'r-object',
  version: 6,
  magic: (head, { path }) =>
    NAMED.test(path) &&
    !/(?:^|\/)(?:site-)?library\/(?:[^/]{1,100}\/){1,4}(?:Meta|R|help|data)\/|^(?:usr|opt)\/(?:[^/]{1,100}\/){0,3}lib(?:64)?\/R\/|(?:^|\/)lib\/R\/(?:site-)?library\//.test(
      path,
    ) &&
    isSerialized(head),
  stream(entry) {
    return driven(readAny, entry.size, function* ({ code, problem }): Iterable<Fact> {
      yield* risks(code, /(?:^|\/)\.RData$/i.test(entry.path));
      if (problem !== undefined) yield unknown(`a serialized R object: ${problem}`);
    });
  },
});

const NAMED = /\.(?:rds|rdata|rda)$/i;
const EARLY: ReadonlySet<Compression> = new Set(['gzip', 'xz']);

function isSerialized(head: Buffer): boolean {
  const how = compressionOf(head);
  // bzip2 and what R does not write show nothing before a whole block: the name has to do.
  if (how !== undefined && !EARLY.has(how)) return true;
  return beginsLikeRObject(how === undefined ? head : decompressedStart(head, how, 32));
}

/** Reads an object, compressed or not. */
function* readAny(cursor: Cursor): Steps<RObject> {
  const how = compressionOf(yield* peek(cursor, LIMITS.magicBytes));
  if (!how) return yield* readRObject(cursor);
  const read = yield* readCompressed(cursor, how, readRObject);
  if (!read) return { code: [], problem: `compressed with ${how}: not read` };
  const {
    end,
    result: { code, problem },
  } = read;
  return {
    code,
    problem: problem ?? (end === 'broken' || end === 'truncated' ? `its ${how} data is ${end}` : undefined),
  };
}

/** Functions of R that run programs, load code or reach out, by what they can do. */
const PROGRAMS = new Set(
  'system system2 shell shell.exec pipe dyn.load library.dynam source sys.source install.packages download.file url socketConnection browseURL parse str2lang str2expression unserialize readRDS load loadNamespace attachNamespace'.split(
    ' ',
  ),
);
/** Those that change files and settings. */
const CHANGES = new Set(
  'file gzfile bzfile xzfile fifo write.table write.csv unlink file.remove file.rename file.copy file.create writeLines writeBin sink saveRDS save dump Sys.setenv Sys.chmod setwd assignInNamespace assignInMyNamespace reg.finalizer'.split(
    ' ',
  ),
);

const those = (calls: ReadonlySet<string>, of: ReadonlySet<string>): string[] =>
  [...calls].filter((name) => of.has(name));
const listed = (names: Iterable<string>): string => [...names].slice(0, 12).join(', ');
const place = ({ at, name }: RCode): string => (name === undefined ? `byte ${at}` : `${name}, byte ${at}`);

function* risks(code: readonly RCode[], isWorkspace: boolean): Iterable<RiskFact> {
  const told = new Map<string, RiskFact>();
  for (const piece of code) {
    const risk = riskOf(piece, isWorkspace);
    if (risk && !told.has(`${risk.rule} ${risk.severity}`)) told.set(`${risk.rule} ${risk.severity}`, risk);
  }
  yield* told.values();
}

function riskOf(piece: RCode, isWorkspace: boolean): RiskFact | undefined {
  const [programs, changes] = [those(piece.calls, PROGRAMS), those(piece.calls, CHANGES)];
  const severity: Severity | undefined =
    programs.length > 0 ? 'CRITICAL' : changes.length > 0 || piece.isComputed ? 'HIGH' : undefined;
  const computed = piece.isComputed ? ['a name that it works out'] : [];
  const calls = listed(new Set([...programs, ...changes, ...computed, ...piece.calls]));
  const starts =
    isWorkspace && piece.kind === 'function' && !piece.isVariable && /^\.(?:First|Last)$/.test(piece.name ?? '');
  if (piece.kind === 'promise') {
    // R itself writes no promise but among the variables of an environment, where code that nobody asked for yet is ordinary.
    const rated = severity ?? (piece.isVariable ? undefined : 'HIGH');
    return (
      rated &&
      modelRisk(
        'r-promise',
        rated,
        'looking at what is loaded runs code that it carries',
        `a promise calls ${calls || 'nothing by name'}; R evaluates it when it is looked at, before 4.4 whatever it was loaded from`,
        place(piece),
      )
    );
  }
  if (starts)
    return modelRisk(
      'r-startup-function',
      severity ?? 'HIGH',
      `R calls ${piece.name} of this file when it is started here`,
      `it calls ${calls}`,
      place(piece),
    );
  if (severity === undefined) return undefined;
  if (piece.kind === 'binding')
    return modelRisk(
      'r-active-binding',
      severity,
      'reading a variable of it runs code that it carries',
      `it calls ${calls}`,
      place(piece),
    );
  return programs.length > 0
    ? modelRisk(
        'r-function',
        'LOW',
        'it carries functions that could run programs',
        `whoever calls one calls ${calls}`,
        place(piece),
      )
    : undefined;
}

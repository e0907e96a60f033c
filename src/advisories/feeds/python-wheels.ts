import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pypi } from '../../ecosystems/pypi.ts';
import { openZip } from '../../formats/archives/index.ts';
import { type Sources, sourcesInRecord, wheelSources } from '../../formats/python/index.ts';
import { LIMITS } from '../../limits.ts';
import { isPep440 } from '../../versions/pep440.ts';
import { listWithin, member, textMember } from '../values.ts';
import type { RecordedWheels } from '../wheels.ts';
import { eachLine } from './each-line.ts';
import type { FeedDocument, FeedFile, FeedItem } from './feed.ts';
import { feed } from './feed.ts';

/** The document: a folder of wheels or of their lists of files, or one line for each import package, as `recordedLine` writes it. */
export const PYTHON_WHEELS = 'python-wheels';

/**
 * What files wheels hold, by their digests, so that Python code is known whose metadata was taken away. Nobody publishes such data: it is read from the
 * user's own wheels, or asked of the package index that pip is configured for (`build/gather-wheels.ts`), where somebody wants it.
 */
export const pythonWheelsFeed = feed({
  name: PYTHON_WHEELS,
  version: 1,
  title: 'Lists of files of Python wheels',
  licence: 'facts about files: names, digests',
  byDefault: false,
  maxBytes: LIMITS.feedDatabaseBytes,
  gathered: true,
  async sources() {
    return [{ name: PYTHON_WHEELS, path: `${PYTHON_WHEELS}/` }];
  },
  parse: (document) =>
    statSync(document.path).isDirectory() ? ofFolder(document) : eachLine(document, 'no list of wheels', ofRecord),
});

/** A wheel, or what one lists, under any name that ends so: `requests-2.25.1.RECORD`. */
const IS_READ = /(?:\.whl|RECORD)$/;
/** A list names itself: the distribution and the version it is of. https://packaging.python.org/en/latest/specifications/binary-distribution-format/ */
const ITSELF = /^"?([A-Za-z0-9][\w.]{0,200})-([\w.!+]{1,100})\.dist-info\/RECORD/m;

/** Wheels of one distribution stand together: those of one are in memory at a time. */
async function* ofFolder(document: FeedDocument): AsyncGenerator<FeedItem> {
  const files: FeedFile[] = [];
  for await (const file of document.files()) if (IS_READ.test(file.name)) files.push(file);
  const nameOf = ({ name }: FeedFile): string => pypi.normalize(name.split('-')[0]!);
  files.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : a.name < b.name ? -1 : 1));
  let name = '';
  let wheels = new Map<string, string>();
  for (const file of files) {
    yield { kind: 'counted' };
    let record: string;
    try {
      record = recordText(document.path, file);
    } catch (error) {
      yield { kind: 'rejected', id: file.name, reason: (error as Error).message };
      continue;
    }
    const [, distribution, version] = ITSELF.exec(record) ?? [];
    if (distribution === undefined || version === undefined || !isPep440(version)) {
      yield { kind: 'rejected', id: file.name, reason: 'its list of files does not say which wheel it is of' };
      continue;
    }
    if (pypi.normalize(distribution) !== name) {
      yield* wheelItems(name, wheels);
      wheels = new Map();
      name = pypi.normalize(distribution);
    }
    // Those of several platforms hold the same sources: the first counts.
    if (!wheels.has(version) && wheels.size < LIMITS.knownWheels) wheels.set(version, record);
  }
  yield* wheelItems(name, wheels);
}

function recordText(folder: string, file: FeedFile): string {
  if (!file.name.endsWith('.whl')) return file.read().toString('utf8');
  const zip = openZip(join(folder, file.name));
  try {
    const record = zip.members.find(({ name }) => /^[^/]{1,400}\.dist-info\/RECORD$/.test(name));
    if (record === undefined) throw new Error('it is a wheel without a list of its files');
    return zip.read(record, LIMITS.recordBytes).toString('utf8');
  } finally {
    zip.close();
  }
}

const wheelItems = (name: string, records: ReadonlyMap<string, string>): FeedItem[] =>
  recordedWheels(name, new Map([...records].map(([version, record]) => [version, sourcesInRecord(record)]))).map(
    (wheels) => ({ kind: 'wheels', wheels }),
  );

/** What versions of one distribution hold, by import package. `wheels`: of each version, by import package, its sources. */
export function recordedWheels(
  name: string,
  wheels: ReadonlyMap<string, ReadonlyMap<string, Sources>>,
): RecordedWheels[] {
  const byModule = new Map<string, Map<string, Sources>>();
  for (const [version, modules] of wheels)
    for (const [module, sources] of modules) {
      if (sources.size === 0) continue;
      const own = byModule.get(module) ?? new Map<string, Sources>();
      byModule.set(module, own.set(version, sources));
    }
  return [...byModule].map(([module, versions]) => ({ name, module, ...wheelSources(versions) }));
}

/** One line of the document. */
export const recordedLine = ({ name, module, versions, files }: RecordedWheels): string =>
  JSON.stringify({ name, module, versions, files: [...files] });

function ofRecord(value: unknown): FeedItem | undefined {
  const wheels = readWheels(value);
  return wheels && { kind: 'wheels', wheels };
}

function readWheels(value: unknown): RecordedWheels | undefined {
  const [name, module] = [textMember(value, 'name', 200), textMember(value, 'module', 200)];
  const versions = listWithin(member(value, 'versions'), LIMITS.knownWheels).filter(
    (version) => typeof version === 'string',
  );
  if (name === undefined || module === undefined || versions.length === 0 || !versions.every(isPep440))
    return undefined;
  const files = listWithin(member(value, 'files'), LIMITS.comparedSources * 20).flatMap((file) => {
    if (!Array.isArray(file) || typeof file[0] !== 'string') return [];
    const digests = listWithin(file[1], LIMITS.knownWheels).flatMap((entry): (readonly [string, ...number[]])[] =>
      Array.isArray(entry) && typeof entry[0] === 'string'
        ? [[entry[0], ...entry.slice(1).filter((at): at is number => Number.isSafeInteger(at))]]
        : [],
    );
    return [[file[0], digests] as const];
  });
  return { name: pypi.normalize(name), module, versions, files: new Map(files) };
}

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { PlimsollError } from '../errors.ts';
import { readLocatedYaml } from '../located-yaml.ts';
import { readExceptions } from '../policy/exceptions/index.ts';

/** An exception to write down. */
export interface AcceptRequest {
  readonly ids: readonly string[];
  /** Why it may stay. */
  readonly reason: string;
  /** The last day, ISO 8601; absent: for good. */
  readonly until?: string;
  readonly owner?: string;
  readonly package?: string;
  readonly version?: string;
  readonly path?: string;
  readonly image?: string;
  /** Why it is not affected, in a word of VEX. */
  readonly justification?: string;
}

/**
 * Adds an exception to a configuration file (made where there is none) and leaves everything else in it as it is written. The
 * file is checked before it takes the old one's place. Throws `config` for what is no exception or no configuration, `usage`
 * for a day that is over, `io`.
 */
export async function accept(request: AcceptRequest, file: string, now = new Date()): Promise<void> {
  const { ids, until } = request;
  const strange = ids.find((id) => !/^[A-Za-z][\w.:-]{2,100}$/.test(id));
  if (ids.length === 0 || strange !== undefined)
    throw new PlimsollError('usage', strange === undefined ? 'nothing says what to accept' : `"${strange}" is no id`, {
      hint: 'such as CVE-2023-0464',
    });
  if (until !== undefined && until < now.toISOString().slice(0, 10))
    throw new PlimsollError('usage', `--until ${until} is over`, { hint: 'name a day to come' });
  const { isMap, isSeq, parseDocument } = await import('yaml');
  if (existsSync(file)) await readLocatedYaml(file);
  const document = parseDocument(existsSync(file) ? readFileSync(file, 'utf8') : '');
  if (document.contents === null) document.contents = document.createNode({}) as unknown as typeof document.contents;
  if (!isMap(document.contents)) throw new PlimsollError('config', 'the file has to be a mapping', { where: file });
  const { ids: _, ...rest } = request;
  const entry = { id: ids.length === 1 ? ids[0] : ids, ...rest };
  const list = document.get('exceptions');
  if (list === undefined || list === null) document.set('exceptions', document.createNode([entry]));
  else if (isSeq(list)) list.add(document.createNode(entry));
  else throw new PlimsollError('config', 'exceptions has to be a list', { where: file });
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, document.toString({ lineWidth: 0 }), { flag: 'wx' });
  try {
    const written = await readLocatedYaml(partial);
    if (written.value instanceof Map) readExceptions(written.value.get('exceptions') ?? { value: [], at: file });
    renameSync(partial, file);
  } catch (error) {
    const { rmSync } = await import('node:fs');
    rmSync(partial, { force: true });
    throw error;
  }
}

import { chmodSync, existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { boundedText } from '../bounded-file.ts';
import { asSystemError, PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { readLocatedYaml } from '../located-yaml.ts';
import { clearOrphans } from '../orphans.ts';
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

/** Ids of vulnerabilities and rules of risks are words joined by hyphens; a bare word is part of a slip. */
const ID = /^(?=.{4,101}$)[A-Za-z][\w.:]*-[\w.:-]+$/;

/**
 * Adds an exception to a configuration file (made where there is none) and leaves everything else in it as it is written (of JSON and lists in brackets what they say, not how). The
 * file is checked before it takes the old one's place. Throws `config` for what is no exception or no configuration, `usage`
 * for a day that is over, `io`.
 */
export async function accept(request: AcceptRequest, file: string, now = new Date()): Promise<void> {
  const { ids, until } = request;
  const strange = ids.find((id) => !ID.test(id));
  if (ids.length === 0 || strange !== undefined)
    throw new PlimsollError('usage', strange === undefined ? 'nothing says what to accept' : `"${strange}" is no id`, {
      hint: 'such as CVE-2023-0464',
    });
  if (until !== undefined && until < now.toISOString().slice(0, 10))
    throw new PlimsollError('usage', `--until ${until} is over`, { hint: 'name a day to come' });
  const [{ isMap, isSeq, parseDocument }, { addedToYaml }] = await Promise.all([
    import('yaml'),
    import('../added-to-yaml.ts'),
  ]);
  if (existsSync(file)) await readLocatedYaml(file);
  const text = existsSync(file) ? await boundedText(file, LIMITS.settingsBytes) : '';
  const document = parseDocument(text);
  if (document.contents === null) document.contents = document.createNode({}) as unknown as typeof document.contents;
  if (!isMap(document.contents)) throw new PlimsollError('config', 'the file has to be a mapping', { where: file });
  const { ids: _, ...rest } = request;
  const entry = { id: ids.length === 1 ? ids[0] : ids, ...rest };
  const list = document.get('exceptions');
  if (list === undefined || list === null) document.set('exceptions', document.createNode([entry]));
  else if (isSeq(list)) list.add(document.createNode(entry));
  else throw new PlimsollError('config', 'exceptions has to be a list', { where: file });
  await replace(
    file,
    addedToYaml(text, 'exceptions', entry) ?? document.toString({ lineWidth: 0 }),
    async (partial) => {
      const written = await readLocatedYaml(partial);
      if (written.value instanceof Map) readExceptions(written.value.get('exceptions') ?? { value: [], at: file });
    },
  );
}

/** Writes beside a file, checks that, and puts it in the file's place, behind links and with the mode that it had; what killed runs left is cleared away. Throws `io`. */
async function replace(file: string, text: string, check: (partial: string) => Promise<void>): Promise<void> {
  const target = existsSync(file) ? realpathSync(file) : file;
  await clearOrphans(dirname(target), /^\.plimsoll-(\d{1,10})(?:-\d+)?\.partial$/);
  const partial = join(dirname(target), `.plimsoll-${process.pid}.partial`);
  try {
    writeFileSync(partial, text, { flag: 'wx' });
    if (existsSync(target)) chmodSync(partial, statSync(target).mode & 0o7777);
    await check(partial);
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    const known = asSystemError(error);
    if (known === undefined) throw error;
    throw new PlimsollError('io', `the exception could not be written: ${known.message}`, {
      where: file,
      hint: 'check who may write there, and whether there is room',
      cause: error,
    });
  }
}

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { boundedText } from '../../bounded-file.ts';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { readJson } from '../../formats/json-values.ts';
import type { Json } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { entriesOf, type Located, readLocatedYaml } from '../../located-yaml.ts';
import { missingFile } from '../../missing-file.ts';
import type { Exception } from './exception.ts';
import { readGrypeIgnore } from './grype-ignore.ts';
import { readExceptions } from './own.ts';
import { readTrivyignore, readTrivyignoreYaml } from './trivyignore.ts';
import { readVex } from './vex.ts';

/** Where exceptions come from. */
interface ExceptionSources {
  /** Files of `.trivyignore`, `.trivyignore.yaml`, Grype's configuration or our own `exceptions:`. */
  readonly ignoreFiles?: readonly string[];
  /** VEX documents: OpenVEX, CSAF, CycloneDX. */
  readonly vexFiles?: readonly string[];
  /** `exceptions` of the configuration file. */
  readonly own?: Located;
}

/** Every exception of these sources, own ones first. A file that cannot be read whole is an error: half a list of rules is none. Throws `config`, `not-found`, `limit`. */
export async function readAllExceptions({
  ignoreFiles,
  vexFiles,
  own,
}: ExceptionSources): Promise<readonly Exception[]> {
  const rules = [...(own ? readExceptions(own) : [])];
  for (const path of ignoreFiles ?? []) rules.push(...(await readIgnoreFile(path)));
  for (const path of vexFiles ?? []) {
    const said = readVex(await json(path), path);
    rules.push(...(said.length > 0 ? said : [saysNothing(path)]));
  }
  return rules;
}

/** A document of which no statement can hide anything, as a rule about no product: whoever named it is told. */
const saysNothing = (path: string): Exception => ({
  ids: [],
  products: [],
  by: { source: 'openvex', status: 'not_affected', where: path },
});

async function readIgnoreFile(path: string): Promise<readonly Exception[]> {
  if (!/\.(?:ya?ml|json)$/.test(path)) return readTrivyignore(await textOf(path, LIMITS.settingsBytes), path);
  const document = await existing(path);
  if (document.value === null) return [];
  const keys = entriesOf(document, 'the file');
  if (keys.has('exceptions')) return readExceptions(keys.get('exceptions') as Located);
  if (keys.has('ignore')) return readGrypeIgnore(document);
  if (
    /trivyignore/.test(basename(path)) ||
    ['vulnerabilities', 'misconfigurations', 'secrets'].some((key) => keys.has(key))
  )
    return readTrivyignoreYaml(document);
  throw new PlimsollError('config', 'this file holds no exceptions', {
    where: path,
    hint: "it needs exceptions: (ours), ignore: (Grype's) or vulnerabilities: (Trivy's)",
  });
}

async function existing(path: string): Promise<Located> {
  if (!existsSync(path)) throw missing(path);
  return readLocatedYaml(path);
}

const missing = (path: string, cause?: unknown): PlimsollError => missingFile(path, 'file of exceptions', cause);

async function textOf(path: string, most: number): Promise<string> {
  try {
    return await boundedText(path, most);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw missing(path, error);
    throw asPlimsollError(error, 'config', path);
  }
}

async function json(path: string): Promise<Json> {
  const text = await textOf(path, LIMITS.planBytes);
  try {
    return readJson(text) as Json;
  } catch (cause) {
    if (cause instanceof PlimsollError) throw new PlimsollError(cause.code, cause.message, { where: path, cause });
    throw new PlimsollError('config', 'this VEX document is no JSON', { where: path, cause });
  }
}

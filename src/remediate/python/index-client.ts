/**
 * Asks Python package indexes which versions of a distribution there are and what they need.
 * https://packaging.python.org/en/latest/specifications/simple-repository-api/
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pypi } from '../../ecosystems/pypi.ts';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { inflateMember, zipMembers } from '../../formats/archives/index.ts';
import { isObject, type Json, mailHeaders, text } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Http, HttpResponse } from '../../network/http.ts';
import { comparePep440, isPep440 } from '../../versions/pep440.ts';
import { isPrerelease, parseSpecifiers, satisfies } from '../../versions/pep440-specifier.ts';
import { isInternal, netrcLogin, type PipIndexes } from './pip-configuration.ts';
import { parseWheelName, sdistVersion, type WheelTarget, wheelFits } from './wheel-tags.ts';

/** One file of a project. */
interface IndexFile {
  readonly filename: string;
  readonly url: string;
  readonly requiresPython?: string;
  readonly yanked: boolean;
  /** `sha256` of the file, hexadecimal. */
  readonly sha256?: string;
}

/** A version that can be installed. */
export interface IndexVersion {
  readonly version: string;
  readonly files: readonly IndexFile[];
  /** Only as source: pip would have to build it. */
  readonly sourceOnly: boolean;
}

/** The index as the planner sees it; failures become `problems`, and the rest of the plan still comes. */
export interface PythonIndex {
  /** Installable versions for this interpreter, ascending; undefined where no index could be asked. */
  versions(
    name: string,
    target: WheelTarget,
    installed: string | undefined,
  ): Promise<readonly IndexVersion[] | undefined>;
  /** `Requires-Dist` of a version; undefined where nobody can say. */
  requires(name: string, version: string, target: WheelTarget): Promise<readonly string[] | undefined>;
  /** sha256 of every file of a version, for requirements with hashes. */
  hashes(name: string, version: string): Promise<readonly string[]>;
  readonly problems: ReadonlySet<string>;
  readonly by: string;
}

const ACCEPT = 'application/vnd.pypi.simple.v1+json, text/html;q=0.2';

/** An index over the configured addresses. */
export function pythonIndex(
  indexes: PipIndexes,
  http: Http,
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): PythonIndex {
  const problems = new Set<string>();
  const projects = new Map<string, Promise<readonly IndexFile[] | undefined>>();
  const metadata = new Map<string, Promise<readonly string[] | undefined>>();
  const client: Client = { http, environment, indexes, problems, ...(signal ? { signal } : {}) };
  const project = (name: string) => remembered(projects, name, () => filesOf(client, name));
  return {
    problems,
    by: indexes.by,
    async versions(name, target, installed) {
      const files = await project(name);
      return files && installable(name, files, target, installed);
    },
    requires: (name, version, target) =>
      remembered(metadata, `${name}\0${version}\0${target.python}`, async () => {
        const files = await project(name);
        return files && requiresOf(client, name, version, files, target);
      }),
    async hashes(name, version) {
      const files = (await project(name)) ?? [];
      return files.flatMap((file) => {
        const own = parseWheelName(file.filename)?.version ?? sdistVersion(file.filename, name, pypi.normalize);
        return own !== undefined && comparePep440(own, version) === 0 && file.sha256 ? [file.sha256] : [];
      });
    },
  };
}

interface Client {
  readonly http: Http;
  readonly environment: NodeJS.ProcessEnv;
  readonly indexes: PipIndexes;
  readonly problems: Set<string>;
  readonly signal?: AbortSignal;
}

function remembered<Value>(map: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  let value = map.get(key);
  if (!value) {
    value = make();
    map.set(key, value);
  }
  return value;
}

async function get(client: Client, url: string, headers: Record<string, string>): Promise<HttpResponse> {
  const { indexes, environment } = client;
  if (indexes.foreign && isInternal(url))
    throw new PlimsollError('network', 'the image names a package index within this network, which is not asked', {
      where: new URL(url).host,
    });
  const login = indexes.foreign ? undefined : await loginOf(environment, new URL(url));
  return client.http.request(url, {
    headers: { ...headers, ...(login ? { authorization: login } : {}) },
    ...(client.signal ? { signal: client.signal } : {}),
  });
}

async function loginOf(environment: NodeJS.ProcessEnv, url: URL): Promise<string | undefined> {
  if (url.username !== '' || url.protocol !== 'https:') return undefined;
  const path = environment.NETRC ?? (environment.HOME ? join(environment.HOME, '.netrc') : undefined);
  const text = path === undefined ? '' : await readFile(path, 'utf8').catch(() => '');
  const found = netrcLogin(text, url.hostname);
  return found && `Basic ${Buffer.from(`${found.login}:${found.password}`).toString('base64')}`;
}

/** A project's files from every index together, as pip takes them; undefined where none answered. */
async function filesOf(client: Client, name: string): Promise<readonly IndexFile[] | undefined> {
  const all: IndexFile[] = [];
  let answered = false;
  for (const address of client.indexes.addresses) {
    const url = `${address.replace(/\/+$/, '')}/${encodeURIComponent(name)}/`;
    try {
      const response = await get(client, url, { accept: ACCEPT });
      if (response.status === 404) {
        answered = true;
        await response.discard();
      } else if (response.status !== 200) {
        await response.discard();
        const refused = response.status === 401 || response.status === 403;
        client.problems.add(
          `${new URL(url).host} ${refused ? 'refuses' : `answers ${response.status}`}${refused ? `: ${response.status}, give credentials in the address or in .netrc` : ''}`,
        );
      } else {
        const bytes = await client.http.bytes(response, LIMITS.packageIndexBytes);
        all.push(...parseProject(bytes.toString('utf8'), response.headers['content-type'] ?? '', response.url));
        answered = true;
      }
    } catch (error) {
      const problem = asPlimsollError(error, 'network', new URL(url).host);
      if (problem.code === 'interrupted') throw problem;
      client.problems.add(`${new URL(url).host}: ${problem.message}`);
    }
  }
  return answered ? all : undefined;
}

/** Files of a project page, JSON (PEP 691) or HTML (PEP 503). Relative addresses are relative to the page. */
export function parseProject(body: string, contentType: string, base: string): IndexFile[] {
  return /json/.test(contentType) ? parseJson(body, base) : parseHtml(body, base);
}

function parseJson(body: string, base: string): IndexFile[] {
  const document = JSON.parse(body) as Json;
  const files = isObject(document) && Array.isArray(document.files) ? document.files : [];
  return files.flatMap((file): IndexFile[] => {
    if (!isObject(file as Json)) return [];
    const one = file as { readonly [key: string]: Json | undefined };
    const [filename, url] = [text(one.filename), text(one.url)];
    if (filename === undefined || url === undefined || !URL.canParse(url, base)) return [];
    const python = text(one['requires-python']);
    const sha256 = isObject(one.hashes) ? text((one.hashes as { readonly [key: string]: Json }).sha256) : undefined;
    return [
      {
        filename,
        url: new URL(url, base).href,
        yanked: one.yanked !== undefined && one.yanked !== null && one.yanked !== false,
        ...(python ? { requiresPython: python } : {}),
        ...(sha256 && /^[0-9a-f]{64}$/.test(sha256) ? { sha256 } : {}),
      },
    ];
  });
}

function parseHtml(body: string, base: string): IndexFile[] {
  const files: IndexFile[] = [];
  for (const [, attributes = ''] of body.matchAll(/<a\s([^>]{1,8192})>/gi)) {
    const attribute = (name: string): string | undefined => {
      const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(attributes);
      const value = found?.[1] ?? found?.[2];
      return value
        ?.replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&');
    };
    const href = attribute('href');
    if (href === undefined || !URL.canParse(href, base)) continue;
    const url = new URL(href, base);
    const sha256 = /^#sha256=([0-9a-f]{64})$/.exec(url.hash)?.[1];
    url.hash = '';
    const python = attribute('data-requires-python');
    files.push({
      filename: lastSegment(url.pathname),
      url: url.href,
      yanked: /(?:^|\s)data-yanked(?:\s|=|$)/i.test(attributes),
      ...(python ? { requiresPython: python } : {}),
      ...(sha256 ? { sha256 } : {}),
    });
  }
  return files;
}

function lastSegment(path: string): string {
  const segment = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Versions that pip would consider on this interpreter. Pre-releases only for who has one already. */
export function installable(
  name: string,
  files: readonly IndexFile[],
  target: WheelTarget,
  installed: string | undefined,
): IndexVersion[] {
  const byVersion = new Map<string, { files: IndexFile[]; wheel: boolean }>();
  const pythons = new Map<string, boolean>();
  const full = target.python.split('.').length > 2 ? target.python : `${target.python}.99`;
  const suits = (specifier: string | undefined): boolean => {
    if (specifier === undefined) return true;
    let answer = pythons.get(specifier);
    if (answer === undefined) {
      const clauses = parseSpecifiers(specifier);
      answer = clauses === undefined || satisfies(full, clauses, 'installed');
      pythons.set(specifier, answer);
    }
    return answer;
  };
  for (const file of files) {
    if (file.yanked || !suits(file.requiresPython)) continue;
    const wheel = parseWheelName(file.filename);
    const version = wheel?.version ?? sdistVersion(file.filename, name, pypi.normalize);
    if (version === undefined || !isPep440(version)) continue;
    const fits = wheel !== undefined && wheelFits(wheel, target);
    if (wheel !== undefined && !fits) continue;
    const known = byVersion.get(version) ?? { files: [], wheel: false };
    known.files.push(file);
    byVersion.set(version, { files: known.files, wheel: known.wheel || fits });
  }
  const early = installed !== undefined && isPrerelease(installed);
  const all = [...byVersion]
    .filter(([version]) => early || !isPrerelease(version))
    .map(([version, known]) => ({ version, files: known.files, sourceOnly: !known.wheel }))
    .sort((a, b) => comparePep440(a.version, b.version));
  // Where there are wheels, a version without one is not what the image's builder expects.
  return all.some(({ sourceOnly }) => !sourceOnly) ? all.filter(({ sourceOnly }) => !sourceOnly) : all;
}

async function requiresOf(
  client: Client,
  name: string,
  version: string,
  files: readonly IndexFile[],
  target: WheelTarget,
): Promise<readonly string[] | undefined> {
  const found = installable(name, files, target, version).find((one) => comparePep440(one.version, version) === 0);
  const wheel = found?.files.find(({ filename }) => filename.endsWith('.whl'));
  if (!wheel) return undefined;
  try {
    const metadata = (await besideWheel(client, wheel)) ?? (await withinWheel(client, wheel));
    return metadata === undefined ? undefined : mailHeaders(metadata).all('Requires-Dist');
  } catch (error) {
    const problem = asPlimsollError(error, 'network', new URL(wheel.url).host);
    if (problem.code === 'interrupted') throw problem;
    client.problems.add(`${wheel.filename}: ${problem.message}`);
    return undefined;
  }
}

/** PEP 658: the metadata lies beside the file. Some mirrors serve it without saying so. */
async function besideWheel(client: Client, wheel: IndexFile): Promise<string | undefined> {
  const response = await get(client, `${wheel.url}.metadata`, {});
  if (response.status === 200) return (await client.http.bytes(response, LIMITS.fileBytes)).toString('utf8');
  await response.discard();
  return undefined;
}

const TAIL_BYTES = 256 * 1024;
/** Local headers repeat the name and have fields of their own. */
const HEADER_BYTES = 30 + 1024;

/** Only the end of the wheel is fetched: its directory, and METADATA, which stands last in most; of others that part alone. */
async function withinWheel(client: Client, wheel: IndexFile): Promise<string | undefined> {
  let tail = await rangeOf(client, wheel.url, `bytes=-${TAIL_BYTES}`);
  const wanted = tail && directoryBytes(tail.bytes);
  // Wheels of ten thousand files have directories of megabytes.
  if (tail && wanted !== undefined && wanted > tail.bytes.length)
    tail =
      wanted > LIMITS.wheelTailBytes ? undefined : await rangeOf(client, wheel.url, `bytes=-${wanted + TAIL_BYTES}`);
  if (tail === undefined) return undefined;
  for (const member of zipMembers(tail.bytes)) {
    if (!/^[^/]+\.dist-info\/METADATA$/.test(member.name)) continue;
    const start = tail.start + member.offset;
    const end = start + HEADER_BYTES + member.compressedSize;
    if (member.compressedSize > LIMITS.fileBytes || start < 0) return undefined;
    const near =
      member.offset >= 0
        ? tail.bytes.subarray(member.offset)
        : (await rangeOf(client, wheel.url, `bytes=${start}-${end - 1}`))?.bytes;
    if (near === undefined || near.length < 30) return undefined;
    const begin = 30 + near.readUInt16LE(26) + near.readUInt16LE(28);
    const body = near.subarray(begin, begin + member.compressedSize);
    return inflateMember(member.name, member.method, body, LIMITS.fileBytes).toString('utf8');
  }
  return undefined;
}

/** How many bytes of the end hold the directory, as the end record says; undefined where there is none. */
function directoryBytes(tail: Buffer): number | undefined {
  const at = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  return at < 0 || at + 22 > tail.length ? undefined : tail.readUInt32LE(at + 12) + (tail.length - at);
}

/** A part of a file and where it begins; undefined where the server does not give parts. */
async function rangeOf(
  client: Client,
  url: string,
  range: string,
): Promise<{ readonly bytes: Buffer; readonly start: number } | undefined> {
  const response = await get(client, url, { range });
  if (response.status !== 206) {
    await response.discard();
    return undefined;
  }
  const bytes = await client.http.bytes(response, LIMITS.wheelTailBytes + 2 * TAIL_BYTES);
  const start = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1];
  return { bytes, start: Number(start ?? 0) };
}

/**
 * Asks Python package indexes which versions of a distribution there are and what they need.
 * https://packaging.python.org/en/latest/specifications/simple-repository-api/
 */

import { createHash } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import { boundedText } from '../../bounded-file.ts';
import { pypi } from '../../ecosystems/pypi.ts';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { withoutEnd } from '../../formats/ends.ts';
import { mailHeaders, netrcLogin } from '../../formats/text/index.ts';
import { uriDecoded } from '../../formats/uri.ts';
import { LIMITS } from '../../limits.ts';
import { isSpent } from '../../network/allowance.ts';
import { codeOf } from '../../network/failure.ts';
import type { Http, HttpResponse } from '../../network/http.ts';
import { secretFor } from '../../network/secret.ts';
import { comparePep440 } from '../../versions/pep440.ts';
import { indexOverFiles, type PythonIndex } from './index-over-files.ts';
import { type IndexFile, installable } from './installable.ts';
import type { PipIndexes } from './pip-configuration.ts';
import { parseProject } from './project-page.ts';
import { METADATA, RECORD, withinWheel } from './wheel-parts.ts';
import { parseWheelName, sdistVersion, type WheelTarget } from './wheel-tags.ts';

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
  const metadata = new Map<string, Promise<readonly string[] | 'failed' | undefined>>();
  const client: Client = {
    ...{ http, environment, indexes, problems, silent: new Map(), refused: new Map(), over: {} },
    ...(signal ? { signal } : {}),
  };
  const project = (name: string) => remembered(projects, name, () => filesOf(client, name));
  return indexOverFiles(project, {
    problems,
    by: indexes.by,
    refused: (name, version) => client.refused.get(`${name}\0${version}`),
    over: () => client.over.said,
    hosts: indexes.addresses.flatMap((address) => (URL.canParse(address) ? new URL(address).host : [])),
    async recordedFiles(wheel) {
      try {
        return await textWithin(client, wheel, RECORD);
      } catch (error) {
        note(client, wheel.filename, error, new URL(wheel.url).host);
        return undefined;
      }
    },
    requires: (name, version, target) =>
      remembered(metadata, `${name}\0${version}\0${target.python}`, async () => {
        const files = await project(name);
        return files && requiresOf(client, name, version, files, target);
      }),
  });
}

interface Client {
  readonly http: Http;
  readonly environment: NodeJS.ProcessEnv;
  readonly indexes: PipIndexes;
  readonly problems: Set<string>;
  /** Servers that let a question go by without a word: they are asked no more, or a plan waits as often as it asks. */
  readonly silent: Map<string, unknown>;
  /** Why nothing is promised of a version, by name and version, to be read behind its name. */
  readonly refused: Map<string, string>;
  /** Set once all answers together took what they may: nobody is asked any more, and it is told once. */
  readonly over: { by?: PlimsollError; said?: string };
  readonly signal?: AbortSignal;
}

/** Notes what went wrong with an address or a file. Throws what interrupts. */
function note({ problems, over }: Client, who: string, error: unknown, host: string): void {
  const problem = asPlimsollError(error, 'network', host);
  if (problem.code === 'interrupted') throw problem;
  if (isSpent(problem)) {
    over.by ??= problem;
    over.said ??= `${host}: ${problem.message}`;
  } else problems.add(`${who}: ${problem.message}`);
}

function remembered<Value>(map: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  let value = map.get(key);
  if (!value) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** `page`: of the index, where it named the address. */
async function get(
  client: Client,
  url: string,
  headers: Record<string, string>,
  { foreign, page }: { readonly foreign: boolean; readonly page?: string },
): Promise<HttpResponse> {
  const { indexes, environment, silent } = client;
  const { origin } = new URL(url);
  if (client.over.by !== undefined) throw client.over.by;
  if (silent.has(origin)) throw silent.get(origin);
  const login = foreign
    ? undefined
    : (addressLogin(indexes, new URL(url)) ?? (await loginOf(environment, new URL(url), page === undefined)));
  const asked = client.http.request(url, {
    headers,
    namedBy: foreign ? 'content' : page === undefined ? 'user' : { server: page },
    answerMs: LIMITS.indexAnswerMs,
    ...(login ? { secret: secretFor(url, login) } : {}),
    ...(client.signal ? { signal: client.signal } : {}),
  });
  return asked.catch((error: unknown) => {
    if (codeOf(error) === 'UND_ERR_HEADERS_TIMEOUT') silent.set(origin, error);
    throw error;
  });
}

/** Who named the address of a file. */
const pageOf = ({ page, byContent }: IndexFile): { readonly foreign: boolean; readonly page: string } => ({
  foreign: byContent === true,
  page,
});

/** The credentials in the address of an index are for all that its server serves, as pip takes them. */
function addressLogin({ addresses, foreign }: PipIndexes, url: URL): string | undefined {
  const own = addresses
    .filter((address) => !foreign.includes(address))
    .map((address) => new URL(address))
    .find(({ origin, username }) => origin === url.origin && username !== '');
  if (own === undefined || url.username !== '') return undefined;
  const [user, password] = [own.username, own.password].map(uriDecoded);
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

async function loginOf(environment: NodeJS.ProcessEnv, url: URL, byUser: boolean): Promise<string | undefined> {
  if (url.username !== '' || url.protocol !== 'https:') return undefined;
  const { HOME = '' } = environment;
  const path = environment.NETRC ?? (isAbsolute(HOME) ? join(HOME, '.netrc') : undefined);
  const text = path === undefined ? '' : await boundedText(path, LIMITS.settingsBytes).catch(() => '');
  const login = netrcLogin(text, url.hostname, { byUser });
  return login && `Basic ${Buffer.from(`${login.login}:${login.password}`).toString('base64')}`;
}

/** A project's files from every index together, as pip takes them; undefined where none answered. */
async function filesOf(client: Client, name: string): Promise<readonly IndexFile[] | undefined> {
  const all: IndexFile[] = [];
  let answered = false;
  for (const address of client.indexes.addresses) {
    const url = `${withoutEnd(address, '/')}/${encodeURIComponent(name)}/`;
    try {
      const foreign = client.indexes.foreign.includes(address);
      const response = await get(client, url, { accept: ACCEPT }, { foreign });
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
        const listed = parseProject(bytes.toString('utf8'), response.headers['content-type'] ?? '', response.url);
        const own = (listed ?? []).filter(({ filename }) => isOf(filename, name));
        all.push(...(foreign ? own.map((file): IndexFile => ({ ...file, byContent: true })) : own));
        // A page of links that are all of something else is a login page, or one of another project; so is one without any that no index made.
        if (own.length > 0 || listed?.length === 0) answered = true;
        else
          client.problems.add(
            `${new URL(url).host} lists no file of ${name} where its files should be: is it a package index?`,
          );
      }
    } catch (error) {
      note(client, new URL(url).host, error, new URL(url).host);
    }
  }
  return answered ? all : undefined;
}

/** Whether a file is of this project, as its name says: pip takes no other. */
function isOf(filename: string, name: string): boolean {
  const wheel = parseWheelName(filename);
  return wheel === undefined
    ? sdistVersion(filename, name, pypi.normalize) !== undefined
    : pypi.normalize(wheel.name) === name;
}

async function requiresOf(
  client: Client,
  name: string,
  version: string,
  files: readonly IndexFile[],
  target: WheelTarget,
): Promise<readonly string[] | 'failed' | undefined> {
  const offered = installable(name, files, target, version).find(
    (candidate) => comparePep440(candidate.version, version) === 0,
  );
  const wheel = offered?.files.find(({ filename }) => filename.endsWith('.whl'));
  if (!wheel) return undefined;
  try {
    const metadata = (await besideWheel(client, wheel)) ?? (await textWithin(client, wheel, METADATA));
    if (metadata === undefined) return undefined;
    const headers = mailHeaders(metadata);
    const [own = name, stated = version] = [headers.all('Name')[0], headers.all('Version')[0]];
    if (pypi.normalize(own) === name && comparePep440(stated, version) === 0) return headers.all('Requires-Dist');
    client.problems.add(`${wheel.filename} is described as ${own} ${stated}: pip takes no such file`);
    client.refused.set(`${name}\0${version}`, `is described as ${own} ${stated} by its own metadata`);
    return 'failed';
  } catch (error) {
    note(client, wheel.filename, error, new URL(wheel.url).host);
    client.refused.set(`${name}\0${version}`, whyRefused(error));
    return 'failed';
  }
}

function whyRefused(error: unknown): string {
  const problem = asPlimsollError(error, 'network');
  return isSpent(problem)
    ? 'was not asked about before the time for indexes was over'
    : `is there, but ${problem.message}`;
}

/** PEP 658: the metadata lies beside the file. Some mirrors serve it without saying so. */
async function besideWheel(client: Client, wheel: IndexFile): Promise<string | undefined> {
  const response = await get(client, `${wheel.url}.metadata`, {}, pageOf(wheel));
  if (response.status === 200) {
    const bytes = await client.http.bytes(response, LIMITS.fileBytes);
    if (wheel.metadata !== undefined && createHash('sha256').update(bytes).digest('hex') !== wheel.metadata)
      throw new PlimsollError(
        'corrupt',
        'what is said of it has another hash than the index names: pip takes no such file',
      );
    return bytes.toString('utf8');
  }
  await response.discard();
  return undefined;
}

/** A text of a wheel's metadata folder, by the end of the wheel alone. */
const textWithin = (client: Client, wheel: IndexFile, text: typeof RECORD): Promise<string | undefined> =>
  withinWheel(
    (range) => get(client, wheel.url, { range }, pageOf(wheel)),
    (response, most) => client.http.bytes(response, most),
    text,
  );

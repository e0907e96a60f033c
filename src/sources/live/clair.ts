import { createHmac } from 'node:crypto';
import { PlimsollError } from '../../errors.ts';
import { objectOf } from '../../formats/json-values.ts';
import { type Located, readLocatedYaml } from '../../located-yaml.ts';
import { textOf } from '../json.ts';
import { ask, askJson, parsedAnswer, type Service } from './ask.ts';
import { originOfSetting } from './host.ts';
import { imageLayers, knownImage } from './image.ts';
import { type LiveWorld, liveDocument, liveSource } from './live-source.ts';
import { untilDone } from './wait.ts';

/** What Clair does with an image, step by step. https://github.com/quay/claircore/blob/main/indexer/controller/states.go */
const UNDER_WAY = new Set(['CheckManifest', 'FetchLayers', 'ScanLayers', 'Coalesce', 'IndexManifest']);

/** Where clairctl looks for Clair where nothing is said. https://quay.github.io/clair/reference/clairctl.html */
const DEFAULT = 'http://localhost:6060';

/**
 * What a running Clair v4 says of an image: its index report, then its vulnerability report, by the digest that the name has now. The address is
 * that of `CLAIR_API`, as for clairctl; the shared key that of the configuration in `CLAIR_CONF`.
 * https://quay.github.io/clair/reference/api.html
 */
export const clair = liveSource({
  name: 'clair',
  title: 'Clair v4',
  spelling: 'clair:IMAGE:TAG|@DIGEST',
  async fetch(target, world) {
    const base = originOfSetting(world.environment.CLAIR_API || DEFAULT, 'CLAIR_API');
    const service = await serviceOf(base, world);
    const { reference, digest } = await knownImage(target, world);
    const where = `clair:${target} at ${new URL(base).host}`;
    if (world.startScan) await index(service, base, { name: reference.name, digest }, world);
    await indexed(service, base, digest, where);
    const report = await askJson(service, {
      url: `${base}/matcher/api/v1/vulnerability_report/${digest}`,
      permission: 'a token signed with its shared key',
    });
    return liveDocument(where, report);
  },
});

/** Waits until Clair has read the image. Throws `not-found` for one that it was never shown, `unsupported` where it failed. */
function indexed(service: Service, base: string, digest: string, where: string): Promise<void> {
  return untilDone(
    async () => {
      const answer = await ask(service, {
        url: `${base}/indexer/api/v1/index_report/${digest}`,
        permission: 'a token signed with its shared key',
        also: [404],
      });
      if (answer.status === 404)
        throw new PlimsollError('not-found', 'Clair has not seen this image', {
          where,
          hint: '--start-scan shows it to Clair, and so does clairctl report',
        });
      const report = objectOf(parsedAnswer(answer, service, { url: base }));
      const state = textOf(report.state) ?? 'unknown';
      if (report.success === true || state === 'IndexFinished') return { done: undefined };
      const said = textOf(report.err);
      if (state === 'IndexError' || said !== undefined)
        throw new PlimsollError(
          'unsupported',
          `Clair could not read the image${said === undefined ? '' : `: ${said.slice(0, 300)}`}`,
          {
            where,
            hint: 'a private registry has to be readable for Clair itself',
          },
        );
      if (UNDER_WAY.has(state)) return { underWay: state };
      throw new PlimsollError(
        'unsupported',
        `Clair says "${state.slice(0, 40)}" of the image, which is not known here`,
        { where },
      );
    },
    where,
    service.world,
  );
}

/** Shows Clair where the layers are. It fetches them itself, and gets no credentials of ours for it. */
async function index(
  service: Service,
  base: string,
  { name, digest }: { readonly name: string; readonly digest: string },
  world: LiveWorld,
): Promise<void> {
  const layers = await imageLayers(name, digest, world);
  await ask(service, {
    url: `${base}/indexer/api/v1/index_report`,
    permission: 'a token signed with its shared key',
    post: { hash: digest, layers: layers.map(({ digest: hash, url }) => ({ hash, uri: url, headers: {} })) },
    also: [201, 202],
  });
}

async function serviceOf(base: string, world: LiveWorld): Promise<Service> {
  const key = await sharedKey(world.environment);
  const { origin } = new URL(base);
  return {
    title: 'Clair',
    world,
    login: 'CLAIR_CONF names the configuration with its shared key (auth.psk)',
    ...(key === undefined ? {} : { secret: async () => ({ origin, authorization: `Bearer ${jwt(key)}` }) }),
  };
}

interface SharedKey {
  readonly key: Buffer;
  readonly issuer: string;
}

/** The key that Clair and its clients share, out of the configuration that clairctl reads, too. https://quay.github.io/clair/reference/config.html */
async function sharedKey({ CLAIR_CONF: path }: NodeJS.ProcessEnv): Promise<SharedKey | undefined> {
  if (!path) return undefined;
  const psk = at(at(await readLocatedYaml(path), 'auth'), 'psk');
  const key = at(psk, 'key')?.value;
  const issuers = at(psk, 'iss')?.value;
  const issuer = Array.isArray(issuers) ? (issuers[0] as Located | undefined)?.value : issuers;
  if (typeof key !== 'string') return undefined;
  return { key: Buffer.from(key, 'base64'), issuer: typeof issuer === 'string' ? issuer : 'plimsoll' };
}

const at = (located: Located | undefined, name: string): Located | undefined =>
  located?.value instanceof Map ? (located.value as ReadonlyMap<string, Located>).get(name) : undefined;

/** A statement of who asks, good for five minutes. https://www.rfc-editor.org/rfc/rfc7519 */
function jwt({ key, issuer }: SharedKey): string {
  const now = Math.floor(Date.now() / 1_000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: issuer, iat: now, nbf: now, exp: now + 300 })}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

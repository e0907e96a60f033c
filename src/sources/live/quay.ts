import { PlimsollError } from '../../errors.ts';
import { objectOf } from '../../formats/json-values.ts';
import { textOf } from '../json.ts';
import { askJson, type Service } from './ask.ts';
import { originOfHost, splitHost } from './host.ts';
import { knownImage } from './image.ts';
import { type LiveWorld, liveDocument, liveSource } from './live-source.ts';
import { untilDone } from './wait.ts';

const QUAY = 'quay.io';

const whole = (target: string): string => (splitHost(target).host === undefined ? `${QUAY}/${target}` : target);

/**
 * What Quay's security scan (Clair) says of an image: its security endpoint, by the digest that the name has now.
 * https://docs.projectquay.io/api_quay.html#getmanifestsecurity
 */
export const quay = liveSource({
  name: 'quay',
  title: 'Quay',
  spelling: 'quay:[HOST/]ORGANISATION/REPOSITORY:TAG|@DIGEST',
  image: async (target) => whole(target),
  async fetch(target, world) {
    const { reference, digest } = await knownImage(whole(target), world);
    const where = `quay:${target}`;
    const service = serviceOf(reference.registry, world);
    const path = `repository/${reference.repository}/manifest/${digest}/security?vulnerabilities=true`;
    const url = `${originOfHost(reference.registry)}/api/v1/${path}`;
    const report = await untilDone(
      async () => {
        const answer = objectOf(await askJson(service, { url, permission: 'repo:read' }));
        const status = textOf(answer.status) ?? 'unknown';
        if (status === 'scanned') return { done: answer };
        if (status === 'queued') return { underWay: status };
        const why =
          status === 'unsupported'
            ? 'Quay cannot scan this image'
            : `the scan of Quay ended with "${status.slice(0, 40)}"`;
        throw new PlimsollError('unsupported', why, { where, hint: 'there are no findings to compare' });
      },
      where,
      world,
    );
    return liveDocument(where, report);
  },
});

/** A token of Quay's API is for quay.io, or the host that QUAY_HOST names: robots and passwords open the registry alone. */
function serviceOf(host: string, world: LiveWorld): Service {
  const { QUAY_OAUTH_TOKEN: token, QUAY_HOST: own } = world.environment;
  const isOwn = host === (own || QUAY);
  const secret = { origin: originOfHost(host), authorization: `Bearer ${token}` };
  return {
    title: 'Quay',
    world,
    login: 'QUAY_OAUTH_TOKEN is a token of its API (for quay.io, or the host in QUAY_HOST)',
    ...(token && isOwn ? { secret: async () => secret } : {}),
  };
}

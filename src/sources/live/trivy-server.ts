import { PlimsollError, printable } from '../../errors.ts';
import { objectOf } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import { run } from '../../programs/run.ts';
import { textOf } from '../json.ts';
import { askJson } from './ask.ts';
import { originOfSetting } from './host.ts';
import { type LiveDocument, type LiveWorld, liveSource } from './live-source.ts';

/**
 * What a Trivy server says of an image: the installed Trivy reads the image and sends what is in it to the server, whose database counts.
 * The address is that of `TRIVY_SERVER`, the token that of `TRIVY_TOKEN`, which Trivy reads itself: neither is an argument.
 * https://trivy.dev/latest/docs/references/modes/client-server/
 */
export const trivyServer = liveSource({
  name: 'trivy-server',
  title: 'a Trivy server',
  spelling: 'trivy-server:IMAGE:TAG|@DIGEST',
  async fetch(target, world): Promise<LiveDocument> {
    const { environment, signal } = world;
    const { TRIVY_SERVER } = environment;
    if (!TRIVY_SERVER)
      throw new PlimsollError('config', 'no Trivy server is set', {
        where: target,
        hint: 'TRIVY_SERVER=http://HOST:4954 names it, TRIVY_TOKEN its token',
      });
    const server = originOfSetting(TRIVY_SERVER, 'TRIVY_SERVER');
    const where = `trivy-server:${target} at ${new URL(server).host}`;
    if (target.startsWith('-')) throw new PlimsollError('usage', 'this is no image', { where: target });
    const { outcome, status, output, complaint } = await run(
      'trivy',
      ['image', '--quiet', '--scanners', 'vuln', '--list-all-pkgs', '--format', 'json', target],
      {
        timeout: LIMITS.scannerMs,
        maxOutput: LIMITS.reportKeptBytes,
        environment: { ...environment, TRIVY_SERVER: server },
        signal,
      },
    );
    if (outcome === 'missing')
      throw new PlimsollError('not-found', 'Trivy is not installed', {
        where: 'trivy',
        hint: 'the image is read by the client: install trivy, of the version of the server',
      });
    if (outcome === 'ended' && status === 0) {
      const dataOf = await dayOf(server, world);
      return { where, bytes: Buffer.concat(output), ...(dataOf === undefined ? {} : { dataOf }) };
    }
    const said =
      complaint
        .replaceAll(/\u001b\[[0-9;]*m/g, '')
        .replaceAll('\t', ' ')
        .trim()
        .split('\n')
        .at(-1) ?? '';
    throw new PlimsollError(
      'unsupported',
      `Trivy failed${said === '' ? `: ${outcome}` : `: ${printable(said, 500)}`}`,
      {
        where,
        hint: 'is the server running, and the token right?',
      },
    );
  },
});

/** Of which day the server's database is; undefined where it does not say. https://trivy.dev/latest/docs/references/modes/client-server/#version */
async function dayOf(server: string, world: LiveWorld): Promise<string | undefined> {
  try {
    const service = { title: 'the Trivy server', world, login: 'TRIVY_TOKEN is its token' };
    const version = objectOf(await askJson(service, { url: `${server}/version`, permission: 'its version' }));
    return textOf(objectOf(version.VulnerabilityDB).UpdatedAt);
  } catch (error) {
    // An older server has no such page; the findings came all the same.
    if (error instanceof PlimsollError && error.code !== 'interrupted') return undefined;
    throw error;
  }
}

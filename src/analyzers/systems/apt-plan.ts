import { decompressedStart } from '../../formats/compression/index.ts';
import { deb822 } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';
import { loggedDeb } from './dpkg-traces.ts';

const FIELDS = new Set(['package', 'version', 'architecture', 'status', 'request', 'install', 'remove']);

/**
 * What apt told its planner before it installed something last: every package of the system with its version, then what was to come and to go.
 * A package that was to come has a paragraph without a status.
 * https://salsa.debian.org/apt-team/apt/-/blob/main/doc/external-installation-planner-protocol.md
 */
export const aptPlan = analyzer({
  name: 'apt-plan',
  version: 1,
  files: ['var/log/apt/eipp.log.xz', 'var/log/apt/eipp.log'],
  *read({ path, bytes }) {
    const text = (path.endsWith('.xz') ? decompressedStart(bytes, 'xz', LIMITS.unpackedLogBytes) : bytes).toString(
      'utf8',
    );
    const asked = { install: new Set<string>(), remove: new Set<string>() };
    for (const paragraph of deb822(text, FIELDS)) {
      for (const action of ['install', 'remove'] as const)
        for (const name of paragraph.get(action)?.split(/\s+/) ?? []) asked[action].add(name);
      const [name, version, architecture] = ['package', 'version', 'architecture'].map((field) => paragraph.get(field));
      if (name === undefined || !version) continue;
      const full = `${name}:${architecture}`;
      const isOld = paragraph.get('status') !== undefined;
      // What came takes the place of what was there.
      if (asked.remove.has(full) || isOld === asked.install.has(full)) continue;
      yield loggedDeb(name, version, architecture);
    }
  },
});

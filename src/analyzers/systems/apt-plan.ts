import { decompress } from '../../formats/compression/index.ts';
import { readWhole } from '../../formats/cursor.ts';
import { deb822 } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';

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
    const text = path.endsWith('.xz') ? unpacked(bytes) : bytes.toString('utf8');
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
      yield {
        type: 'deb',
        name,
        version,
        ...(architecture === undefined ? {} : { architecture }),
        certainty: 'name',
        recovered: 'trace',
      };
    }
  },
});

function unpacked(bytes: Buffer): string {
  const parts: Buffer[] = [];
  let size = 0;
  readWhole(bytes, function* (cursor) {
    const steps = decompress(cursor, 'xz', (chunk) => {
      parts.push(Buffer.from(chunk));
      size += chunk.length;
      return size >= LIMITS.unpackedLogBytes;
    });
    if (steps) yield* steps;
  });
  return Buffer.concat(parts).toString('utf8');
}

/** The checks that Docker Bench Security's community added (`C.`). */

import { type Check, check, need, notApplicable, pass, warn } from '../check.ts';
import { hasCapability } from '../engine/index.ts';
import { eachContainer } from './container-check.ts';

const template = (id: string, manual: boolean): Check =>
  check({
    id,
    title: `Template of ${manual ? 'a manual' : 'an automated'} check`,
    level: 1,
    scoring: manual ? 'manual' : 'automated',
    looksAt: 'nothing',
    remediation: 'None: it is a template for people who write checks.',
    impact: 'None.',
    peer: 'Shows how a check is written; its result means nothing',
    run: () => notApplicable("a template in Docker Bench Security's code, with nothing to test"),
  });

const legacyRegistry = check({
  id: 'C.2',
  title: 'Operations on registries of version 1 are off',
  level: 1,
  scoring: 'automated',
  looksAt: "the Engine's version, then disable-legacy-registry",
  remediation: 'Update to Docker 17.12 or newer, which cannot speak to registries of version 1.',
  impact: 'Images on such registries have to be moved.',
  peer: 'Looks for disable-legacy-registry on old daemons',
  async run(facts) {
    const version = need(await facts.engine.version()).Version ?? '';
    const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
    // 17.12 dropped the protocol; Podman never had it and counts from 1 again.
    if (major > 17 || (major === 17 && minor >= 12) || major < 10) return pass(`${version} cannot speak to them`);
    const off = (await facts.daemon()).isTrue('disable-legacy-registry');
    return off ? pass('switched off') : warn(`Docker ${version} speaks to registries of version 1`, []);
  },
});

/** What an escape from a container with the capability looks like. */
const CAPABILITIES = [
  ['C.5.3.1', 'DAC_READ_SEARCH', 'reads any file of the host by its inode'],
  ['C.5.3.2', 'SYS_MODULE', 'loads modules into the kernel of the host'],
  ['C.5.3.3', 'SYS_ADMIN', 'mounts file systems and escapes through cgroups'],
  ['C.5.3.4', 'SYS_PTRACE', 'writes into processes it can see'],
] as const;

const capability = ([id, name, danger]: (typeof CAPABILITIES)[number]): Check =>
  check({
    id,
    title: `No container has CAP_${name}`,
    level: 1,
    scoring: 'automated',
    looksAt: 'added and dropped capabilities and the privileged flag of every running container',
    remediation: `Drop --cap-add ${name}, --cap-add ALL and --privileged.`,
    impact: 'Programs that need the capability (debuggers, agents, file system tools) fail.',
    peer: `Warns where ${name} is among the added capabilities`,
    run: (facts) =>
      eachContainer(
        facts,
        (container) => (hasCapability(container, name) ? `${name}: ${danger}` : undefined),
        `containers have CAP_${name}`,
        `no container has CAP_${name}`,
      ),
  });

/** The community checks in order. */
export const communityChecks: readonly Check[] = [
  template('C.1', false),
  template('C.1.1', true),
  legacyRegistry,
  ...CAPABILITIES.map(capability),
];

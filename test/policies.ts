/** Policies for tests: those that are read, and those that are refused with the place of the fault. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../src/config.ts';
import { type Policy, readPolicy } from '../src/policy/rules/index.ts';

/** Reads the policy of a configuration file of that text. */
export async function read(text: string): Promise<Policy> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-policy-'));
  try {
    const file = join(folder, 'plimsoll.yaml');
    writeFileSync(file, text);
    const located = (await loadConfig({}, file)).settings.get('policy');
    if (!located) throw new Error('there is no policy in it');
    return readPolicy(located, 'plimsoll.yaml');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What is read. */
export const GOOD: readonly string[] = [
  'policy: {preset: batch}',
  'policy: {preset: real-time, thresholds: {os: never, model: any, cis: warn}}',
  'policy: {thresholds: {os: [CRITICAL, fixable:HIGH], language: high, native: any, secret: LOW}}',
  'policy: {exploited: fixable, epss: [">0.5", ">=10%:HIGH"]}',
  'policy: {epss: 0.2, grace: {CRITICAL: 7d, high: 2w}}',
  'policy: {coverage: {packages: 95%, unreadable: 3, database-age: 36h}, end-of-life: refused}',
  'policy: {registries: [docker.io, registry.example/ml], bases: "python:3.*"}',
  'policy: {licenses: {deny: [AGPL-*], unknown: allowed, of: [language]}}',
  'policy: {licenses: {allow: MIT}, severity-from: nvd}\nseverity: [HIGH]\nexceptions: [{id: CVE-2023-0464, reason: x}]',
];

/** What is refused: the text, where and what is said, and why a schema alone cannot know. */
export const WRONG: [text: string, says: RegExp, onlyProgram?: string][] = [
  ['policy: strict', /policy has to be a mapping .*:1:9\)/],
  ['policy: [HIGH]', /policy has to be a mapping/],
  ['policy:\n  presett: batch', /policy\.presett .*:2:3\); did you mean policy\.preset\?/],
  ['policy:\n  preset: realtime', /no preset is called "realtime" .*:2:11\); did you mean real-time\?/],
  ['policy:\n  preset:', /policy\.preset has no value .*:2:10\)/],
  ['policy:\n  thresholds:\n    oss: HIGH', /policy\.thresholds\.oss .*:3:5\); did you mean policy\.thresholds\.os\?/],
  ['policy: {thresholds: HIGH}', /policy\.thresholds has to be a mapping/],
  [
    'policy:\n  thresholds:\n    os: HIHG',
    /policy\.thresholds\.os: does not know "HIHG" .*:3:9\); did you mean HIGH\?/,
    'words',
  ],
  ['policy: {thresholds: {os: []}}', /policy\.thresholds\.os is empty/],
  ['policy: {thresholds: {os: true}}', /has to be a text/],
  ['policy: {thresholds: {os: [never, HIGH]}}', /never goes with nothing else/, 'sense'],
  ['policy: {thresholds: {os: secret}}', /cannot be "secret" .*the key says already/, 'words'],
  ['policy: {thresholds: {model: fixable}}', /a risk has no fix/, 'sense'],
  ['policy: {thresholds: {os: end-of-life}}', /the key says already/, 'words'],
  [
    'policy: {thresholds: {cis: level3}}',
    /policy\.thresholds\.cis cannot be "level3" .*take one of warn, level1, never/,
  ],
  ['policy: {exploited: yes please}', /policy\.exploited cannot be "yes please"/],
  ['policy: {exploited: true}', /policy\.exploited cannot be "true" .*take one of any, fixable, never/],
  ['policy: {end-of-life: false}', /policy\.end-of-life cannot be "false" .*take one of refused, allowed/],
  ['policy: {epss: []}', /policy\.epss is empty/],
  [
    'policy: {registries: ["https://registry.example/ml"]}',
    /registries cannot be "https:.*images are named without it: registry\.example\/ml/,
    'sense',
  ],
  ['policy: {bases: ["docker://python:3.*"]}', /images are named without it: python/, 'sense'],
  ['policy: {epss: likely}', /policy\.epss cannot be "likely"/, 'words'],
  ['policy: {epss: ">50"}', /probability above 1/, 'sense'],
  ['policy: {grace: {HIHG: 3d}}', /did you mean policy\.grace\.HIGH\?/],
  ['policy: {grace: {HIGH: soon}}', /policy\.grace\.HIGH cannot be "soon" .*write it as 36h, 30d or 2w/],
  ['policy: {grace: {HIGH: -3d}}', /policy\.grace\.HIGH cannot be "-3d"/],
  ['policy: {grace: {HIGH: 3d, high: 4d}}', /policy\.grace\.high is said twice/, 'sense'],
  ['policy: {end-of-life: fine}', /policy\.end-of-life cannot be "fine"/],
  ['policy: {coverage: {packages: 150%}}', /policy\.coverage\.packages cannot be "150%"/, 'sense'],
  ['policy: {coverage: {packages: 0.95}}', /write a share such as 95%/],
  ['policy: {coverage: {unreadable: few}}', /policy\.coverage\.unreadable cannot be "few"/],
  ['policy: {coverage: {database-age: old}}', /policy\.coverage\.database-age cannot be "old"/],
  ['policy: {registries: []}', /policy\.registries is empty/],
  ['policy: {bases: [""]}', /policy\.bases is empty/, 'sense'],
  ['policy: {licenses: {unknown: allowed}}', /says neither what to allow nor what to deny/],
  ['policy: {licenses: {deny: [GPL-*], unknown: maybe}}', /policy\.licenses\.unknown cannot be "maybe"/],
  ['policy: {licenses: {deny: [GPL-*], of: [models]}}', /policy\.licenses\.of cannot be "models"/],
];

import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../src/cli.ts';
import { debian, type SmallMachine, smallMachine, stanza } from './small-machine.ts';

/** One mistake: the line, the exit code, what the one line on standard error says, and what the machine is like. */
type Mistake = readonly [line: string, code: number, says: RegExp, world?: World];

interface World {
  readonly env?: NodeJS.ProcessEnv;
  /** plimsoll.yaml */
  readonly file?: string;
}

/** `@` stands for a root file system, `%` for the machine's folder. */
const MISTAKES: readonly Mistake[] = [
  // the line
  ['sacn @', 2, /unknown command 'sacn'; did you mean scan\?/],
  ['python:3.9', 2, /unknown command 'python:3\.9'/],
  ['scan', 2, /missing required argument 'target'/],
  ['scan @ % -f sarif', 2, /sarif holds one image, and several are to be scanned; .*-f sarif=reports\//],
  ['scan @ % -o x.txt -f html', 2, /html holds one image/],
  ['scan @ % --baseline %/base.json --fail-on new:HIGH', 2, /--baseline is about one image, and there are 2/],
  ['scan @ % -d %/Dockerfile', 2, /--dockerfile is about one image/],
  ['scan @ % --lens tirvy', 2, /no lens is called "tirvy"/],
  ['scan - --images-from -', 2, /standard input can be read once only/],
  ['scan --images-from %/none.txt', 3, /list of images cannot be read: there is no such file/],
  ['scan --images-from %/empty.txt', 2, /the list names no image/],
  ['scan @ --fail-om HIGH', 2, /unknown option '--fail-om'; did you mean --fail-on\?/],
  ['scan @ --failon HIGH', 2, /unknown option '--failon'; did you mean --fail-on\?/],
  ['scan @ --exit-code 1', 2, /unknown option '--exit-code'/],
  ['scan @ --fail-on', 2, /option '--fail-on <gates>' argument missing/],
  ['scan @ --format', 2, /argument missing/],
  ['scan --help-me', 2, /unknown option '--help-me'/],
  ['scan @ -f jsn', 2, /--format cannot be "jsn"; did you mean json\?/],
  ['scan @ -f JSONL', 2, /--format cannot be "JSONL"/],
  ['scan @ -f json -f table', 2, /json and table would go to one place; give all but one a file/],
  ['scan @ -o a -o b', 2, /--output is given twice/],
  ['scan @ --platform linux/amd64 --platform linux/arm64', 2, /--platform is given twice/],
  ['scan @ --password a --password-stdin', 2, /cannot be used with/],
  ['inventory', 2, /missing required argument 'target'/],
  ['inventory @ -f sarif', 2, /--format cannot be "sarif"; take one of table, json, cyclonedx, spdx/],
  ['inventory @ --type ,', 2, /--type is empty/],
  ['inventory @ --type pypy', 2, /no kind of packages is called "pypy"; did you mean pypi\? here are deb/],
  ['explain openssl @', 2, /"openssl" is no id of a vulnerability; .*plimsoll db search openssl lists what is known/],
  ['scan pkg:pypi/flask@2.2.0', 2, /is the address of a package .*requirements\.txt/],
  ['completion', 2, /missing required argument 'shell'/],
  ['completion tcsh', 2, /shell cannot be "tcsh"; take one of bash, zsh, fish/],
  ['inventory @ -f spdx=%/none/x.json', 3, /there is no folder .*none.*mkdir -p/],
  ['inventory @ --supplier <x>', 2, /--supplier "<x>" names nobody/],
  ['inventory @ --supplier ""', 2, /--supplier is empty/],
  // in the wrong place, or from a text program
  [
    '--offline scan @',
    2,
    /unknown option '--offline'; options of a command stand behind it: plimsoll scan \.\.\. --offline/,
  ],
  ['my-model scan', 2, /the command goes first: plimsoll scan/],
  ['python:3.9', 2, /a command goes first: plimsoll scan TARGET/],
  ['scan @ --fixable=false', 2, /--fixable is a switch and takes no value/],
  ['scan @ --quiet=true', 2, /--quiet is a switch and takes no value/],
  ['scan @ -o=%/x.json', 2, /-o takes no "="; write -o /],
  ['scan @ -f=json', 2, /-f takes no "="; write -f json/],
  ['scan @ -s=HIGH', 2, /-s takes no "="; write -s HIGH/],
  ['scan @ \u2014-fail-on HIGH', 2, /"\u2014-fail-on" is no name of an image: it looks like an option/],
  ['scan @ -- --fail-on HIGH', 2, /"--fail-on" is no name of an image: it looks like an option/],
  ['scan @ --fail\u2014on HIGH', 2, /unknown option '--fail\u2014on'; did you mean --fail-on\?/],
  ['scan @ -f json,table', 2, /--format cannot be "json,table"/],
  ['scan @ -f json=%/a.json -o %/b.json', 2, /--output .*b\.json has no format left/],
  ['scan @ --offline --no-offline', 2, /unknown option '--no-offline'; did you mean --offline\?/],
  ['scan @ -s "HIGH CRITICAL"', 2, /--severity cannot be "HIGH CRITICAL"/],
  ['scan https://hub.docker.com/_/python', 2, /begins as an address does .*leave https:\/\//],
  ['scan file:///srv/image', 2, /begins as an address does .*give the path/],
  // what no target could mend is told before a target is read, here one that is not there
  ['scan %/none.tar --as-of tomorrow', 2, /tomorrow is no date; write it as/],
  ['scan %/none.tar --distro debian', 2, /--distro "debian" names no release/],
  ['scan %/none.tar --supplier <x>', 2, /--supplier "<x>" names nobody/],
  ['compare %/none.json %/none.tar --lens trvy', 2, /no lens is called "trvy"; did you mean trivy\?/],
  ['compare --image %/none.tar --run trvy', 2, /no scanner called "trvy" .*did you mean trivy\?/],
  ['compare --image %/none.tar --lens trivy,grype --as-of tomorrow', 2, /tomorrow is no date/],
  [
    'compare --image %/none.tar --lens trivy,grype --severity-from bla',
    2,
    /no severity scheme or source is called "bla"/,
  ],
  ['explain CVE-2023-0464 %/none.tar --lens trvy', 2, /no lens is called "trvy"; did you mean trivy\?/],
  ['explain CVE-2023-0464 %/none.tar --as-of tomorrow', 2, /tomorrow is no date/],
  ['scan *.tar', 3, /there is no such file or folder \(\*\.tar\)/],
  ['db update debian', 2, /too many arguments for 'update'/],
  ['accept foo --reason x', 2, /"foo" is no id; such as CVE-2023-0464/],
  ['accept CVE-2023-* --reason x', 2, /"CVE-2023-\*" is no id/],
  ['accept CVE-2023-0464 --reason x --until 2020-01-01', 2, /--until 2020-01-01 is over/],
  // gates
  ['scan @ --fail-on secret:model', 2, /names two kinds of risk; separate gates with commas/],
  ['scan @ --fail-on epss>0.9:epss>0.1', 2, /names two probabilities/],
  ['scan @ --fail-on HIGH|LOW', 2, /--fail-on does not know "HIGH\|LOW"/],
  ['scan @ --fail-on epss>0,5', 2, /--fail-on does not know "5"/],
  ['scan @ --fail-on >=HIGH', 2, /did you mean HIGH\?/],
  ['scan @ --fail-on incomplete:HIGH', 2, /cannot narrow incomplete, which stands alone/],
  ['scan @ --fail-on new --baseline %', 3, /this is a folder, not a file \(.+\)/],
  ['scan @ --fail-on HIHG', 2, /--fail-on does not know "HIHG"; did you mean HIGH\?/],
  ['scan @ --fail-on ""', 2, /--fail-on is empty/],
  ['scan @ --fail-on HIGH;LOW', 2, /--fail-on does not know "HIGH;LOW"/],
  ['scan @ --fail-on fixable,HIHG', 2, /did you mean HIGH\?/],
  ['scan @ --fail-on eol', 2, /did you mean end-of-life\?/],
  ['scan @ --fail-on kev', 2, /did you mean exploited\?/],
  ['scan @ --fail-on warn', 2, /--fail-on does not know "warn"/],
  ['scan @ --fail-on 7', 2, /--fail-on does not know "7"/],
  ['scan @ --fail-on epss>50', 2, /probability above 1/],
  ['scan @ --fail-on HIGH:LOW', 2, /names two severities/],
  ['scan @ --fail-on fixable:secret', 2, /leaves nothing/],
  ['scan @ --fail-on never,HIGH', 2, /never goes with no other gate/],
  ['scan @ --fail-on new:HIGH', 2, /needs a report to be new against .*--baseline|--baseline/],
  ['scan @ --baseline %/base.json', 2, /--baseline is for gates on what is new/],
  ['scan @ --fail-on new:HIGH --baseline %/none.json', 3, /there is no such baseline/],
  ['scan @ --fail-on new:HIGH --baseline %/text.json', 3, /the baseline cannot be read as JSON/],
  ['scan @ --fail-on new:HIGH --baseline %/other.json', 3, /the baseline is no report of plimsoll scan/],
  ['scan @ -s LOW --fail-on HIGH', 2, /--severity keeps back HIGH, CRITICAL, which --fail-on HIGH judges/],
  ['scan @ -s HIGH --fail-on HIGH', 2, /--severity keeps back CRITICAL/],
  ['scan @ --severity SEVERE', 2, /--severity cannot be "SEVERE"; (did you mean \w+\? )?take one of CRITICAL/],
  ['scan @ --severity HIGH+', 2, /--severity cannot be "HIGH\+"; did you mean HIGH\?/],
  ['scan @ --severity ,', 2, /--severity is empty/],
  ['scan @ --severity-from ndv', 2, /no severity scheme or source is called "ndv"; did you mean nvd\?/],
  ['scan @ --severity-from nvd,debain', 2, /is called "debain"; did you mean debian\?/],
  ['scan @ --lens tirvy', 2, /no lens is called "tirvy"; did you mean trivy\?/],
  ['scan @ --as-of yesterday', 2, /yesterday/],
  ['scan @ --as-of 2023-13-45', 2, /2023-13-45/],
  ['scan @ --max-db-age old', 2, /old/],
  ['bench --dockerfile %/Dockerfile --fail-on HIGH', 2, /--fail-on cannot be "HIGH"; take one of never, warn, level1/],
  ['bench --limit many', 2, /--limit cannot be "many"; take a number/],
  ['bench -c 9.99', 2, /no check or group is called 9\.99/],
  ['bench --dockerfile %/none', 3, /there is no such Dockerfile/],
  // a report of another version of this program
  [
    'scan @ --fail-on new:HIGH --baseline %/later.json',
    3,
    /the baseline is of schema 99, and this plimsoll reads schema 1/,
  ],
  ['verify %/later.json @', 3, /this is of schema 99, and this plimsoll reads schema 1 \(.*later\.json\)/],
  ['report %/later.json', 3, /this is of schema 99, and this plimsoll reads schema 1 \(.*later\.json\)/],
  ['diff %/later.json @', 3, /this is of schema 99/],
  // what users of Trivy and Grype type first
  ['scan @ --exit-code 1', 2, /unknown option '--exit-code'; a gate decides it: --fail-on HIGH ends with 1/],
  ['scan @ --exit-code=1', 2, /a gate decides it: --fail-on HIGH ends with 1/],
  ['image --input %/x.tar', 2, /unknown option '--input'; name the archive itself/],
  ['scan @ --vuln-type os', 2, /all types are judged/],
  ['scan @ --scanners vuln,secret', 2, /a gate says what counts: --fail-on secret/],
  ['scan @ --skip-db-update', 2, /that is --skip-update here/],
  ['scan @ --ignorefile %/x', 2, /that is --ignore-file here/],
  ['scan @ --by-cve', 2, /findings are named by their CVE/],
  ['scan @ -o json', 2, /--output cannot be "json": it names a file. The format is -f json/],
  ['report %/base.json --fail-on HIGH', 2, /gates are judged by: plimsoll scan TARGET --fail-on GATE/],
  ['scan @ --ignore-status will_not_fix', 2, /a gate says what counts: --fail-on fixable:HIGH/],
  ['scan @ --skip-dirs /opt', 2, /excepted by a rule with a reason/],
  ['scan @ --exclude ./opt/**', 2, /excepted by a rule with a reason/],
  ['scan @ --scope all-layers', 2, /every layer is read/],
  ['scan @ -s all-layers', 2, /--severity cannot be "all-layers"/],
  ['scan @ --cache-dir /tmp/x', 2, /PLIMSOLL_HOME/],
  ['scan @ --timeout 5', 2, /write a time such as 90s/],
  ['scan @ --server http://host.example:4954', 2, /there is no server/],
  ['scan @ --image-src docker', 2, /a prefix chooses the source/],
  ['scan @ --compliance docker-cis-1.6.0', 2, /run: plimsoll bench --image/],
  ['scan @ --only-notfixed', 2, /the state of each fix is in the JSON report/],
  ['scan @ --no-progress', 2, /that is --quiet here/],
  ['scan @ -f cyclonedx-json', 2, /--format cannot be "cyclonedx-json"; did you mean cyclonedx\?/],
  ['scan @ -f spdx-json=x.json', 2, /did you mean spdx\?/],
  ['scan @ -f template --template contrib/html.tpl', 3, /templates of Trivy are not read.*-f html/],
  ['clean --all', 2, /the folder that PLIMSOLL_HOME names/],
  ['db delete', 2, /plimsoll db status/],
  ['server', 2, /there is no server/],
  ['fs .', 2, /unknown command 'fs'; run: plimsoll scan FOLDER/],
  ['rootfs /', 2, /run: plimsoll scan FOLDER/],
  ['repo https://host.example/x', 2, /in a clone of it/],
  ['config .', 2, /run: plimsoll bench --dockerfile FILE/],
  ['version', 2, /run: plimsoll --version/],
  ['dir:.', 2, /a command goes first: plimsoll scan TARGET/],
  ['registry:python:3.9', 2, /a command goes first: plimsoll scan TARGET/],
  // targets
  ['scan %/nowhere', 3, /there is no such file or folder/],
  ['scan archive:%/nowhere.tar', 3, /nowhere\.tar/],
  ['scan archive:%/text.json', 3, /text\.json/],
  ['scan oci:%', 3, /./],
  ['scan sbom:%/text.json', 3, /text\.json/],
  ['scan UPPER/Case:tag', 2, /UPPER/],
  ['scan oci:%/layout --platform linux/amd64/v1/x', 2, /not a platform/],
  // other commands
  ['explain CVE-2023-0464', 2, /explain needs an image, or reports/],
  ['explain nonsense! @', 2, /"nonsense!" is no id of a vulnerability/],
  ['explain CVE-2023-0464 --report %/none.json', 3, /none\.json/],
  ['compare', 2, /./],
  ['compare %/none.json', 3, /no such report/],
  ['compare %/text.json', 3, /text\.json/],
  ['compare --lens trivy', 2, /--lens needs an image/],
  ['compare --run trivy', 2, /--run needs the image to scan/],
  ['fix @ --write', 2, /--write needs to know what to write/],
  ['fix @ --goal "world peace"', 2, /the goal has a word that says nothing/],
  ['fix @ --majors sometimes', 2, /--majors cannot be "sometimes"/],
  ['fix @ -d %/none --offline', 3, /none/],
  ['verify %/none.json @', 3, /there is no such report/],
  ['verify %/text.json @', 3, /this is no JSON/],
  ['verify %/other.json @', 3, /neither a plan nor a report/],
  ['db updaet', 2, /unknown command 'updaet'; did you mean update\?/],
  ['db update --feeds %/nowhere', 2, /nowhere/],
  ['db update --feeds %/feeds --only nonsuch', 2, /nonsuch/],
  ['db show', 2, /missing required argument 'id'/],
  ['db show CVE-1999-99999', 3, /no feed of the database mentions CVE-1999-99999/],
  ['db import %/none.tar', 3, /none\.tar/],
  ['db pull', 2, /nothing says where to pull from/],
  ['db pull registry.example/x --key %/none.pem', 2, /none\.pem/],
  // signatures
  ['db pull registry.example/x --certificate-identity ci@acme.example', 2, /--certificate-oidc-issuer is missing/],
  ['db pull registry.example/x --trusted-root %/other.json', 2, /--certificate-identity is missing/],
  [
    'db pull registry.example/x --certificate-identity a --certificate-oidc-issuer b',
    2,
    /--certificate-identity needs --trusted-root/,
  ],
  ['db pull registry.example/x --key %/text.json --certificate-identity a', 2, /are two signers/],
  ['db pull registry.example/x --key %/text.json', 2, /the key is no public key in PEM form/],
  ['scan @ --attestation-key %/none.pub', 2, /none\.pub/],
  ['scan @ --attestation-certificate-identity a', 2, /--attestation-certificate-oidc-issuer is missing/],
  // two results
  ['diff @', 2, /missing required argument 'after'; plimsoll diff --help shows what there is/],
  ['diff @ @ --ignore-file %/none', 3, /none/],
  ['diff @ @ --vex %/other.json', 2, /this is no VEX document/],
  // environment and file
  [
    'scan @',
    2,
    /nobody knows the variable PLIMSOLL_FAILON; did you mean PLIMSOLL_FAIL_ON\?/,
    { env: { PLIMSOLL_FAILON: 'HIGH' } },
  ],
  ['scan @', 2, /PLIMSOLL_INSECURE is a switch and cannot be "perhaps"/, { env: { PLIMSOLL_INSECURE: 'perhaps' } }],
  ['scan @', 2, /PLIMSOLL_FORMAT cannot be "yaml"/, { env: { PLIMSOLL_FORMAT: 'yaml' } }],
  ['scan @', 2, /--fail-on does not know "HGIH"/, { env: { PLIMSOLL_FAIL_ON: 'HGIH' } }],
  ['scan @', 2, /PLIMSOLL_FAIL_ON is empty; give it a value, or unset it/, { env: { PLIMSOLL_FAIL_ON: '' } }],
  ['scan @', 2, /PLIMSOLL_ATTESTATION_KEY is empty/, { env: { PLIMSOLL_ATTESTATION_KEY: '' } }],
  ['scan @', 2, /PLIMSOLL_SCAN_MAX_DB_AGE is empty/, { env: { PLIMSOLL_SCAN_MAX_DB_AGE: '' } }],
  ['scan @ --policy x.yaml', 2, /a policy is written in plimsoll.yaml/],
  ['scan @', 2, /./, { env: { PLIMSOLL_CONFIG: '/nonexistent/plimsoll.yaml' } }],
  ['scan @ --config %/none.yaml', 2, /none\.yaml/],
  [
    'scan @ --config %/c.yaml',
    2,
    /nobody knows the key fail_on .*c\.yaml:1:1.*did you mean fail-on\?/,
    { file: 'fail_on: HIGH' },
  ],
  ['scan @ --config %/c.yaml', 2, /fixable has to be true or false .*c\.yaml:2:10/, { file: '\nfixable: often' }],
  ['scan @ --config %/c.yaml', 2, /this cannot be read.*c\.yaml:1/, { file: 'format: [json' }],
  ['scan @ --config %/c.yaml', 2, /Map keys must be unique.*c\.yaml:2:1/, { file: 'format: json\nformat: table' }],
  [
    'scan @ --config %/c.yaml',
    2,
    /nobody knows the key scan\.formt .*did you mean scan\.format/,
    { file: 'scan: { formt: json }' },
  ],
  ['scan @ --config %/c.yaml', 2, /fail-on has no value .*c\.yaml:2:1\); leave the key out/, { file: '\nfail-on:' }],
  ['scan @ --config %/c.yaml', 2, /fail-on has no value .*c\.yaml:1:9/, { file: 'scan: { fail-on: ~ }' }],
  [
    'scan @ --config %/c.yaml',
    2,
    /several documents .*c\.yaml:2:1\); keep one/,
    { file: 'policy: { preset: batch }\n---\npolicy: { preset: notebook }' },
  ],
  // the policy
  ['scan @ --fail-on policy', 2, /--fail-on policy: there is no policy; write one under policy:/],
  [
    'scan @ --config %/c.yaml',
    2,
    /nobody knows the key policy\.treshold .*c\.yaml:1:11.*did you mean policy\.thresholds\?/,
    { file: 'policy: { treshold: {} }' },
  ],
  [
    'scan @ --config %/c.yaml --fail-on never',
    2,
    /policy\.thresholds\.os: does not know "HGIH" .*did you mean HIGH/,
    { file: 'policy: { thresholds: { os: HGIH } }' },
  ],
  ['scan @ --config %/c.yaml', 2, /no preset is called "prod"/, { file: 'policy: { preset: prod }' }],
  [
    'scan @ --config %/c.yaml --fail-on HIGH',
    2,
    /the policy .*needs a report to be new against|new:HIGH needs a report/,
    { file: 'policy: { thresholds: { os: "new:HIGH" } }' },
  ],
  ['policy chekc', 2, /unknown command 'chekc'; did you mean check\?/],
  ['policy check %/none.yaml', 2, /none\.yaml/],
  ['policy check %/c.yaml', 2, /there is no policy in it .*c\.yaml/, { file: 'format: json' }],
  [
    'policy explain %/c.yaml --report %/none.json',
    3,
    /no such report.*none\.json/,
    { file: 'policy: {preset: batch}' },
  ],
  // exceptions
  [
    'scan @ --config %/c.yaml',
    2,
    /"2026-13-45" is no date .*c\.yaml:1:/,
    { file: 'exceptions: [{ id: CVE-2023-0464, reason: x, until: 2026-13-45 }]' },
  ],
  ['scan @ --config %/c.yaml', 2, /an exception has no reason/, { file: 'exceptions: [{ id: CVE-2023-0464 }]' }],
  ['scan @ --vex %/other.json', 2, /this is no VEX document/],
  ['scan @ --ignore-file %/none', 3, /none/],
  // the disk
  ['scan @ -o %/no/such/folder/report.json', 3, /the result could not be written.*no\/such\/folder/],
  ['scan @ -o %', 3, /the result could not be written/],
  ['scan @ --offline', 3, /there is no advisory database yet/, { env: { PLIMSOLL_HOME: '%/empty-home' } }],
  [
    'db update --feeds %/feeds',
    3,
    /the folder cannot be written: a part of the path is no folder .*PLIMSOLL_HOME/,
    { env: { PLIMSOLL_HOME: '/dev/null/x' } },
  ],
  ['db update --feeds %/feeds', 3, /this is no folder|is no folder/, { env: { PLIMSOLL_HOME: '/dev/null' } }],
  [
    'db update --feeds %/feeds',
    3,
    /the folder cannot be written: .*\/proc\/plimsoll/,
    { env: { PLIMSOLL_HOME: '/proc/plimsoll' } },
  ],
  ['db export %/no/such/place.tar', 3, /no\/such\/place/],
];

let machine: SmallMachine;
let target: string;
beforeAll(async () => {
  machine = await smallMachine();
  target = machine.root('plain', debian(stanza('openssl', '1.1.1n-0+deb11u4')));
  machine.file('text.json', 'hello');
  machine.file('empty.txt', '# nothing\n\n');
  machine.file('other.json', '{"Anything": []}');
  machine.file('base.json', '{}');
  const empty = { tool: { name: 'plimsoll', version: '9.0.0' }, findings: [], risks: [], packages: [] };
  machine.file('later.json', JSON.stringify({ schemaVersion: 99, ...empty }));
  machine.file('notes.md', 'x');
  machine.file('Dockerfile', 'FROM debian:11\n');
});
afterAll(() => {
  chmodSync(machine.folder, 0o700);
  machine.close();
});

/** A line as a shell splits it. */
const words = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? (bare as string));

async function run(line: string, world: World = {}): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const spy =
    (name: 'out' | 'err') =>
    (text: unknown, ...rest: unknown[]) => {
      written[name] += String(text);
      const done = rest.find((entry) => typeof entry === 'function') as (() => void) | undefined;
      done?.();
      return true;
    };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(spy('out') as typeof process.stdout.write);
  const err = vi.spyOn(process.stderr, 'write').mockImplementation(spy('err') as typeof process.stderr.write);
  try {
    if (world.file !== undefined) machine.file('c.yaml', world.file);
    const argv = words(line).map((word) => word.replace('@', target).replace('%', machine.folder));
    const env = Object.fromEntries(
      Object.entries(world.env ?? {}).map(([name, value]) => [name, value?.replace('%', machine.folder)]),
    );
    return { code: await main(argv, { ...machine.environment, ...env }), ...written };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

describe('a mistake', () => {
  it.each(MISTAKES.map(([line, code, says, world]) => ({ line, code, says, world })))(
    '$line ends with $code',
    async ({ line, code, says, world }) => {
      const done = await run(line, world);
      const told = done.err.trimEnd().split('\n');
      expect({ code: done.code, err: done.err }).toEqual({ code, err: expect.stringMatching(says) });
      expect(told.at(-1)).toMatch(/^plimsoll: /);
      expect(done.err).not.toMatch(/internal error|\n\s+at /);
      expect(done.out).toBe('');
    },
  );

  it('is not to ask for a group of commands alone: its help is what was asked for', async () => {
    for (const line of ['', 'db', 'db --help']) {
      const { code, out, err } = await run(line);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Usage: plimsoll .*\[command\]/);
    }
  });

  it('is one of at least eighty', () => {
    expect(MISTAKES.length).toBeGreaterThanOrEqual(80);
  });
});

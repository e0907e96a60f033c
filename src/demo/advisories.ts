// Long because it is data: the statements of the demonstration.
import { severityOfScore, wordRating } from '../advisories/ratings/index.ts';
import type { AdvisoryStore } from '../advisories/store/index.ts';
import { memoryStore } from '../advisories/store/index.ts';
import type { Rating, Statement, StatementState, Vulnerability } from '../model.ts';

/** The day for which the starter set speaks. */
export const DAY = '2023-05-12T00:00:00Z';

/** A vulnerability of Debian 11 as its security tracker had it on that day. */
interface DebianFact {
  readonly id: string;
  readonly source: string;
  /** Version of the source package that fixes it; absent: none in Debian 11 on that day. */
  readonly fixed?: string;
  /** The announcement of the fix: one for several vulnerabilities, and so no other name of any. */
  readonly dsa?: string;
  /** Where there is no fix. */
  readonly state?: StatementState;
  readonly urgency?: string;
  /** The score and the CVSS 3.1 vector that NVD gave, without its prefix; absent: not yet rated on that day. */
  readonly nvd?: string;
  readonly exploited?: string;
  readonly title: string;
}

const REMOTE = '9.8 AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const CRASH = '7.5 AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H';
const CRASH_BY_FILE = '6.5 AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H';
const CODE_BY_FILE = '8.8 AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H';
const LOCAL_ROOT = '7.8 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H';
const LOCAL_CRASH = '5.5 AV:L/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H';

/** https://security-tracker.debian.org, https://nvd.nist.gov: facts; the titles are this project's own words. */
const DEBIAN: readonly DebianFact[] = [
  {
    source: 'openssl',
    id: 'CVE-2023-0286',
    fixed: '1.1.1n-0+deb11u4',
    dsa: 'DSA-5343-1',
    nvd: '7.4 AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:H',
    title: 'Type confusion over X.400 addresses in certificates',
  },
  {
    source: 'openssl',
    id: 'CVE-2023-0215',
    fixed: '1.1.1n-0+deb11u4',
    dsa: 'DSA-5343-1',
    nvd: CRASH,
    title: 'Use after free in BIO_new_NDEF',
  },
  {
    source: 'openssl',
    id: 'CVE-2022-4450',
    fixed: '1.1.1n-0+deb11u4',
    dsa: 'DSA-5343-1',
    nvd: CRASH,
    title: 'Double free while PEM data is read',
  },
  {
    source: 'openssl',
    id: 'CVE-2022-4304',
    fixed: '1.1.1n-0+deb11u4',
    dsa: 'DSA-5343-1',
    nvd: '5.9 AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N',
    title: 'Timing tells an observer what RSA decrypts',
  },
  {
    source: 'openssl',
    id: 'CVE-2022-2097',
    fixed: '1.1.1n-0+deb11u4',
    dsa: 'DSA-5343-1',
    nvd: '5.3 AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N',
    title: 'AES OCB leaves sixteen bytes unencrypted on 32-bit x86',
  },
  {
    source: 'curl',
    id: 'CVE-2022-32221',
    fixed: '7.74.0-1.3+deb11u5',
    dsa: 'DSA-5330-1',
    nvd: REMOTE,
    title: 'A reused handle sends PUT data where POST was asked for',
  },
  {
    source: 'curl',
    id: 'CVE-2022-43552',
    fixed: '7.74.0-1.3+deb11u5',
    dsa: 'DSA-5330-1',
    nvd: '5.9 AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H',
    title: 'Use after free when a proxy refuses a tunnel',
  },
  {
    source: 'curl',
    id: 'CVE-2023-23916',
    fixed: '7.74.0-1.3+deb11u7',
    dsa: 'DSA-5365-1',
    nvd: CRASH_BY_FILE,
    title: 'Endless chain of decompression steps',
  },
  {
    source: 'git',
    id: 'CVE-2022-23521',
    fixed: '1:2.30.2-1+deb11u1',
    dsa: 'DSA-5332-1',
    nvd: REMOTE,
    title: 'Integer overflow while gitattributes are parsed',
  },
  {
    source: 'git',
    id: 'CVE-2022-41903',
    fixed: '1:2.30.2-1+deb11u1',
    dsa: 'DSA-5332-1',
    nvd: REMOTE,
    title: 'Heap overflow in log formats',
  },
  {
    source: 'git',
    id: 'CVE-2023-23946',
    fixed: '1:2.30.2-1+deb11u2',
    dsa: 'DSA-5357-1',
    nvd: '7.5 AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N',
    title: 'git apply writes outside the working tree',
  },
  {
    source: 'git',
    id: 'CVE-2023-22490',
    fixed: '1:2.30.2-1+deb11u2',
    dsa: 'DSA-5357-1',
    nvd: '5.5 AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:N/A:N',
    title: 'A local clone hands out files it should not',
  },
  {
    source: 'apr',
    id: 'CVE-2022-24963',
    fixed: '1.7.0-6+deb11u2',
    dsa: 'DSA-5370-1',
    nvd: REMOTE,
    title: 'Integer overflow in apr_encode',
  },
  {
    source: 'apr-util',
    id: 'CVE-2022-25147',
    fixed: '1.6.1-5+deb11u1',
    dsa: 'DSA-5364-1',
    nvd: '6.5 AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N',
    title: 'Integer overflow in apr_base64',
  },
  {
    source: 'gnutls28',
    id: 'CVE-2023-0361',
    fixed: '3.7.1-5+deb11u3',
    dsa: 'DSA-5349-1',
    nvd: '7.4 AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N',
    title: 'Timing tells an observer what RSA decrypts',
  },
  {
    source: 'imagemagick',
    id: 'CVE-2022-44268',
    fixed: '8:6.9.11.60+dfsg-1.3+deb11u1',
    dsa: 'DSA-5347-1',
    nvd: '6.5 AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:N/A:N',
    title: 'A PNG makes the result carry any file of the machine',
  },
  {
    source: 'imagemagick',
    id: 'CVE-2022-44267',
    fixed: '8:6.9.11.60+dfsg-1.3+deb11u1',
    dsa: 'DSA-5347-1',
    nvd: CRASH_BY_FILE,
    title: 'A PNG makes the program wait for input for ever',
  },
  {
    source: 'tiff',
    id: 'CVE-2022-3970',
    fixed: '4.2.0-1+deb11u3',
    dsa: 'DSA-5333-1',
    nvd: CODE_BY_FILE,
    title: 'Integer overflow in TIFFReadRGBATileExt',
  },
  {
    source: 'tiff',
    id: 'CVE-2022-48281',
    fixed: '4.2.0-1+deb11u3',
    dsa: 'DSA-5333-1',
    nvd: LOCAL_CRASH,
    title: 'Heap overflow in tiffcrop',
  },
  {
    source: 'libxml2',
    id: 'CVE-2023-28484',
    fixed: '2.9.10+dfsg-6.7+deb11u4',
    dsa: 'DSA-5391-1',
    nvd: CRASH_BY_FILE,
    title: 'Null pointer in schema types',
  },
  {
    source: 'libxml2',
    id: 'CVE-2023-29469',
    fixed: '2.9.10+dfsg-6.7+deb11u4',
    dsa: 'DSA-5391-1',
    nvd: CRASH_BY_FILE,
    title: 'Hashing of empty strings depends on what lies behind them',
  },
  {
    source: 'postgresql-13',
    id: 'CVE-2023-2454',
    fixed: '13.11-0+deb11u1',
    dsa: 'DSA-5401-1',
    title: 'CREATE SCHEMA defeats protective search_path changes',
  },
  {
    source: 'postgresql-13',
    id: 'CVE-2023-2455',
    fixed: '13.11-0+deb11u1',
    dsa: 'DSA-5401-1',
    title: 'Row security policies survive a change of user',
  },
  {
    source: 'linux',
    id: 'CVE-2023-0266',
    fixed: '5.10.162-1',
    dsa: 'DSA-5324-1',
    nvd: LOCAL_ROOT,
    exploited: '2023-03-30',
    title: 'Use after free in the sound controls',
  },
  {
    source: 'linux',
    id: 'CVE-2023-0179',
    fixed: '5.10.162-1',
    dsa: 'DSA-5324-1',
    nvd: LOCAL_ROOT,
    title: 'Stack overflow in nftables over VLAN headers',
  },
  {
    source: 'linux',
    id: 'CVE-2022-4696',
    fixed: '5.10.162-1',
    dsa: 'DSA-5324-1',
    nvd: LOCAL_ROOT,
    title: 'Use after free in io_uring with splice',
  },
  {
    source: 'db5.3',
    id: 'CVE-2019-8457',
    state: 'ignored',
    nvd: REMOTE,
    title: 'Out-of-bounds read in the bundled SQLite, which Debian does not use',
  },
  {
    source: 'aom',
    id: 'CVE-2020-36131',
    state: 'no-dsa',
    nvd: CODE_BY_FILE,
    title: 'Stack overflow in the AV1 encoder',
  },
  {
    source: 'aom',
    id: 'CVE-2020-36133',
    state: 'no-dsa',
    nvd: CODE_BY_FILE,
    title: 'Buffer overflow in the AV1 encoder',
  },
  {
    source: 'bash',
    id: 'CVE-2022-3715',
    state: 'no-dsa',
    nvd: LOCAL_ROOT,
    title: 'Heap overflow in parameter transformation',
  },
  {
    source: 'libgcrypt20',
    id: 'CVE-2021-33560',
    state: 'no-dsa',
    nvd: '7.5 AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
    title: 'ElGamal encryption without exponent blinding',
  },
  {
    source: 'openjpeg2',
    id: 'CVE-2021-29338',
    state: 'open',
    nvd: LOCAL_CRASH,
    title: 'Integer overflow with very many input files',
  },
  {
    source: 'coreutils',
    id: 'CVE-2016-2781',
    state: 'no-dsa',
    urgency: 'low',
    nvd: '6.5 AV:L/AC:L/PR:L/UI:N/S:C/C:N/I:H/A:N',
    title: 'chroot lets a program type into its parent terminal',
  },
  {
    source: 'libsepol',
    id: 'CVE-2021-36087',
    state: 'no-dsa',
    nvd: '3.3 AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:L',
    title: 'Heap over-read in the policy compiler',
  },
  {
    source: 'gnupg2',
    id: 'CVE-2022-3219',
    state: 'unimportant',
    urgency: 'unimportant',
    nvd: '3.3 AV:L/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:L',
    title: 'A crafted key takes very long to process',
  },
  {
    source: 'util-linux',
    id: 'CVE-2022-0563',
    state: 'unimportant',
    urgency: 'unimportant',
    nvd: '5.5 AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N',
    title: 'chfn and chsh print the beginning of any file',
  },
  {
    source: 'apt',
    id: 'CVE-2011-3374',
    state: 'unimportant',
    urgency: 'unimportant',
    nvd: '3.7 AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:L/A:N',
    title: 'apt-key net-update trusts keys it should not',
  },
  {
    source: 'glibc',
    id: 'CVE-2018-20796',
    state: 'unimportant',
    urgency: 'unimportant',
    nvd: CRASH,
    title: 'Uncontrolled recursion in regular expressions',
  },
];

/** https://github.com/pypa/advisory-database, https://github.com/advisories/GHSA-r9hx-vwmv-q579 */
const PYTHON: readonly Statement[] = [
  {
    id: 'PYSEC-2022-43012',
    source: 'pysec',
    namespace: 'PyPI',
    package: 'setuptools',
    aliases: ['CVE-2022-40897', 'GHSA-r9hx-vwmv-q579'],
    state: 'fixed',
    ranges: [{ introduced: '0', fixed: '65.5.1' }],
    ratings: rated('ghsa', '5.9 AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H'),
    title: 'A package index page makes a regular expression run for ever',
    url: 'https://osv.dev/vulnerability/PYSEC-2022-43012',
  },
];

/** What package indexes had of setuptools: the version with its fix, for Python 3.7 and newer. */
const SETUPTOOLS = [
  {
    name: 'setuptools',
    asked: '2023-05-12',
    versions: [{ version: '65.5.1', requiresPython: '>=3.7', source: true as const, wheels: ['py3-none-any'] }],
  },
];

/** The statements and ratings of the demonstration: real ones, and few. */
export function demoStore(): AdvisoryStore {
  const statements = [...DEBIAN.map(debianAdvisory), ...PYTHON];
  return memoryStore({
    statements,
    vulnerabilities: DEBIAN.map(vulnerability),
    distributions: SETUPTOOLS,
    info: {
      path: 'built in',
      built: DAY,
      records: statements.length,
      feeds: [
        { name: 'debian (starter set)', records: DEBIAN.length, dataDate: DAY },
        { name: 'pysec (starter set)', records: PYTHON.length, dataDate: DAY },
      ],
    },
  });
}

/** Source packages and the versions that clear everything the starter set knows to be fixed: what `apt-get upgrade` installs. */
export function fixedSources(newer: (a: string, b: string) => boolean): Map<string, string> {
  const fixed = new Map<string, string>();
  for (const fact of DEBIAN) {
    const known = fixed.get(fact.source);
    if (fact.fixed !== undefined && (known === undefined || newer(fact.fixed, known)))
      fixed.set(fact.source, fact.fixed);
  }
  return fixed;
}

function debianAdvisory(fact: DebianFact): Statement {
  return {
    id: fact.id,
    source: 'debian',
    namespace: 'Debian:11',
    package: fact.source,
    aliases: [],
    ...(fact.dsa === undefined ? {} : { bulletin: fact.dsa }),
    state: fact.fixed === undefined ? (fact.state ?? 'open') : 'fixed',
    ranges: fact.fixed === undefined ? [] : [{ fixed: fact.fixed }],
    ratings: [wordRating('debian', 'urgency', fact.urgency ?? 'not yet assigned')],
    title: fact.title,
    url: `https://security-tracker.debian.org/tracker/${fact.id}`,
  };
}

function vulnerability(fact: DebianFact): Vulnerability {
  return {
    id: fact.id,
    aliases: [],
    ratings: fact.nvd === undefined ? [] : rated('nvd', fact.nvd),
    ...(fact.exploited === undefined ? {} : { exploited: fact.exploited }),
  };
}

/** The scores stand beside their vectors: the calculator takes a tenth of the demonstration to load, and a test holds them to it. */
function rated(source: string, given: string): readonly Rating[] {
  const [score = '', vector] = given.split(' ');
  const method = 'CVSS:3.1';
  return [
    {
      source,
      severity: severityOfScore(method, Number(score)),
      method,
      score: Number(score),
      vector: `${method}/${vector}`,
    },
  ];
}

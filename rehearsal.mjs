// node rehearsal.mjs DIST: runs the main commands once on an image and feeds of a few lines, and keeps the code that V8 compiled for
// them beside each file. What is not run here is compiled when it is needed. Then puts what a scan out of the cache uses into one file.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FILES } from './rehearsal-files.mjs';
import { bringing } from './written-code.mjs';

const dist = resolve(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-build-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const TRACKER = {
  openssl: {
    'CVE-2023-0286': {
      description: 'There is a type confusion vulnerability.',
      releases: {
        bullseye: {
          status: 'resolved',
          repositories: { bullseye: '1.1.1n-0+deb11u4' },
          fixed_version: '1.1.1n-0+deb11u4',
          urgency: 'not yet assigned',
        },
      },
    },
    'CVE-2007-6755': { releases: { bullseye: { status: 'open', repositories: {}, urgency: 'unimportant' } } },
  },
};
const NVD = {
  timestamp: '2023-05-12T00:00:00.000',
  vulnerabilities: [
    {
      cve: {
        id: 'CVE-2023-0286',
        published: '2023-02-08T20:15:24.267',
        lastModified: '2023-03-01T00:00:00.000',
        vulnStatus: 'Analyzed',
        descriptions: [
          { lang: 'en', value: 'There is a type confusion vulnerability. It is in the handling of X.400.' },
        ],
        metrics: {
          cvssMetricV31: [
            {
              source: 'nvd@nist.gov',
              type: 'Primary',
              cvssData: {
                version: '3.1',
                vectorString: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:H',
                baseScore: 7.4,
              },
            },
          ],
        },
        weaknesses: [{ description: [{ lang: 'en', value: 'CWE-843' }] }],
        references: [{ url: 'https://www.openssl.org/news/secadv/20230207.txt' }],
      },
    },
  ],
};

const feeds = join(folder, 'feeds');
for (const name of ['debian', 'nvd']) mkdirSync(join(feeds, name), { recursive: true });
writeFileSync(join(feeds, 'debian', 'tracker.json'), JSON.stringify(TRACKER));
writeFileSync(join(feeds, 'nvd', 'nvdcve-2.0-2023.json.gz'), gzipSync(JSON.stringify(NVD)));
// Neither the settings of whoever builds nor a configuration that lies about have a say.
for (const name of Object.keys(process.env)) if (name.startsWith('PLIMSOLL_')) delete process.env[name];
process.env.PLIMSOLL_HOME = join(folder, 'home');
process.env.PLIMSOLL_SKIP_UPDATE = 'true';
process.chdir(folder);

const { cacheBytes, runIn, tune } = createRequire(import.meta.url)(join(dist, 'launch.cjs'));
tune();
const image = `oci:${layout(join(folder, 'image'))}`;
const archive = join(folder, 'image.tar');
writeFileSync(archive, tar(filesBelow(join(folder, 'image'))));
const update = ['db', 'update', '--feeds', feeds, '--only', 'debian-tracker,nvd/2023'];
const outOfTheCache = [
  ['scan', image],
  ['scan', archive],
  ['scan', image, '--format', 'json'],
];
const all = [['scan', image, '--no-cache'], ...outOfTheCache, ['demo']];
for (const { script, cache } of await compiledBy([update, ...all])) writeFileSync(cache, cacheBytes({ script }));

// What a scan out of the cache uses comes in one file, with the part that begins a scan. Other commands find each part by itself.
const used = (await compiledBy(outOfTheCache)).map(({ cache }) => basename(cache, '.cache'));
const first = used.find((name) => readFileSync(join(dist, name), 'utf8').includes('\n// src/application/scan.ts\n'));
if (first === undefined) throw new Error('no part of the program begins a scan');
const text = (name) => readFileSync(join(dist, name), 'latin1');
const others = used.slice(used.indexOf(first) + 1);
writeFileSync(
  join(dist, first),
  bringing(
    text(first),
    others.map((name) => [name, text(name)]),
  ),
  'latin1',
);
const together = (await compiledBy(all)).find(({ cache }) => basename(cache, '.cache') === first);
writeFileSync(together.cache, cacheBytes(together));

/** Starts the program, goes through commands, and says what was compiled for them. */
async function compiledBy(lines) {
  const compiled = [];
  const { main } = runIn(dist, 'program.cjs', compiled);
  const write = process.stdout.write;
  process.stdout.write = (_text, ...rest) => {
    rest.findLast((one) => typeof one === 'function')?.();
    return true;
  };
  try {
    for (const line of lines) {
      const code = await main(['--quiet', ...line]);
      if (code !== 0) throw new Error(`plimsoll ${line.join(' ')} ended with ${code}`);
    }
  } finally {
    process.stdout.write = write;
  }
  return compiled;
}

/** An OCI layout with one layer. https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
function layout(root) {
  const blobs = join(root, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const add = (bytes, mediaType) => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const type = (name) => `application/vnd.oci.image.${name}`;
  const json = (value) => Buffer.from(JSON.stringify(value));
  const layer = tar(FILES);
  const diffID = `sha256:${createHash('sha256').update(layer).digest('hex')}`;
  const config = json({
    architecture: 'amd64',
    os: 'linux',
    config: {
      Entrypoint: ['/docker-entrypoint.sh'],
      Cmd: ['serve'],
      Env: ['PATH=/usr/local/bin:/usr/bin'],
      WorkingDir: '/app',
    },
    rootfs: { type: 'layers', diff_ids: [diffID] },
    history: [{ created_by: 'ADD rootfs.tar /' }],
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: type('manifest.v1+json'),
    config: add(config, type('config.v1+json')),
    layers: [add(gzipSync(layer), type('layer.v1.tar+gzip'))],
  });
  writeFileSync(join(root, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(
    join(root, 'index.json'),
    json({ schemaVersion: 2, manifests: [add(manifest, type('manifest.v1+json'))] }),
  );
  return root;
}

/** https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
/** Files of a folder by their paths in it. */
function filesBelow(folder) {
  const paths = readdirSync(folder, { recursive: true }).filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path))]));
}

function tar(files) {
  const parts = Object.entries(files).flatMap(([path, content]) => {
    const link = content.leadsTo ?? '';
    const body = link === '' ? Buffer.from(content) : Buffer.alloc(0);
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write(`0000755\0${'0000000\0'.repeat(2)}`, 100);
    header.write(`${body.length.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0        0`, 124);
    if (link !== '') header.write(`2${link}`, 156);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, body, Buffer.alloc(-body.length & 511)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { bolt } from '../../test/feeds/bolt-writer.ts';
import { PlimsollError } from '../errors.ts';
import { parsePaxRecords, parseTarHeader } from './archives/tar-header.ts';
import { type BoltBucket, openBolt } from './databases/bolt.ts';
import { auditableCrates } from './executables/cargo-auditable.ts';
import { goBuildHeader } from './executables/go-buildinfo.ts';
import { readXml } from './text/xml.ts';

/**
 * Whole files of the formats whose own tests have no random damage in them, then damaged: bytes changed, the end cut off.
 * A reader may refuse them in its own words; it may not crash, loop or take memory without bounds.
 */

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-damage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const damage = fc.record({
  changes: fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0xff))), { maxLength: 16 }),
  cut: fc.option(fc.nat(), { freq: 3, nil: undefined }),
});

function damaged(whole: Buffer, { changes, cut }: { changes: [number, number][]; cut: number | undefined }): Buffer {
  const bytes = Buffer.from(whole.subarray(0, cut === undefined ? whole.length : cut % (whole.length + 1)));
  for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
  return bytes;
}

/** Entries of a bucket and of the buckets in it; more than there can be bytes of them is a loop. */
function walk(bucket: BoltBucket, left: { entries: number }): void {
  for (const entry of bucket.entries()) {
    left.entries -= 1;
    if (left.entries < 0) throw new Error('the tree has no end');
    if ('bucket' in entry) walk(entry.bucket, left);
    else expect(entry.value.length).toBeLessThan(1 << 20);
  }
}

describe('damaged files', () => {
  it('BoltDB', () => {
    const sources = {
      'alpine 3.17': { openssl: { 'CVE-2023-0286': '{"FixedVersion":"3.0.8-r0"}' } },
      vulnerability: { 'CVE-2023-0286': '{}' },
    };
    const whole = bolt(sources);
    const path = join(folder, 'bolt.db');
    const pages = whole.length / 4_096;
    // Most of a page is filling: damage where the structure is.
    const place = fc.tuple(fc.nat(pages - 1), fc.nat(160), fc.constantFrom(0, 1, 2, 3, 4, 5, 16, 0x40, 0x7f, 0xff));
    fc.assert(
      fc.property(
        fc.array(place, { maxLength: 10 }),
        fc.option(fc.nat(whole.length), { freq: 4, nil: undefined }),
        (places, cut) => {
          const bytes = Buffer.from(whole.subarray(0, cut ?? whole.length));
          for (const [page, at, value] of places)
            if (page * 4_096 + at < bytes.length) bytes[page * 4_096 + at] = value;
          writeFileSync(path, bytes);
          try {
            const file = openBolt(path);
            try {
              walk(file.root, { entries: 20_000 });
            } finally {
              file.close();
            }
          } catch (error) {
            expect(error).toBeInstanceOf(PlimsollError);
            expect((error as PlimsollError).code).toBe('corrupt');
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('the list of crates in a Rust program', () => {
    const list = {
      packages: [
        { name: 'serde', version: '1.0.160', source: 'crates.io' },
        { name: 'app', version: '0.1.0', root: true },
      ],
    };
    const whole = deflateSync(JSON.stringify(list));
    fc.assert(
      fc.property(damage, (how) => {
        try {
          for (const { name, version } of auditableCrates(damaged(whole, how)))
            expect(typeof name + typeof version).toBe('stringstring');
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect((error as Error).message).not.toMatch(/undefined|not a function|not iterable/);
        }
      }),
      { numRuns: 500 },
    );
    expect(() => auditableCrates(deflateSync(Buffer.alloc(512 << 20)))).toThrow();
  });

  it('the header of Go build information', () => {
    const whole = Buffer.concat([
      Buffer.from('\xff Go buildinf:', 'latin1'),
      Buffer.from([8, 2]),
      Buffer.alloc(16),
      Buffer.from([6]),
      Buffer.from('go1.20'),
      Buffer.from([3]),
      Buffer.from('mod'),
    ]);
    fc.assert(
      fc.property(damage, (how) => void goBuildHeader(damaged(whole, how))),
      { numRuns: 1_000 },
    );
  });

  it('headers and PAX records of a tar', () => {
    const block = Buffer.alloc(512);
    block.write('etc/os-release');
    block.write('0000644\u00000000000\u00000000000\u000000000000017\u000014400000000\u0000', 100);
    block.write('ustar\u000000', 257);
    let sum = 8 * 32;
    for (let at = 0; at < 512; at += 1) sum += at >= 148 && at < 156 ? 0 : (block[at] as number);
    block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
    fc.assert(
      fc.property(damage, (how) => {
        const bytes = Buffer.concat([damaged(block, how), Buffer.alloc(512)]).subarray(0, 512);
        const header = parseTarHeader(bytes);
        if (typeof header !== 'string') expect(header.size).toBeGreaterThanOrEqual(0);
        parsePaxRecords(damaged(Buffer.from('19 path=etc/passwd\n20 size=99999999999\n'), how));
      }),
      { numRuns: 1_000 },
    );
  });

  it('XML', () => {
    const whole = Buffer.from(
      '<?xml version="1.0"?><!-- c --><a x="1&amp;2" y=\'3\'><b>text &#65;<![CDATA[ <raw> ]]></b><c/></a>',
    );
    fc.assert(
      fc.property(damage, (how) => {
        try {
          expect(typeof readXml(damaged(whole, how).toString('utf8')).name).toBe('string');
        } catch (error) {
          expect((error as Error).message).not.toMatch(/undefined|not a function|not iterable|call stack/);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { image, layer } from '../../test/image.ts';
import { zip } from '../../test/zip.ts';
import { memoryStore } from '../advisories/store/index.ts';
import { scanImage } from '../application/scan-image.ts';
import * as p from '../formats/fixtures/pickle-bytes.ts';
import { coverageStatement } from './assessment.ts';

const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const whole = p.join(p.proto(4), p.emptyDict, p.stop);
const header = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
const good = {
  'opt/a.pkl': whole,
  'opt/a.safetensors': Buffer.concat([u64(header.length), Buffer.from(header), Buffer.alloc(4)]),
};
const archive = zip({ 'model/data.pkl': whole, 'model/version': '3' });

/** Each as a download leaves it that stopped, or as somebody leaves it who wants it to be passed over. */
const broken: Readonly<Record<string, Buffer>> = {
  'pickle-incomplete': p.join(p.proto(4), p.global('os', 'system'), p.text('id'), p.tuple1),
  'safetensors-header-inconsistent': Buffer.concat([u64(500), Buffer.from(header.slice(0, 40))]),
  'gguf-header-inconsistent': Buffer.concat([Buffer.from('GGUF\x03\0\0\0', 'latin1'), u64(2 ** 40), u64(7)]),
  'model-archive-no-directory': archive.subarray(0, archive.length - 30),
};
const names: Readonly<Record<string, string>> = {
  'pickle-incomplete': 'opt/model.pkl',
  'safetensors-header-inconsistent': 'opt/model.safetensors',
  'gguf-header-inconsistent': 'opt/model.gguf',
  'model-archive-no-directory': 'opt/model.pt',
};
const scanned = (files: Record<string, Buffer>) =>
  scanImage(image(layer(files)), { store: memoryStore({ statements: [] }) });

describe('models that could not be read to the end', () => {
  it.each(Object.keys(broken))('are counted where %s says so', async (rule) => {
    const report = await scanned({ ...good, [names[rule]!]: broken[rule]! });
    expect(report.risks.map((risk) => risk.rule)).toContain(rule);
    expect(report.assessment?.unreadableModels).toBe(1);
    expect(coverageStatement(report)).toContain('1 model that could not be read to the end');
  });

  it('count once each, together with those that nobody opens', async () => {
    const files = Object.fromEntries(Object.entries(broken).map(([rule, bytes]) => [names[rule]!, bytes]));
    const seven = { 'opt/model.pkl.7z': Buffer.from('377abcaf271c0004', 'hex') };
    expect((await scanned({ ...good, ...files, ...seven })).assessment).toMatchObject({
      unreadable: 1,
      unreadableModels: 5,
    });
  });

  it('are none where all are whole', async () => {
    expect((await scanned(good)).assessment?.unreadableModels).toBeUndefined();
  });
});

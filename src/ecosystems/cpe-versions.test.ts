import { expect, it } from 'vitest';
import { compareOfProduct } from './cpe-versions.ts';

const java = compareOfProduct('oracle:openjdk')!;

// As java -version, conda, rpm and NVD's records of CVE-2021-2161 and CVE-2024-20919 write it.
const SPELLINGS = ['1.8.0_282', '1.8.0_282-b08', '1.8.0-update_282', '1.8.0-update282', '1.8.0-update282_b08'];
const OTHERS = ['8u282', '8u282-b08', '8-update282', '8.0.282', '1.8.0.282.b08'];

it.each([...SPELLINGS, ...OTHERS])('%s is Java 8u282', (version) => {
  expect(java(version, '8.0.282')).toBe(0);
  for (const later of ['1.8.0_291', '8u1000', '8.0.402', '1.9', '11.0.10', '17', '21.0.2'])
    expect([later, java(version, later) < 0, java(later, version) > 0]).toEqual([later, true, true]);
  for (const earlier of ['1.8.0_281', '1.8.0', '8', '1.7.0_291', '7u300', '1.6.0-update_45', '1.5.0', '1.4.2_09'])
    expect([earlier, java(version, earlier) > 0, java(earlier, version) < 0]).toEqual([earlier, true, true]);
});

it('updates of CUDA and moments of MinIO are ordered however they are written', () => {
  const [cuda, minio] = [compareOfProduct('nvidia:cuda_toolkit')!, compareOfProduct('minio:minio')!];
  expect(cuda('12.6.2', '12.6U2')).toBe(0);
  expect([cuda('12.6.1', '12.6U2') < 0, cuda('12.6.3', '12.6 Update 2') > 0, cuda('12.6', '12.6U1') < 0]).toEqual(
    Array(3).fill(true),
  );
  expect(minio('RELEASE.2021-03-17T02-33-02Z', '2021-03-17t02-33-02z')).toBe(0);
  expect(minio('RELEASE.2023-01-31T02-24-19Z', '2021-03-17t02-33-02z')).toBeGreaterThan(0);
  expect(compareOfProduct('openssl:openssl')).toBeUndefined();
});

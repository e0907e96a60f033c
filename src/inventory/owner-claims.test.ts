import { describe, expect, it } from 'vitest';
import { claimSigns } from './owner-claims.ts';
import type { Claim } from './owner-proof.ts';

const claim = (name: string, more: Partial<Claim> = {}): Claim => ({
  path: `usr/lib/python3/dist-packages/${name}.dist-info/METADATA`,
  fact: { type: 'pypi', name, version: '1.0' },
  owner: { type: 'deb', name: 'python3-all-dists' },
  ...more,
});

describe('what OS packages claim and are not believed to own', () => {
  it('is no sign where there is nothing', () => expect(claimSigns([])).toEqual([]));

  it('is information where it may be an ordinary mistake, with both versions', () => {
    const owner = { type: 'deb', name: 'python3-requests' };
    expect(claimSigns([claim('requests', { owner, version: '2.31.0-1' }), claim('six')])).toMatchObject([
      {
        check: 'ownership-contradicted',
        level: 'info',
        message: expect.stringContaining(
          'requests 1.0 (python3-requests 2.31.0-1), six 1.0 (python3-all-dists)',
        ) as string,
      },
    ]);
  });

  it('is a warning where one package claims ten, and names it', () => {
    const many = Array.from({ length: 10 }, (_, at) => claim(`x${at}`));
    expect(claimSigns(many)).toMatchObject([
      { level: 'warning', message: expect.stringContaining('python3-all-dists 10 (x0 1.0 first)') as string },
    ]);
    expect(claimSigns(many)[0]?.paths).toHaveLength(5);
    // Debian's containernetworking-plugins: sixteen programs, and Go's own library in each.
    const programs = many.map((other, at) => ({ ...other, path: `usr/lib/cni/${at}`, fact: claim('stdlib').fact }));
    expect(claimSigns(programs).map(({ level }) => level)).toEqual(['info']);
    // Debian's node-got has 16 of them.
    const modules = many.map((claim) => ({ ...claim, fact: { ...claim.fact, type: 'npm' } }));
    expect(claimSigns(modules).map(({ level }) => level)).toEqual(['info']);
    expect(claimSigns(many.slice(1)).map(({ level }) => level)).toEqual(['info']);
  });
});

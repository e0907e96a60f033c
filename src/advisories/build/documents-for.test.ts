import { describe, expect, it } from 'vitest';
import { documentsFor, ratingDocuments } from './documents-for.ts';

const names = async (namespaces: readonly string[], os?: string): Promise<string[]> =>
  (await documentsFor({ namespaces: new Set(namespaces), ...(os === undefined ? {} : { os }) })).map(
    ({ name }) => name,
  );

describe('the documents that an image needs', () => {
  it("are its distribution's, its languages', and what is small and about everything", async () => {
    const debian = await names(['Debian:11', 'PyPI'], 'debian');
    expect(debian).toEqual(expect.arrayContaining(['osv/PyPI', 'eol/debian', 'kev', 'epss']));
    expect(debian.some((name) => name.startsWith('debian/'))).toBe(true);
    expect(
      debian.filter((name) =>
        /^(?:alpine|redhat|amazon|oracle|nvd|nvidia)\/|^osv\/(?:npm|Ubuntu)|^eol\/(?!debian)/.test(name),
      ),
    ).toEqual([]);
  });

  it('are of one release of Alpine, whose database is a file for each', async () => {
    const alpine = (await names(['Alpine:v3.18'], 'alpine')).filter((name) => name.startsWith('alpine/'));
    expect(alpine.length).toBeGreaterThan(0);
    expect(alpine.filter((name) => !name.startsWith('alpine/v3.18'))).toEqual([]);
  });

  it('take a name for no other that begins like it', async () => {
    expect(await names(['Red Hat:9'])).toContain('osv/Red Hat');
    expect((await names(['Debianoid:1'])).some((name) => name.startsWith('debian/'))).toBe(false);
  });

  it('are the years of NVD only where products are looked up there', async () => {
    expect((await names(['PyPI'])).filter((name) => name.startsWith('nvd/'))).toEqual([]);
    expect((await names(['CPE'])).filter((name) => name.startsWith('nvd/')).length).toBeGreaterThan(15);
  });
});

describe('the documents that rate findings', () => {
  it("are the years of their CVEs, the oldest in NVD's first file", async () => {
    const sources = await ratingDocuments(['CVE-2021-3711', 'CVE-2021-44228', 'CVE-1999-0199', 'GHSA-jfh8-c2jp-5v3q']);
    expect(sources.map(({ name }) => name).sort()).toEqual(['nvd/2002', 'nvd/2021']);
  });
});

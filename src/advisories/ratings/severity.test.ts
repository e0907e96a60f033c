import { describe, expect, it } from 'vitest';
import type { Rating } from '../../model.ts';
import { scoreOf, vectorRating } from './cvss.ts';
import { chooseRating, schemeNamed, severityOfScore, severityOfWord, wordRating } from './severity.ts';

// CVE-2022-40897 and CVE-2019-6988 as their publishers rate them.
const unassigned = wordRating('debian', 'urgency', 'not yet assigned');
const unimportant = wordRating('debian', 'urgency', 'unimportant');
const nvd3 = vectorRating('nvd', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H')!;
const nvd2 = vectorRating('nvd', 'AV:N/AC:M/Au:N/C:N/I:N/A:P')!;
const ghsa = wordRating('ghsa', 'text', 'HIGH');
const debian = { publisher: 'debian', sources: ['debian'] };

describe('the rating that counts', () => {
  it('is the word of whoever publishes the package', () => {
    expect(chooseRating([nvd3, unimportant], 'default', debian)).toBe(unimportant);
  });

  it('is NVD, the newest CVSS first, where the publisher has not judged', () => {
    expect(chooseRating([unassigned, nvd2, nvd3], 'default', debian)).toBe(nvd3);
    expect(chooseRating([unassigned, nvd2], 'default', debian)).toBe(nvd2);
  });

  it('is whoever else says something before it is nobody', () => {
    expect(chooseRating([unassigned, ghsa], 'default', debian)).toBe(ghsa);
    expect(chooseRating([unassigned], 'default', debian)).toBeUndefined();
    expect(chooseRating([])).toBeUndefined();
  });

  it('follows the statement that made the finding before NVD', () => {
    expect(chooseRating([nvd3, ghsa], 'default', { sources: ['pysec', 'ghsa'] })).toBe(ghsa);
  });

  it('does not depend on the order in which ratings come', () => {
    const all: Rating[] = [unassigned, nvd2, nvd3, ghsa];
    expect(chooseRating([...all].reverse(), 'default', debian)).toBe(chooseRating(all, 'default', debian));
  });
});

describe('--severity-from', () => {
  it.each([
    ['nvd', [unimportant, nvd2, nvd3], 'HIGH', 'nvd'],
    ['nvd-v2', [unimportant, nvd2, nvd3], 'MEDIUM', 'nvd'],
    ['vendor', [unimportant, nvd3], 'NEGLIGIBLE', 'debian'],
    ['max', [unimportant, nvd2, nvd3], 'HIGH', 'nvd'],
    ['as-trivy', [unimportant, nvd3], 'LOW', 'debian'],
    ['as-ecr', [unimportant, nvd3], 'NEGLIGIBLE', 'debian'],
    ['as-ecr', [unassigned, nvd2, nvd3], 'MEDIUM', 'nvd'],
    ['as-clair', [unimportant, nvd3], 'LOW', 'debian'],
    ['as-gcp', [unassigned, nvd2, nvd3], 'MEDIUM', 'nvd'],
    ['ghsa,nvd-v3', [nvd2, nvd3], 'HIGH', 'nvd'],
  ])('%s chooses', (scheme, ratings, severity, source) => {
    expect(chooseRating(ratings, scheme, debian)).toMatchObject({ severity, source });
  });

  it('as-ecr leaves undefined what only CVSS 3 rates, as ECR did', () => {
    expect(chooseRating([unassigned, nvd3], 'as-ecr', debian)).toBeUndefined();
  });

  it("as-ecr counts CVSS 2 from 8.9 as critical, which NVD's scale never does", () => {
    const nine = vectorRating('nvd', 'AV:N/AC:M/Au:N/C:C/I:C/A:C')!;
    expect(nine).toMatchObject({ score: 9.3, severity: 'HIGH' });
    expect(chooseRating([nine], 'as-ecr', debian)?.severity).toBe('CRITICAL');
  });

  it('a name that is none is refused with the names that are', () => {
    expect(() => schemeNamed('NVD!')).toThrow(/no severity scheme or source is called "NVD!"/);
    expect(() => schemeNamed('vendor,nvdd')).toThrow(/is called "nvdd"/);
    expect(() => schemeNamed('defualt')).toThrow(expect.objectContaining({ hint: expect.stringContaining('default') }));
    expect(schemeNamed('redhat,nvd-v3,cna:cve@mitre.org,max').name).toBe('redhat,nvd-v3,cna:cve@mitre.org,max');
  });
});

describe('words and scores', () => {
  it.each([
    ['unimportant', 'NEGLIGIBLE'],
    ['low**', 'LOW'],
    ['Moderate', 'MEDIUM'],
    ['Important', 'HIGH'],
    ['CRITICAL', 'CRITICAL'],
    ['not yet assigned', 'UNKNOWN'],
    ['untriaged', 'UNKNOWN'],
    ['end-of-life', 'UNKNOWN'],
    ['__proto__', 'UNKNOWN'],
  ])('%s is %s', (word, severity) => expect(severityOfWord(word)).toBe(severity));

  it.each([
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 'CVSS:3.1', 9.8, 'CRITICAL'],
    ['CVSS:3.0/AV:L/AC:H/PR:L/UI:N/S:U/C:L/I:N/A:N', 'CVSS:3.0', 2.5, 'LOW'],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 'CVSS:3.1', 0, 'NEGLIGIBLE'],
    ['AV:N/AC:L/Au:N/C:P/I:P/A:P', 'CVSS:2.0', 7.5, 'HIGH'],
    ['(AV:N/AC:L/Au:N/C:P/I:P/A:P)', 'CVSS:2.0', 7.5, 'HIGH'],
    ['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 'CVSS:4.0', 9.3, 'CRITICAL'],
  ])('%s scores', (vector, method, score, severity) => {
    expect(vectorRating('nvd', vector)).toEqual({ source: 'nvd', method, score, severity, vector });
  });

  it.each(['', 'CVSS:3.1/garbage', 'CVSS:3.1/AV:N', 'CVSS:9.9/AV:N', 'AV:', `CVSS:3.1/${'A'.repeat(1e6)}`])(
    'no score for what is no vector: %.20s',
    (vector) => expect(scoreOf(vector)).toBeUndefined(),
  );

  it('a score outside 0 to 10 says nothing', () => {
    expect(severityOfScore('CVSS:3.1', 11)).toBe('UNKNOWN');
    expect(severityOfScore('CVSS:3.1', Number.NaN)).toBe('UNKNOWN');
  });
});

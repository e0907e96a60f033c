import { pypi } from '../../ecosystems/pypi.ts';
import { LIMITS } from '../../limits.ts';
import { isPep440 } from '../../versions/pep440.ts';
import type { RecordedDistribution, RecordedVersion } from '../distribution.ts';
import { listWithin, member, textMember } from '../values.ts';
import { eachLine } from './each-line.ts';
import { feed } from './feed.ts';

/** The document: one distribution in each line, as `RecordedDistribution` in JSON. */
export const PYTHON_INDEX = 'python-index';

/**
 * What a Python package index offers of the distributions that advisories speak of: which versions there are, for which Pythons
 * and platforms. An update asks the index that pip is configured for (`build/gather.ts`) where no mirror has the document.
 */
export const pythonIndexFeed = feed({
  name: PYTHON_INDEX,
  version: 1,
  title: 'Python package index',
  licence: 'facts about files: names, versions, requirements',
  byDefault: true,
  maxBytes: LIMITS.feedArchiveBytes,
  gathered: true,
  async sources() {
    return [{ name: PYTHON_INDEX, path: `${PYTHON_INDEX}/distributions.jsonl` }];
  },
  parse: (document) =>
    eachLine(document, 'no distribution', (record) => {
      const distribution = readDistribution(record);
      return distribution && { kind: 'distribution', distribution };
    }),
});

function readDistribution(value: unknown): RecordedDistribution | undefined {
  const [name, asked] = [textMember(value, 'name', 200), textMember(value, 'asked', 10)];
  if (name === undefined || asked === undefined || !/^\d{4}-\d\d-\d\d$/.test(asked)) return undefined;
  const versions = listWithin(member(value, 'versions'), LIMITS.candidateVersions * 10).flatMap(
    (entry): RecordedVersion | readonly [] => {
      const version = textMember(entry, 'version', 100);
      if (version === undefined || !isPep440(version)) return [];
      const python = textMember(entry, 'requiresPython', 200);
      const wheels = listWithin(member(entry, 'wheels'), LIMITS.candidateVersions)
        .filter((tag) => typeof tag === 'string')
        .filter((tag) => /^[\w.]+-[\w.]+-[\w.]+$/.test(tag));
      return {
        version,
        wheels,
        ...(python === undefined ? {} : { requiresPython: python }),
        ...(member(entry, 'yanked') === true ? { yanked: true } : {}),
        ...(member(entry, 'source') === true ? { source: true } : {}),
        ...(member(entry, 'foreign') === true ? { foreign: true } : {}),
      };
    },
  );
  return { name: pypi.normalize(name), asked, versions };
}

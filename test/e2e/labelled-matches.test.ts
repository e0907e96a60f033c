import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AdvisoryStore, databasePath, openStore } from '../../src/advisories/store/index.ts';
import { surroundings, updateDatabase } from '../../src/index.ts';
import { type Judged, judgeLabels, type Label, matchOf, readLabels, type Sources } from './labelled-matches.ts';
import { feeds, root, scratch, titled } from './machine.ts';

/**
 * Matches that people have labelled, judged by us: how many of the right ones are found, how many of what is found are right
 * (docs/accuracy.md). A sample lies here; `E2E_LABELS` names a folder with more, as the public repository has them.
 */

const inventory = join(feeds, '..', 'inventories', 'python-3.9.16-bullseye.tsv');
const missing =
  existsSync(inventory) && existsSync(join(feeds, 'osv', 'Go', 'all.zip'))
    ? undefined
    : 'no feeds and inventories beside the checkout';
const folder = process.env.E2E_LABELS;
const noFolder = missing ?? (folder === undefined ? 'E2E_LABELS names no folder of labels' : undefined);

/** What the labelled images' packages are published in, as far as the feeds have it. */
const SAMPLE = ['debian', 'osv/AlmaLinux', 'osv/Debian', 'osv/Go', 'osv/PyPI', 'osv/Ubuntu', 'osv/npm', 'osv/Maven'];

interface Line {
  readonly label: Label;
  /** What the publisher says today where that contradicts the label. */
  readonly contradicted: string | undefined;
}

const lines: readonly Line[] = readFileSync(join(root, 'test', 'corpora', 'labelled-matches.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line): Line => {
    const [facts = '', contradicted] = line.split('  # ');
    const [digest = '', name = '', version = '', id = '', label] = facts.split(' ');
    return {
      contradicted,
      label: {
        image: { exact: `image@sha256:${digest}` },
        package: { name, version },
        vulnerability_id: id,
        label: label as Label['label'],
        timestamp: '',
      },
    };
  });
const contradictions = new Map(lines.flatMap(({ label, contradicted: why }) => (why ? [[matchOf(label), why]] : [])));

describe.skipIf(missing !== undefined)(titled('matches that people have labelled', missing), () => {
  const place = scratch();
  let sources: Sources;
  beforeAll(() => {
    sources = new Map(
      readFileSync(inventory, 'utf8')
        .trim()
        .split('\n')
        .map((line) => {
          const [source = '', sourceVersion = '', name = ''] = line.split('\t');
          return [name, { name: source, epoch: sourceVersion.includes(':') }] as const;
        }),
    );
  });
  afterAll(() => place.remove());

  /** Judges over a database of these documents of the feeds; of all without any. */
  async function judged(labels: readonly Label[], ...only: readonly string[]): Promise<readonly Judged[]> {
    const home = join(place.path, only.length === 0 ? 'all' : 'some');
    await updateDatabase(
      { from: feeds, ...(only.length === 0 ? {} : { only }) },
      surroundings({ environment: { PLIMSOLL_HOME: home, PIP_NO_INDEX: '1' } }),
    );
    const store: AdvisoryStore = openStore(databasePath(home));
    try {
      return judgeLabels(labels, store, sources);
    } finally {
      store.close();
    }
  }

  it('the sample: every right match is found and no wrong one is made, but where the publisher contradicts the label', async () => {
    const all = await judged(
      lines.map(({ label }) => label),
      ...SAMPLE,
    );
    const outcomes = new Map(all.map(({ label, outcome }) => [matchOf(label), outcome]));
    const surprises = lines.filter(({ label, contradicted }) => {
      const outcome = outcomes.get(matchOf(label));
      if (contradicted !== undefined) return outcome !== (label.label === 'TP' ? 'missed' : 'wrong');
      return label.label === 'TP' ? outcome !== 'found' : outcome !== 'silent' && outcome !== 'unknown';
    });
    expect(surprises.map(({ label }) => `${label.label} ${matchOf(label)}: ${outcomes.get(matchOf(label))}`)).toEqual(
      [],
    );
    expect(all.filter(({ outcome }) => outcome === 'found').length).toBeGreaterThan(60);
  });

  it.skipIf(noFolder !== undefined)(
    titled('a folder of labels: recall and precision of what the data can know', noFolder),
    async () => {
      const all = await judged(readLabels(folder!));
      const count = new Map<string, number>();
      for (const { outcome } of all) count.set(outcome, (count.get(outcome) ?? 0) + 1);
      const against = all.filter(({ outcome }) => outcome === 'missed' || outcome === 'wrong');
      for (const { label, outcome } of against)
        console.log(
          `${outcome} ${matchOf(label)} (${label.timestamp.slice(0, 10)}): ${contradictions.get(matchOf(label)) ?? '?'}`,
        );
      const actual = count.get('found') ?? 0;
      const ratio = (which: string, of: readonly Judged[]): string =>
        (actual / (actual + of.filter(({ outcome }) => outcome === which).length)).toFixed(4);
      const ours = against.filter(({ label }) => !contradictions.has(matchOf(label)));
      console.log(
        `${all.length} matches: ${[...count].map(([outcome, number]) => `${number} ${outcome}`).join(', ')}`,
        `\nas labelled: recall ${ratio('missed', against)}, precision ${ratio('wrong', against)}`,
        `\nwithout those that the publisher contradicts: recall ${ratio('missed', ours)}, precision ${ratio('wrong', ours)}`,
      );
      expect(Number(ratio('missed', ours))).toBeGreaterThanOrEqual(0.999);
      expect(Number(ratio('wrong', ours))).toBeGreaterThanOrEqual(0.98);
    },
  );
});

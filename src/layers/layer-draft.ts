// Long because a layer passes by once: what is done with a member stands together.

import type { Analyzer } from '../analyzers/analyzer.ts';
import { addTo } from '../collections.ts';
import { PlimsollError, printable } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type Entry, TIME_OVER } from '../model.ts';
import { isTimeOver, type WorkClock } from '../work.ts';
import { type BodyPool, POOLED_BYTES } from './body-pool.ts';
import type { Soon } from './byte-source.ts';
import { codePlaces } from './code-places.ts';
import { type CodeSpool, spooledUpTo } from './code-spool.ts';
import { type Interest, interested, show } from './examine.ts';
import { layerEntry, originOf, placing } from './layer-entries.ts';
import type { CodeItem, Deferred, LayerFact, LayerIndex } from './layer-index.ts';
import type { LayerMembers } from './layer-members.ts';
import { layerPaths } from './layer-paths.ts';
import { ownershipTable } from './ownership.ts';
import { pathTable } from './path-table.ts';
import type { PassingBody } from './pool-member.ts';
import { problemList } from './problem-list.ts';
import { canWait, type PutOff } from './put-off.ts';
import { mayBeRare } from './rare-code.ts';
import type { Selection } from './selection.ts';
import type { TarBody, TarMember } from './tar.ts';
import { unownedNames } from './visible.ts';
import { bodyOver, wholeBodies } from './whole-body.ts';

/** With what a layer is read: where its bodies are stored, who takes large ones over, and the clock of the image. */
interface Drafting {
  readonly stored: LayerMembers['stored'];
  readonly putOff: PutOff;
  readonly pool: BodyPool | undefined;
  readonly clock: WorkClock;
  readonly spool: CodeSpool | undefined;
  isRare(analyzer: Analyzer): boolean;
}

/** A layer whose members have been seen once. */
export interface LayerDraft {
  take(member: TarMember): Soon<void>;
  /** `again` passes over the layer a second time, for hard links whose own name is wanted and whose target was skipped. */
  finish(again: (take: (member: TarMember) => Soon<void>) => Promise<void>): Promise<LayerIndex>;
}

/** Long because it is an object: its methods close over one state. */
export function layerDraft(
  chosen: Selection,
  where: string,
  { stored, putOff, pool, clock, spool, isRare }: Drafting,
): LayerDraft {
  const entries = pathTable();
  const facts = new Map<string, LayerFact[]>();
  let factCount = 0;
  /** What threads have said and nobody has taken yet: it fills memory all the same. */
  let waitingCount = 0;
  let tooMany: PlimsollError | undefined;
  let refuse: (error: PlimsollError) => void = () => {};
  const refused = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  refused.catch(() => {});
  const counted = (): void => {
    if (tooMany !== undefined || factCount + waitingCount <= LIMITS.factsPerLayer) return;
    tooMany = new PlimsollError(
      'limit',
      `the files of one layer name more than ${LIMITS.factsPerLayer} packages, owners and risks`,
      { where },
    );
    refuse(tooMany);
  };
  const problems = problemList();
  let memberNumber = 0;
  /** Files that passed by when the time for reading was over. */
  let unread = 0;
  const links: string[] = [];
  const deferred = new Map<string, Deferred>();
  const codeLater = codePlaces(stored !== undefined);
  const wholeOf = wholeBodies();
  const hardlinks: { readonly path: string; readonly target: string; readonly analyzers: readonly Analyzer[] }[] = [];
  const problem = (path: string, analyzer: string, reason: string): void =>
    problems.add(memberNumber, () => ({ path: printable(path), analyzer, reason }));
  /** Whose word counts for files that nobody owns: what they cannot read is a fact like others until the owners are known. */
  const untilOwned = unownedNames(chosen.analyzers);
  const keep = (fact: LayerFact): void => {
    if (fact.fact.kind === 'unknown' && !untilOwned.has(fact.analyzer))
      problem(fact.path, fact.analyzer, fact.fact.reason);
    else {
      addTo(facts, fact.path, fact);
      factCount += 1;
    }
    counted();
    if (tooMany !== undefined) throw tooMany;
  };
  const place = placing(entries, where, problem);

  /** What concerns one file only is a problem of that file. */
  const unreadable = (path: string, error: unknown): void => {
    if (!(error instanceof PlimsollError && error.code === 'io')) throw error;
    problem(path, 'layers', error.line);
  };
  /** Bodies that threads have taken over, in the order of the layer. */
  const elsewhere: Elsewhere[] = [];
  const wanted = (entry: Entry, member: TarMember, { analyzers, head }: Interest): Soon<void> => {
    let now = analyzers;
    if (analyzers.some(canWait) && putOff.isPutOff(entry)) {
      const later = analyzers.filter(canWait).map(({ name }) => name);
      const at = stored && member.at;
      deferred.set(entry.path, {
        path: entry.path,
        analyzers: later,
        size: member.size,
        ...(at !== undefined && { at }),
      });
      now = analyzers.filter((analyzer) => !canWait(analyzer));
    }
    // Of a body that others read here, what costs next to nothing is asked along: it would be read once more.
    const isReadHere = stored !== undefined && now.some(({ onDemand }) => onDemand !== true);
    const rest = now.filter(({ onDemand, effort }) => onDemand !== true || (isReadHere && effort === 'scans'));
    const onDemand = now.filter((analyzer) => !rest.includes(analyzer));
    if (onDemand.length === 0) return shown(entry, member, { analyzers: now, head });
    const code = onDemand.map(({ name }) => name);
    const row = entries.find(entry.path);
    const isLarge = entry.size > spooledUpTo(onDemand);
    if (stored || !spool || onDemand.every(isLarge ? mayBeRare : isRare))
      return shown(entry, member, {
        analyzers: codeLater.put(row, code, stored && member.at) ? rest : now,
        head,
      });
    if (isLarge) {
      // A bundle of JavaScript that names its interpreter: as a script it is read now, and the ten megabytes of its text are not kept for nobody.
      const waiting = onDemand.filter(isRare);
      const isPut =
        waiting.length > 0 &&
        codeLater.put(
          row,
          waiting.map(({ name }) => name),
          undefined,
        );
      return shown(entry, member, {
        analyzers: isPut ? now.filter((analyzer) => !waiting.includes(analyzer)) : now,
        head,
      });
    }
    const kept = (bytes: Buffer): Soon<void> => {
      const at = spool.keep(bytes);
      const analyzers = at !== undefined && codeLater.put(row, code, at) ? rest : now;
      return analyzers.length === 0 ? undefined : shown(entry, { ...member, body: bodyOver(bytes) }, { analyzers });
    };
    const whole = wholeOf(member.body, head);
    return whole instanceof Promise ? whole.then(kept) : kept(whole);
  };
  /** Shows a body to whom it is for, on this thread or another. */
  const shown = (entry: Entry, member: TarMember, { analyzers: now, head }: Interest): Soon<void> => {
    if (now.length === 0) return undefined;
    const inline = (): Soon<void> => show(entry, member.body, now, { keep, head, clock });
    if (!pool || entry.size < POOLED_BYTES) return inline();
    const job = { entry, analyzers: now };
    const expect = (answer: Promise<readonly LayerFact[]>): void => {
      // Waited for at the end; until then a failure must not end the process.
      answer.then(
        ({ length }) => {
          waitingCount += length;
          counted();
        },
        () => {},
      );
      const place: LayerFact[] = [];
      facts.set(entry.path, place);
      elsewhere.push({ path: entry.path, member: memberNumber, place, answer });
    };
    if (!stored) {
      const passing = pool.offerPassing(job);
      if (!passing) return inline();
      expect(passing.facts);
      return pour(member.body, head, passing, clock);
    }
    const answer = pool.offer({ ...job, ...stored(member) });
    if (!answer) return inline();
    expect(answer);
    return undefined;
  };
  const file = (entry: Entry, member: TarMember): Soon<void> => {
    const byPath = chosen.byPath(entry.path);
    const byContent = chosen.byContent(entry.size);
    // An empty file has no content to be known by.
    if (byPath.length === 0 && (byContent.length === 0 || entry.size === 0)) return undefined;
    if (clock.isOver) {
      unread += 1;
      return undefined;
    }
    if (member.sparse) {
      for (const analyzer of byPath) problem(entry.path, analyzer.name, 'stored as a sparse file, which is not read');
      return undefined;
    }
    const failed = (error: unknown): void => unreadable(entry.path, error);
    try {
      const interest = interested(entry, member.body, byPath, byContent);
      if (interest instanceof Promise) return interest.then((it) => wanted(entry, member, it)).catch(failed);
      const shown = wanted(entry, member, interest);
      return shown instanceof Promise ? shown.catch(failed) : undefined;
    } catch (error) {
      return failed(error);
    }
  };
  /** Takes what threads have found, as if it had been found when its file passed by. */
  const gather = async (): Promise<void> => {
    await Promise.race([pool?.help(), refused]);
    for (const { path, member, place, answer } of elsewhere) {
      memberNumber = member;
      try {
        const told = await answer;
        waitingCount -= told.length;
        // Where another body of this path came later, that one counts; what could not be read is said of both.
        const isCurrent = facts.get(path) === place;
        const late = told.filter(({ fact }) => fact.kind === 'unknown' && isTimeOver(fact.reason));
        if (late.length > 0) unread += 1;
        for (const fact of told) if ((isCurrent || fact.fact.kind === 'unknown') && !late.includes(fact)) keep(fact);
      } catch (error) {
        unreadable(path, error);
      }
    }
  };

  /** A pipe or a device under the name of a file that is looked for: whoever asked for it by name learns that there is nothing to read. */
  const noFile = (path: string): void => {
    if (path.startsWith('dev/')) return;
    for (const { name, unownedOnly, onDemand } of chosen.byPath(path))
      if (!unownedOnly && !onDemand)
        problem(path, name, 'a pipe, a socket or a device, and no file that could be read');
  };

  return {
    take(member) {
      if (tooMany !== undefined) throw tooMany;
      memberNumber += 1;
      const known = entries.size;
      const entry = place(member);
      if (!entry) return undefined;
      putOff.passes(entry.path);
      // A path that comes twice in one layer means its last body.
      if (entries.size === known) {
        if (codeLater.size > 0) codeLater.drop(entries.find(entry.path));
        facts.delete(entry.path);
        deferred.delete(entry.path);
      }
      if (member.problem !== undefined) problem(entry.path, member.isLate ? TIME_OVER : 'layers', member.problem);
      if (entry.type === 'file') return file(entry, member);
      if (entry.type === 'symlink' || entry.type === 'hardlink') {
        if (entry.type === 'symlink') links.push(...chosen.below(entry.path));
        const analyzers = chosen.byPath(entry.path);
        if (analyzers.length === 0) return undefined;
        if (entry.type === 'symlink') links.push(entry.path);
        else hardlinks.push({ path: entry.path, target: entry.link as string, analyzers });
      } else if (entry.type === 'other') noFile(entry.path);
      return undefined;
    },
    async finish(again) {
      await gather();
      memberNumber = Number.MAX_SAFE_INTEGER;
      const missing = new Map<string, { paths: string[]; analyzers: Analyzer[] }>();
      for (const { path, target, analyzers } of hardlinks) {
        const row = entries.find(path);
        // Another body of this path came later: it counts.
        if (entries.type(row) !== 'hardlink' || entries.link(row) !== target) continue;
        const origin = originOf(entries, target);
        if (origin === undefined) {
          problem(path, 'layers', `a hard link to ${printable(target, 200)}, which is not in this layer`);
          continue;
        }
        const seen = new Set(chosen.byPath(origin));
        for (const fact of facts.get(origin) ?? []) keep({ ...fact, path });
        const late = deferred.get(origin);
        // Another name of a body that was put off: whether it is read depends on who owns this one.
        if (late) deferred.set(path, { ...late, path, body: origin });
        const unseen = analyzers.filter((analyzer) => !seen.has(analyzer));
        if (unseen.length === 0) continue;
        const known = missing.get(origin) ?? { paths: [], analyzers: [] };
        known.paths.push(path);
        known.analyzers.push(...unseen.filter((analyzer) => !known.analyzers.includes(analyzer)));
        missing.set(origin, known);
      }
      if (missing.size > 0) {
        const placeOf = layerPaths();
        await again(async (member) => {
          const placed = placeOf(member);
          const wanted = placed?.type === 'file' ? missing.get(placed.path) : undefined;
          if (!wanted) return;
          const entry = layerEntry(member, wanted.paths[0] as string, 'file');
          const forAll = (fact: LayerFact): void => {
            for (const link of wanted.paths) keep({ ...fact, path: link });
          };
          await show(entry, member.body, wanted.analyzers, { keep: forAll, clock });
        });
      }
      const all = [...facts.values()].flat();
      const owned = ownershipTable(all);
      const { code, dropped } = codeOf(all);
      if (dropped > 0)
        problem('', 'layers', `code of ${dropped} files is more than is kept: what it leads to is not known`);
      if (unread > 0) problem('', TIME_OVER, `the time for reading this image is over: ${unread} files were not read`);
      if (owned.dropped > 0)
        problem('', 'layers', `packages claim more than ${LIMITS.ownedPaths} files; ${owned.dropped} are left out`);
      return {
        entries,
        facts: all.filter(({ fact }) => fact.kind !== 'owns' && fact.kind !== 'code'),
        owned,
        code: () => code,
        codeLater,
        unknowns: problems.end(),
        links,
        deferred: [...deferred.values()],
        extras: new Map(),
      };
    },
  };
}

/** What code says, as far as `LIMITS.codeBytes` go. */
function codeOf(facts: readonly LayerFact[]): { readonly code: readonly CodeItem[]; readonly dropped: number } {
  const code: CodeItem[] = [];
  let left: number = LIMITS.codeBytes;
  let dropped = 0;
  for (const { path, fact } of facts) {
    if (fact.kind !== 'code') continue;
    left -= path.length + fact.text.length;
    if (left < 0) dropped += 1;
    else code.push({ path, language: fact.language, text: fact.text });
  }
  return { code, dropped };
}

/** Gives a body to a thread, from its head on, which has been read. */
async function pour(body: TarBody, head: Buffer | undefined, passing: PassingBody, clock: WorkClock): Promise<void> {
  try {
    if (head && head.length > 0) await passing.push(head);
    while (body.remaining > 0 && !passing.enough) {
      await passing.push(await body.chunk(LIMITS.readChunkBytes));
      await clock.breathe();
    }
  } finally {
    passing.over();
  }
}

/** A body that a thread has taken over. */
interface Elsewhere {
  readonly path: string;
  readonly member: number;
  /** What the facts of the path are kept in, as long as no later body replaces them. */
  readonly place: LayerFact[];
  readonly answer: Promise<readonly LayerFact[]>;
}

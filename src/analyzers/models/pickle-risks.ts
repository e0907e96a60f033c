// Long because it tells each kind of thing that a pickle can do, a generator for each.
import { printable } from '../../errors.ts';
import type { PickleEvent, PickleFile, PickleWalk } from '../../formats/models/index.ts';
import type { Severity } from '../../model.ts';
import type { Fact, RiskFact } from '../analyzer.ts';
import { type GlobalVerdict, judgeCall, judgeGlobal } from './global-verdict.ts';
import { modelRisk } from './model-risk.ts';

/** An event, judged. */
interface Judged {
  readonly event: PickleEvent;
  readonly verdict: GlobalVerdict;
  /** Inside which bytes of the outer pickle it lies. */
  readonly carriedAt?: number;
}

/**
 * The risks of loading a body of pickles. `where` names the member of an archive that it is, if any.
 * One risk for each dangerous name, one for all unknown names together, one for a stream that does not end as it should.
 */
export function* pickleRisks(file: PickleFile, where?: string): Iterable<Fact> {
  const judged = file.walks.flatMap((walk) => [...judgeWalk(walk)]);
  yield* dangerousRisks(judged, where);
  yield* together(judged, where);
  yield* unresolved(judged, where);
  yield* unknownNames(judged, where);
  yield* disguised(file.walks, where);
  yield* incomplete(file.walks, where);
  if (file.trailing !== undefined && file.walks.some(isCertain)) {
    yield modelRisk(
      'pickle-trailing-data',
      'LOW',
      'bytes follow the pickle',
      'they are no pickle; a loader that reads on would meet them',
      place(file.trailing, where),
    );
  }
}

function* judgeWalk(walk: PickleWalk, carriedAt?: number): Iterable<Judged> {
  for (const event of walk.events) {
    if (event.kind === 'name' && !isNameToWorryAbout(event)) continue;
    const verdict: GlobalVerdict = event.module === '' ? { verdict: 'unknown', name: event.shown } : judgeCall(event);
    yield { event, verdict, ...(carriedAt === undefined ? {} : { carriedAt }) };
  }
  for (const carried of walk.carried) {
    for (const inner of carried.walks) yield* judgeWalk(inner, carriedAt ?? carried.at);
  }
}

/** The name of what runs code, as a text given to a function that is not known to take data only: those that import by name are without number. */
function isNameToWorryAbout({ module, name, handedTo = '' }: PickleEvent): boolean {
  const verdict = judgeGlobal(module, name);
  if (verdict.verdict !== 'dangerous' || verdict.severity !== 'CRITICAL') return false;
  const dot = handedTo.lastIndexOf('.');
  return judgeGlobal(handedTo.slice(0, Math.max(dot, 0)), handedTo.slice(dot + 1)).verdict !== 'harmless';
}

/** A call says more than a name that something else may call, that more than the name alone, and that more than a text. */
const weight = ({ kind, handedTo }: PickleEvent): number =>
  kind === 'name' ? 0 : kind !== 'import' ? 3 : handedTo === undefined ? 1 : 2;

function* dangerousRisks(judged: readonly Judged[], where?: string): Iterable<RiskFact> {
  const worst = new Map<string, Judged>();
  for (const item of judged) {
    if (item.verdict.verdict !== 'dangerous' || item.event.unresolved) continue;
    if (item.event.resolved && item.event.handedTo === undefined) continue;
    const seen = worst.get(item.verdict.name);
    if (!seen || weight(item.event) > weight(seen.event)) worst.set(item.verdict.name, item);
  }
  for (const { event, verdict, carriedAt } of worst.values()) {
    if (verdict.verdict !== 'dangerous' || verdict.together) continue;
    const name = printable(verdict.name, 160);
    if (event.kind === 'name') {
      yield namedInText(event, verdict, where, carriedAt);
      continue;
    }
    const called = event.kind === 'call';
    const handed = event.handedTo !== undefined;
    const shown = called ? printable(event.shown, 300) : name;
    yield modelRisk(
      `pickle-${called || handed ? 'calls' : 'imports'}-${slug(verdict.name)}`,
      called || handed ? verdict.severity : lower(verdict.severity),
      `loading it ${called ? `calls ${name}` : handed ? `has ${printable(event.handedTo as string, 100)} call ${name}` : `imports ${name}`}`,
      `${shown}: ${verdict.why}${inside(carriedAt)}`,
      place(carriedAt ?? event.offset, where),
    );
  }
}

function namedInText(
  event: PickleEvent,
  verdict: Extract<GlobalVerdict, { verdict: 'dangerous' }>,
  where: string | undefined,
  carriedAt: number | undefined,
): RiskFact {
  const name = printable(verdict.name, 160);
  const callee = printable(event.handedTo ?? '', 100);
  return modelRisk(
    `pickle-names-${slug(verdict.name)}`,
    lower(verdict.severity),
    `loading it hands the name of ${name} to ${callee}`,
    `${name}: ${verdict.why}; ${callee} may import it by its name${inside(carriedAt)}`,
    place(carriedAt ?? event.offset, where),
  );
}

/** Names that only together mean something, such as those with which cloudpickle rebuilds a function. */
function* together(judged: readonly Judged[], where?: string): Iterable<RiskFact> {
  const groups = new Map<string, Judged[]>();
  for (const item of judged) {
    if (item.verdict.verdict !== 'dangerous' || !item.verdict.together) continue;
    const group = groups.get(item.verdict.together.rule);
    if (group) group.push(item);
    else groups.set(item.verdict.together.rule, [item]);
  }
  for (const group of groups.values()) {
    const first = group[0] as Judged;
    if (first.verdict.verdict !== 'dangerous' || !first.verdict.together) continue;
    const { together: shown, severity, why } = first.verdict;
    const names = listed([...new Set(group.map(nameOf))]);
    yield modelRisk(
      shown.rule,
      severity,
      shown.title,
      `${names}: ${why}${inside(first.carriedAt)}`,
      place(first.carriedAt ?? first.event.offset, where),
    );
  }
}

/** dill names the builtin types by a table of its own: `_load_type('slice')(0, 2)` is a slice. */
const DILL_TYPES =
  /^dill\._dill\._load_type\('(?:slice|range|complex|bytearray|frozenset|set|dict|list|tuple|NoneType)'\)\(/;

/** A call of a call's result is worth a word of its own, unless the first call has been reported for the same reason. */
const isComputedCall = ({ event, verdict }: Judged): boolean =>
  event.kind === 'call' &&
  event.unresolved &&
  !DILL_TYPES.test(event.shown) &&
  !(verdict.verdict === 'dangerous' && verdict.together);

/** What cloudpickle and dill make of carried code is a function: to carry one is their purpose, to call it while loading is nobody's. */
const isFunctionCall = ({ kind, unresolved, made, name }: PickleEvent): boolean =>
  kind === 'call' &&
  unresolved &&
  made !== true &&
  /^(?:_make_function|_make_skel_func|_fill_function|_create_function)$/.test(name);

/** What is told of once, at the first event that shows it. */
interface Sign {
  readonly rule: string;
  readonly severity: Severity;
  readonly shows: (item: Judged) => boolean;
  readonly title: (item: Judged) => string;
  /** Default: the event as it is written. */
  readonly detail?: (item: Judged) => string;
}

/** What no list of names can judge: what is imported or called is decided on the way. */
const UNRESOLVED: readonly Sign[] = [
  {
    rule: 'pickle-computed-import',
    severity: 'HIGH',
    shows: ({ event }) => event.kind === 'import' && event.unresolved,
    title: () => 'loading it imports a name that is computed on the way',
  },
  {
    rule: 'pickle-changes-import',
    severity: 'HIGH',
    shows: ({ event }) => event.kind === 'change',
    title: (item) => `loading it changes ${nameOf(item)} itself`,
  },
  {
    rule: 'pickle-calls-carried-code',
    severity: 'CRITICAL',
    shows: ({ event }) => isFunctionCall(event),
    title: () => 'loading it runs code that it carries',
  },
  {
    rule: 'pickle-computed-call',
    severity: 'MEDIUM',
    shows: isComputedCall,
    title: () => 'loading it calls what another call returned',
  },
  {
    rule: 'pickle-extension-code',
    severity: 'MEDIUM',
    shows: ({ event }) => event.module === 'copyreg extension',
    title: () => 'loading it imports what the extension registry holds',
    detail: ({ event }) => `extension code ${event.name}: what it means is decided by the program that loads it`,
  },
];

function* unresolved(judged: readonly Judged[], where?: string): Iterable<RiskFact> {
  for (const { rule, severity, shows, title, detail = written } of UNRESOLVED) {
    const first = judged.find(shows);
    if (first === undefined) continue;
    const { event, carriedAt } = first;
    yield modelRisk(rule, severity, title(first), detail(first), place(carriedAt ?? event.offset, where));
  }
}

/** The event, and whether it lies in another pickle. */
const written = ({ event, carriedAt }: Judged): string => printable(event.shown, 300) + inside(carriedAt);

/** A function's name, by Python's conventions; classes only make objects, functions do something. */
const isFunction = (event: PickleEvent): boolean =>
  event.kind === 'call' && !/^_*[A-Z]/.test(event.name.slice(event.name.lastIndexOf('.') + 1));

function* unknownNames(judged: readonly Judged[], where?: string): Iterable<RiskFact> {
  const names = new Map<string, { readonly called: boolean; readonly at: number }>();
  for (const { event, verdict, carriedAt } of judged) {
    if (verdict.verdict !== 'unknown' || event.unresolved || event.module === 'copyreg extension') continue;
    const called = isFunction(event);
    if (called || !names.has(verdict.name)) names.set(verdict.name, { called, at: carriedAt ?? event.offset });
  }
  for (const called of [true, false]) {
    const list = [...names].filter(([, seen]) => seen.called === called);
    const first = list[0];
    if (!first) continue;
    yield modelRisk(
      called ? 'pickle-calls-unknown' : 'pickle-imports-unknown',
      called ? 'MEDIUM' : 'LOW',
      `loading it ${called ? 'calls functions' : 'makes objects of classes'} that are not known to be harmless`,
      listed(list.map(([name]) => name)),
      place(first[1].at, where),
    );
  }
}

function* disguised(walks: readonly PickleWalk[], where?: string): Iterable<RiskFact> {
  for (const event of walks.flatMap((walk) => walk.disguised)) {
    const verdict = judgeGlobal(event.module, event.name);
    if (verdict.verdict !== 'dangerous') continue;
    yield modelRisk(
      'pickle-disguised-opcodes',
      'HIGH',
      'the bytes of an array are opcodes to a plain unpickler',
      `${printable(event.shown, 300)}: ${verdict.why}`,
      place(event.offset, where),
    );
    return;
  }
}

/** Without PROTO and without an import it may be no pickle at all. */
const isCertain = (walk: PickleWalk): boolean => walk.protocol >= 0 || walk.events.length > 0;

function* incomplete(walks: readonly PickleWalk[], where?: string): Iterable<Fact> {
  const notes = walks.flatMap((walk) => walk.omissions);
  const given = walks.find((walk) => walk.end === 'budget');
  if (given || notes.length > 0) {
    const reason = given?.reason ?? listed(notes);
    yield modelRisk(
      'pickle-not-fully-read',
      'MEDIUM',
      'the pickle is too large or too odd to be read to its end',
      reason,
      place(given?.to ?? 0, where),
    );
  }
  for (const walk of walks) {
    if (walk.end === 'stop' || walk.end === 'budget') continue;
    if (!isCertain(walk)) continue;
    yield modelRisk(
      'pickle-incomplete',
      walk.events.length > 0 ? 'MEDIUM' : 'LOW',
      'the pickle does not end as it should',
      `${walk.reason ?? 'no STOP'}; what stands before that is executed all the same`,
      place(walk.to, where),
    );
    return;
  }
}

const nameOf = ({ event, verdict }: Judged): string =>
  printable(verdict.verdict === 'harmless' ? `${event.module}.${event.name}` : verdict.name, 160);

const inside = (carriedAt: number | undefined): string =>
  carriedAt === undefined ? '' : ' (in a pickle carried as bytes)';

const place = (offset: number, where: string | undefined): string =>
  where === undefined ? `byte ${offset}` : `${printable(where, 200)}, byte ${offset}`;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).map((name) => printable(name, 120));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Part of a rule's id: lower-case letters, digits and hyphens. */
const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80);

const LOWER: Readonly<Record<Severity, Severity>> = {
  CRITICAL: 'HIGH',
  HIGH: 'MEDIUM',
  MEDIUM: 'LOW',
  LOW: 'LOW',
  NEGLIGIBLE: 'NEGLIGIBLE',
  UNKNOWN: 'UNKNOWN',
};
const lower = (severity: Severity): Severity => LOWER[severity];

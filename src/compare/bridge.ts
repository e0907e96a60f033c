import { SEVERITIES, type Severity } from '../model.ts';
import { type Cause, causeSentence } from '../scanners/causes.ts';
import type { AlignedRow } from './align.ts';
import { type Bridge, type CountedCause, PROOFS, type Proof } from './comparison.ts';
import type { Reduction, RowStep } from './reduction.ts';

/** Rows gained or lost at one severity by one cause. */
interface Step extends CountedCause {
  readonly severity: Severity;
  readonly delta: number;
  /** One half of a change of severity: the other half cancels it out in the total. */
  readonly move?: true;
}

/** What a key costs or adds on the way from one report to the other. Asked for where it is needed. */
interface KeyCauses {
  /** The key is in the first only, or in the second only. */
  present(): CountedCause;
  /** Both report it, with different severities. */
  severity(): CountedCause;
  /**
   * Both report it and count packages, and one lacks packages that the other has there: why, package by package.
   * Empty where they count different things: then that is the cause.
   */
  lacking(side: 'from' | 'to'): readonly CountedCause[];
}

/** A bridge that is being built, row by row. */
interface Building {
  add(row: AlignedRow, causes: KeyCauses): void;
  end(): readonly Bridge[];
}

/**
 * The bridge from one total to the other, and one for each severity. Each step is a sum over single rows and keys, so
 * start + sum of the steps = end holds by construction; a difference that no rule predicts is a step of its own.
 * All rows of a key that only one reports go to the cause of that.
 */
export function bridge(from: string, to: string, a: Reduction, b: Reduction): Building {
  const total = sums();
  const byLevel = new Map(SEVERITIES.map((severity) => [severity, sums()] as const));
  const book = (code: Cause, proof: Proof, severity: Severity, delta: number, move?: true): void => {
    if (!move) total.add(code, proof, delta);
    byLevel.get(severity)!.add(code, proof, delta);
  };
  return {
    add(row, causes) {
      const left = a.severity(row);
      const right = b.severity(row);
      if (left === undefined || right === undefined) {
        const { code, proof } = causes.present();
        for (const severity of left === undefined ? b.rowsOf(row) : a.rowsOf(row))
          book(code, proof, severity, left === undefined ? 1 : -1);
        return;
      }
      const [stepsA, stepsB] = [a.steps(row), b.steps(row)];
      if (stepsA.length > 0 || stepsB.length > 0)
        for (const step of attributed(furtherRows(stepsA, stepsB, causes.severity), causes))
          book(step.code, step.proof, step.severity, step.delta, step.move);
      if (left === right) return;
      const { code, proof } = causes.severity();
      book(code, proof, left, -1, true);
      book(code, proof, right, 1, true);
    },
    end() {
      const whole: Bridge = { from, to, start: sum(a.rows), steps: total.steps(), end: sum(b.rows) };
      const parts = [...byLevel].reverse().map(
        ([severity, level]): Bridge => ({
          from,
          to,
          severity,
          start: a.rows[severity],
          steps: level.steps(),
          end: b.rows[severity],
        }),
      );
      return [whole, ...parts.filter((part) => part.start !== 0 || part.end !== 0 || part.steps.length > 0)];
    },
  };
}

/** The same bridges from the other end. */
export function turned(bridges: readonly Bridge[]): readonly Bridge[] {
  return bridges.map((bridge) => ({
    ...bridge,
    from: bridge.to,
    to: bridge.from,
    start: bridge.end,
    steps: bridge.steps
      .map((step) => ({ ...step, count: -step.count }))
      .sort((x, y) => order(x.code) - order(y.code) || x.count - y.count),
    end: bridge.start,
  }));
}

/** Rows that no cause accounts for, whether one report has them or the other. */
export function unexplainedRows(bridges: readonly Bridge[]): number {
  return bridges
    .filter((bridge) => bridge.severity === undefined)
    .flatMap(({ steps }) => steps)
    .reduce((total, step) => total + (step.code === 'unexplained' ? Math.abs(step.count) : 0), 0);
}

function sum(counts: Readonly<Record<Severity, number>>): number {
  return SEVERITIES.reduce((total, severity) => total + counts[severity], 0);
}

/** That rows of one key are counted apart is seen in the report itself. */
const seen = (step: RowStep): Step => ({ ...step, proof: 'stated' });

/** Further rows that both have for the same cause are no step; what is rated differently among them moves. */
function furtherRows(
  left: readonly RowStep[],
  right: readonly RowStep[],
  severity: () => CountedCause,
): readonly Step[] {
  const open = right.map((step) => seen({ ...step, delta: -step.delta }));
  const steps: Step[] = [];
  for (const step of left.map(seen)) {
    const alike = (other: Step): boolean =>
      other.move === step.move && other.code === step.code && other.delta === -step.delta;
    const twin = open.findIndex((other) => alike(other) && other.severity === step.severity);
    // Half of a change of severity cancels out with its like only.
    const partner = twin >= 0 || step.move ? twin : open.findIndex(alike);
    if (partner < 0) {
      steps.push(step);
      continue;
    }
    const [other] = open.splice(partner, 1);
    if (other!.severity === step.severity) continue;
    // Where the key itself is rated alike, its further rows are not: they were copied with other severities.
    const reason = severity();
    steps.push(
      { ...reason, severity: step.severity, delta: step.delta, move: true },
      { ...reason, severity: other!.severity, delta: -step.delta, move: true },
    );
  }
  return [...steps, ...open];
}

/** Where one of them lacks packages that it would count, the rule that took these out is the cause, not the unit. */
function attributed(steps: readonly Step[], causes: KeyCauses): readonly Step[] {
  if (steps.length === 0) return steps;
  const open = { from: [...causes.lacking('from')], to: [...causes.lacking('to')] };
  return steps.map((step) => {
    if (step.move || step.code !== 'unit.binary-vs-source') return step;
    return { ...step, ...open[step.delta < 0 ? 'to' : 'from'].shift() };
  });
}

/** One step for each cause and direction: what is taken away and what is added are shown apart, so that nothing cancels out unseen. */
function sums(): { add(code: Cause, proof: Proof, delta: number): void; steps(): Bridge['steps'] } {
  const [lost, gained] = [new Map<Cause, Sum>(), new Map<Cause, Sum>()];
  return {
    add(code, proof, delta) {
      const side = delta < 0 ? lost : gained;
      const sum = side.get(code);
      if (sum === undefined) side.set(code, { code, count: delta, proof });
      else {
        sum.count += delta;
        sum.proof = weakest(sum.proof, proof);
      }
    },
    steps: () =>
      [...lost.values(), ...gained.values()]
        .filter((step) => step.count !== 0)
        .sort((a, b) => order(a.code) - order(b.code) || a.count - b.count)
        .map(({ code, count, proof }) => ({ code, proof, count, says: causeSentence(code) })),
  };
}

interface Sum {
  readonly code: Cause;
  count: number;
  proof: Proof;
}

/** The weaker of proofs: a chain holds no better than that. */
export function weakest(...proofs: readonly Proof[]): Proof {
  let worst = 0;
  for (const proof of proofs) worst = Math.max(worst, PROOFS.indexOf(proof));
  return PROOFS[worst]!;
}

/** Units first, then what one has and the other has not, the unexplained last. */
function order(code: Cause): number {
  if (code === 'unexplained') return 3;
  return code.startsWith('unit.') || code === 'id.alias' ? 0 : code.startsWith('severity.') ? 2 : 1;
}

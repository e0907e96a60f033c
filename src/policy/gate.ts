import { PlimsollError } from '../errors.ts';
import { nearest } from '../located-yaml.ts';
import { type Finding, type Risk, type RiskCategory, SEVERITIES, type Severity, severityRank } from '../model.ts';
import { mayBeLoaded } from './exposure.ts';

/** What a gate judges by: words that all have to hold of a finding or risk. */
export interface Gate {
  /** As it was written: `fixable:HIGH`. */
  readonly word: string;
  /** That bad or worse; absent: whatever it is. */
  readonly level?: Severity;
  readonly fixable: boolean;
  /** Only what the baseline does not have. */
  readonly fresh: boolean;
  readonly exploited: boolean;
  /** Only what the container loads when it starts, or can load; what cannot be told counts as that. */
  readonly reach?: 'loaded' | 'importable';
  readonly epss?: { readonly above: number; readonly orEqual: boolean };
  readonly findings: boolean;
  /** The categories of risks it judges; empty: none. */
  readonly risks: ReadonlySet<RiskCategory>;
  /** A gate that is not about single findings. */
  readonly whole?: WholeGate;
}

/** Gates on the image or the report as a whole. */
type WholeGate = 'end-of-life' | 'incomplete';

const WHOLE: readonly WholeGate[] = ['end-of-life', 'incomplete'];
const CATEGORIES: readonly RiskCategory[] = ['model', 'notebook', 'secret', 'configuration'];
const NARROWING = ['fixable', 'new', 'exploited', 'loaded', 'importable', 'finding', 'risk', ...CATEGORIES];

/** Every word of a gate, for help, completion and suggestions. */
const GATE_WORDS: readonly string[] = [...[...SEVERITIES].reverse(), ...NARROWING, 'epss>0.5', ...WHOLE, 'never'];

/** What other tools and people call some of them. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['eol', 'end-of-life'],
  ['eosl', 'end-of-life'],
  ['kev', 'exploited'],
  ['fixed', 'fixable'],
  ['secrets', 'secret'],
  ['vuln', 'finding'],
  ['moderate', 'medium'],
  ['important', 'high'],
  ['none', 'never'],
]);

const HINT =
  'take a severity (HIGH), fixable, exploited, loaded, new, epss>0.5, finding, risk, secret, model, end-of-life or incomplete; colons narrow: new:fixable:HIGH';

/**
 * Reads gates as `--fail-on` takes them: each fails by itself, colons narrow one (`fixable:HIGH`). A severity alone judges
 * findings and risks. `never`, alone, is no gate. Throws `usage`, with the nearest word.
 */
export function parseGates(words: readonly string[]): readonly Gate[] {
  const texts = words.map((word) => word.trim()).filter((word) => word !== '');
  if (texts.some((text) => text.toLowerCase() === 'never')) {
    if (texts.length === 1) return [];
    throw new PlimsollError('usage', '--fail-on never goes with no other gate', { hint: 'leave it out' });
  }
  const gates = texts.map(gateOf);
  return gates.filter(({ word }, index) => gates.findIndex((other) => other.word === word) === index);
}

interface Draft {
  level?: Severity;
  epss?: NonNullable<Gate['epss']>;
  readonly words: Set<string>;
  /** As they were written, in one spelling. */
  readonly shown: string[];
}

function gateOf(text: string): Gate {
  const draft: Draft = { words: new Set(), shown: [] };
  const parts = text.split(':').map((part) => part.trim());
  const whole = WHOLE.find((name) => name === text.toLowerCase());
  if (whole) return { ...NOTHING, word: whole, whole };
  for (const part of parts) take(part, draft, text);
  const { level, epss, words } = draft;
  const categories = CATEGORIES.filter((category) => words.has(category));
  const reach = words.has('importable') ? 'importable' : words.has('loaded') ? 'loaded' : undefined;
  const onlyFindings =
    words.has('fixable') || words.has('exploited') || reach !== undefined || epss !== undefined || words.has('finding');
  const onlyRisks = words.has('risk') || categories.length > 0;
  if (categories.length > 1) throw refused(text, 'names two kinds of risk; separate gates with commas');
  if (onlyFindings && onlyRisks) throw refused(text, 'narrows to findings and to risks, which leaves nothing');
  return {
    word: draft.shown.join(':'),
    fixable: words.has('fixable'),
    fresh: words.has('new'),
    exploited: words.has('exploited'),
    findings: !onlyRisks,
    risks: new Set(onlyFindings ? [] : categories.length > 0 ? categories : CATEGORIES),
    ...(level ? { level } : {}),
    ...(epss ? { epss } : {}),
    ...(reach ? { reach } : {}),
  };
}

const NOTHING = { fixable: false, fresh: false, exploited: false, findings: false, risks: new Set<RiskCategory>() };

function take(part: string, draft: Draft, text: string): void {
  const lower = part.toLowerCase();
  const level = SEVERITIES.find((severity) => severity === part.toUpperCase());
  const epss = /^epss\s*(>=?)\s*(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(lower);
  if (level !== undefined) {
    if (draft.level !== undefined) throw refused(text, 'names two severities; separate gates with commas');
    draft.level = level;
    draft.shown.push(level);
  } else if (epss) {
    const above = Number(epss[2]) / (epss[3] === '%' ? 100 : 1);
    if (above > 1) throw refused(text, 'asks for a probability above 1; write epss>0.5 or epss>50%');
    if (draft.epss !== undefined) throw refused(text, 'names two probabilities; separate gates with commas');
    draft.epss = { above, orEqual: epss[1] === '>=' };
    draft.shown.push(`epss${epss[1]}${above}`);
  } else if (NARROWING.includes(lower)) {
    draft.words.add(lower);
    draft.shown.push(lower);
  } else if (WHOLE.some((name) => name === lower)) throw refused(text, `cannot narrow ${lower}, which stands alone`);
  else {
    const near =
      MEANT.get(lower) ??
      nearest(
        lower,
        GATE_WORDS.map((word) => word.toLowerCase()),
      );
    const shown = near && (SEVERITIES.find((severity) => severity.toLowerCase() === near) ?? near);
    throw new PlimsollError('usage', `--fail-on does not know "${part}"`, {
      hint: shown ? `did you mean ${shown}?` : HINT,
    });
  }
}

const refused = (text: string, why: string): PlimsollError =>
  new PlimsollError('usage', `--fail-on ${text} ${why}`, { hint: HINT });

/** Whether a finding is what the gate judges, but for `new`. */
export function catchesFinding(gate: Gate, finding: Finding): boolean {
  const { level, epss } = gate;
  if (!gate.findings) return false;
  if (level !== undefined && severityRank(finding.severity) < severityRank(level)) return false;
  if (gate.fixable && finding.fix.state !== 'fixed') return false;
  if (gate.exploited && finding.exploited === undefined) return false;
  if (gate.reach !== undefined && !mayBeLoaded(finding, gate.reach === 'importable')) return false;
  if (!epss) return true;
  return finding.epss !== undefined && (epss.orEqual ? finding.epss >= epss.above : finding.epss > epss.above);
}

/** Whether a risk is what the gate judges, but for `new`. */
export const catchesRisk = (gate: Gate, risk: Risk): boolean =>
  gate.risks.has(risk.category) &&
  (gate.level === undefined || severityRank(risk.severity) >= severityRank(gate.level));

/** The severities that have to be shown for a gate to judge all it speaks of. */
export const severitiesOf = ({ level, findings }: Gate): readonly Severity[] =>
  findings ? SEVERITIES.filter((severity) => severityRank(severity) >= severityRank(level ?? 'UNKNOWN')) : [];

import { printable } from '../../errors.ts';
import { withoutUsers } from '../../formats/uri.ts';
import type { Severity } from '../../model.ts';
import type { Fact, RiskFact } from '../analyzer.ts';

/** `!pip install x`, `%pip install x`, `!python -m pip install x`, `!uv pip install x` */
const INSTALL =
  /^\s{0,40}[!%]{1,2}\s{0,8}(?:sudo\s+)?(?:\S{0,80}python[\d.]*\s+-m\s+)?(?:uv\s+)?pip[\d.]*\s+install\s+(.*)$/;
/** In a line for the shell, a cell of it (`%%bash`), or a text that Python hands to it. */
const DOWNLOADED_SCRIPT =
  /\b(?:curl|wget)\b.{0,300}\|\s{0,4}(?:sudo\s{1,4})?(?:\S{0,40}\/)?(?:(?:ba|z|da|k)?sh|python[\d.]{0,4}|perl)\b|\b(?:ba|z|da)?sh\s{1,4}(?:-c\s{0,4})?["']?(?:<\(|\$\(|`)\s{0,4}(?:curl|wget)\b/;
/** Code that was made unreadable first: what is decoded is run. */
const HIDDEN_CODE =
  /\b(?:exec|eval)\s{0,4}\(.{0,200}\b(?:b64decode|a85decode|b85decode|unhexlify|fromhex|decompress|marshal\.loads|urlopen|requests\.get)\b/;
/** A line is looked at so far: longer ones are data. */
const LONGEST_LINE = 4_096;
/** Options that take a value. */
const WITH_VALUE = new Set([
  '-i',
  '--index-url',
  '--extra-index-url',
  '-f',
  '--find-links',
  '--trusted-host',
  '-r',
  '--requirement',
  '-c',
  '--constraint',
  '-t',
  '--target',
  '--prefix',
  '--root',
  '--platform',
  '--python-version',
  '--abi',
  '--proxy',
  '--timeout',
  '--cache-dir',
  '--no-binary',
  '--only-binary',
  '--upgrade-strategy',
  '--progress-bar',
  '--src',
  '-e',
  '--editable',
]);

/** What a cell installs when it is run: declared packages, and what is careless about how. */
export function* installFacts(source: string, cell: number): Iterable<Fact> {
  // A backslash at a line's end goes on in the next.
  const lines = source.replace(/\\\r?\n/g, ' ').split('\n');
  const unpinned = new Set<string>();
  for (const line of lines) {
    if (!/^\s{0,40}#/.test(line) && DOWNLOADED_SCRIPT.test(line.slice(0, LONGEST_LINE))) {
      yield risk(
        'notebook-runs-download',
        'MEDIUM',
        'a cell runs a script straight from the network',
        line.trim(),
        cell,
      );
    }
    if (HIDDEN_CODE.test(line.slice(0, LONGEST_LINE))) {
      yield risk('notebook-hides-code', 'HIGH', 'a cell runs code that it decodes or fetches', line.trim(), cell);
    }
    const words = INSTALL.exec(line)?.[1]
      ?.split(/\s+/)
      .filter((word) => word !== '');
    if (words) yield* wordFacts(words, cell, unpinned);
  }
  if (unpinned.size > 0) {
    yield risk(
      'notebook-unpinned-install',
      'LOW',
      'a cell installs whatever version is newest',
      [...unpinned].slice(0, 12).join(', '),
      cell,
    );
  }
}

function* wordFacts(words: readonly string[], cell: number, unpinned: Set<string>): Iterable<Fact> {
  for (let index = 0; index < words.length; index += 1) {
    const word = unquoted(words[index] as string);
    if (word.startsWith('#') || word === '&&' || word === ';' || word === '|') return;
    const [option = '', inline] = word.startsWith('-') ? split(word, '=') : [''];
    if (option !== '') {
      const value = inline ?? (WITH_VALUE.has(option) ? unquoted(words[index + 1] ?? '') : '');
      if (inline === undefined && WITH_VALUE.has(option)) index += 1;
      yield* optionFacts(option, value, cell);
      continue;
    }
    yield* requirementFacts(word, cell, unpinned);
  }
}

function* optionFacts(option: string, value: string, cell: number): Iterable<Fact> {
  if (option === '--trusted-host') {
    yield risk(
      'notebook-insecure-index',
      'MEDIUM',
      'a cell installs from a host without checking its certificate',
      value,
      cell,
    );
  }
  if (/^http:\/\//i.test(value) && ['-i', '--index-url', '--extra-index-url', '-f', '--find-links'].includes(option)) {
    yield risk(
      'notebook-insecure-index',
      'MEDIUM',
      'a cell installs from an index without encryption',
      withoutUsers(value),
      cell,
    );
  }
}

function* requirementFacts(word: string, cell: number, unpinned: Set<string>): Iterable<Fact> {
  if (/^(?:git\+)?http:\/\//i.test(word)) {
    yield risk(
      'notebook-insecure-index',
      'MEDIUM',
      'a cell installs from an address without encryption',
      withoutUsers(word),
      cell,
    );
    return;
  }
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9._-]{0,100}[A-Za-z0-9])?)(?:\[[^\]]{0,200}\])?\s*(.*)$/.exec(word);
  if (!match || word.includes('://') || /[/\\]|\.(?:whl|zip|gz|txt)$/.test(word)) return;
  const [, name = '', specifier = ''] = match;
  const version = /^={2,3}([^,;*]+)$/.exec(specifier)?.[1];
  if (version !== undefined) {
    yield {
      type: 'pypi',
      name,
      version,
      role: 'declared',
      certainty: 'exact',
      properties: { declaredIn: `cell ${cell}` },
    };
  } else unpinned.add(printable(word, 80));
}

const unquoted = (word: string): string => word.replace(/^["']|["']$/g, '');

function split(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function risk(rule: string, severity: Severity, title: string, detail: string, cell: number): RiskFact {
  return {
    kind: 'risk',
    category: 'notebook',
    rule,
    severity,
    title,
    detail: printable(detail, 300),
    at: `cell ${cell}`,
  };
}

import { gzipSync } from 'node:zlib';
import type { Notification, ReportingDescriptor, Result } from 'sarif';

/** What an entry of the report becomes: a rule and a result that refers to it. */
export interface SarifEntry {
  readonly rule: ReportingDescriptor;
  readonly result: Result;
}

/**
 * What GitHub's code scanning takes of one run; a file beyond is refused whole. The upload is compressed, so its size is counted compressed.
 * https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit
 * https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/file-too-large
 */
const RESULTS = 25_000;
const COMPRESSED_BYTES = 10_000_000;
/** For what stands around the entries: the tool, the invocation, `ruleId` and `ruleIndex` of each result. */
const AROUND = 500_000;

/** How much is said of each entry, from all to least. */
const WORDS: readonly ((entry: SarifEntry) => SarifEntry)[] = [
  (entry) => entry,
  (entry) => brief(entry, 10),
  (entry) => brief(entry, 1),
];

/** What fits of the entries, the worst first where not all do, and what had to give way: entries that are left out, texts that are short. */
export function fittingEntries(
  all: readonly SarifEntry[],
  notifications: unknown,
): { readonly entries: readonly SarifEntry[]; readonly isBrief: boolean } {
  const room = COMPRESSED_BYTES - AROUND - compressedBytes([notifications], Number.POSITIVE_INFINITY);
  let entries = all.length <= RESULTS ? all : worstFirst(all).slice(0, RESULTS);
  for (const [at, words] of WORDS.entries()) {
    const shown = entries.map(words);
    if (compressedBytes(shown, room) <= room) return { entries: shown, isBrief: at > 0 };
  }
  entries = worstFirst(entries).map(WORDS.at(-1)!);
  while (entries.length > 1 && compressedBytes(entries, room) > room)
    entries = entries.slice(0, Math.floor(entries.length / 2));
  return { entries, isBrief: true };
}

/** What is told of entries that were left out, and of texts. */
export function givenUp(left: number, isBrief: boolean): Notification[] {
  const warning = (id: string, text: string): Notification => ({
    level: 'warning',
    message: { text: `${text}; -f json holds all` },
    descriptor: { id },
  });
  return [
    ...(left > 0
      ? [
          warning(
            'results-left-out',
            `${left} results of lower severity are left out: code scanning takes ${RESULTS} and 10 MB compressed`,
          ),
        ]
      : []),
    ...(isBrief
      ? [
          warning(
            'texts-left-out',
            'descriptions and further places are left out: code scanning takes 10 MB compressed',
          ),
        ]
      : []),
  ];
}

const badness = ({ rule }: SarifEntry): number => Number(rule.properties?.['security-severity'] ?? 0);
const worstFirst = (entries: readonly SarifEntry[]): readonly SarifEntry[] =>
  entries.toSorted((a, b) => badness(b) - badness(a));

/** Without what a page of the vulnerability says, and with so many places. */
function brief({ rule, result }: SarifEntry, places: number): SarifEntry {
  const { fullDescription: _, help: __, ...rest } = rule;
  const { locations = [], ...others } = result;
  return { rule: rest, result: { ...others, locations: locations.slice(0, places) } };
}

/** Text that is compressed at once: parts of a whole take more together than the whole would, never less. */
const PART = 1 << 20;

/** Bytes of the values' JSON, compressed part by part; more than `enough` is not counted to its end. */
function compressedBytes(values: readonly unknown[], enough: number): number {
  let [bytes, text] = [0, ''];
  for (const value of values) {
    text += JSON.stringify(value, undefined, 2);
    if (text.length < PART) continue;
    bytes += gzipSync(text).length;
    text = '';
    if (bytes > enough) return bytes;
  }
  return bytes + gzipSync(text).length;
}

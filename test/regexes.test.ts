/**
 * A pattern cannot be stopped from inside, so each has to take time in line with its text, or has a short text. scslre looks for patterns
 * whose time grows faster (it says nothing of patterns that are put together at run time: these are counted, each with who gives the parts).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rolldown/parseAst';
import { analyse } from 'scslre';
import { expect, it } from 'vitest';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** No line end is in the text, so that `(.*)$` at its end cannot fail, and nothing before it is tried again. */
const LINE = 'a line';
/** What stands at its end takes whatever comes, so that nothing before it is tried again. */
const TAIL = 'its end cannot fail';
const PATH = '`LIMITS.pathBytes`: a path of a layer';

/** Patterns whose time can grow with the square of their text, and what keeps that text short. */
const BOUNDED: ReadonlyMap<string, string> = new Map([
  [String.raw`src/formats/grouped.ts /\B(?=(?:\d{3})+$)/g`, 'the digits of one number'],
  [
    'src/remediate/goal.ts /^[A-Z][A-Z0-9]*-[A-Z0-9:-]*[0-9a-z]+[A-Za-z0-9-]*$/i',
    "a word that the user typed, not an image's",
  ],
  [String.raw`src/scanners/docker-hub.ts /^\s{1,80}([A-Z][\w ]{1,80}?)\s{0,80}:\s+(.*)$/`, LINE],
  ['src/scanners/osv-scanner.ts /^(?:(.*):)?(.+)$/s', TAIL],
  [
    String.raw`src/scanners/sarif.ts /^\s*([A-Z][A-Za-z ]{1,24}?)\s*:(?:\s+(.*))?$/`,
    'lines of the first `4 * KEPT` characters of a message',
  ],
  [String.raw`src/advisories/feeds/debian-lists.ts /^\[(\d\d) (\w{3}) (\d{4})\]\s+(\S+)\s*(.*)$/`, LINE],
  [
    String.raw`src/analyzers/configuration/notebook-installs.ts /^\s{0,40}[!%]{1,2}\s{0,8}(?:sudo\s+)?(?:\S{0,80}python[\d.]*\s+-m\s+)?(?:uv\s+)?pip[\d.]*\s+install\s+(.*)$/`,
    LINE,
  ],
  [
    String.raw`src/analyzers/configuration/notebook-installs.ts /^([A-Za-z0-9](?:[A-Za-z0-9._-]{0,100}[A-Za-z0-9])?)(?:\[[^\]]{0,200}\])?\s*(.*)$/`,
    LINE,
  ],
  [
    String.raw`src/analyzers/configuration/risks.ts /^(?:[\d.]+|\$.*|~?\/.*|[^{]*\{.*\}.*)$/`,
    '`LIMITS.pathBytes` of a value',
  ],
  [
    String.raw`src/analyzers/languages/dotnet.ts /(?:^|\/)shared\/([\w.]+)\/(\d+\.\d+\.\d+[^/]*)\/\1\.deps\.json$/`,
    PATH,
  ],
  [
    String.raw`src/analyzers/languages/ruby-gems.ts /([^/]+)-(\d[^/]*?)(?:-(?:x86_64|aarch64|arm64|java|universal)[\w-]*)?\.gemspec$/`,
    PATH,
  ],
  [
    String.raw`src/analyzers/languages/swift-packages.ts /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([a-z0-9.-]+\.[a-z]{2,})(?::\d+)?[:/]+(.+?)(?:\.git)?\/*$/i`,
    '`LIMITS.factTextLength` of an address',
  ],
  [
    String.raw`src/analyzers/native/go-version.ts /^v?(\d+\.\d+(?:\.\d+)?[\w.+-]*)$/`,
    '`LIMITS.factTextLength` of a version',
  ],
  [
    String.raw`src/analyzers/project/go-mod.ts /^(require|replace|exclude|retract|tool|ignore)(?:\s+|(?=\())(.*)$/`,
    LINE,
  ],
  [String.raw`src/analyzers/python/editable.ts /([^/-]+)-([^/-]+)\.dist-info\/direct_url\.json$/`, PATH],
  [
    `src/analyzers/python/locks.ts /^ {0,8}(- | {2})([a-z_]+): +['"]?([^'"#]*?)['"]? *$/`,
    'a line of `shortLines`: 4 KiB',
  ],
  [String.raw`src/analyzers/systems/dpkg.ts /([^/:]+)(?::[^/]+)?\.(list|md5sums)$/`, PATH],
  [
    String.raw`src/cis/image/requirements.ts /^\s*([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*===?\s*[^*\s]+\s*(?:[;#].*)?$/`,
    '`LIMITS.pathBytes` of a line',
  ],
  [
    String.raw`src/cis/image/requirements.ts /^\s*-\s+["']?([A-Za-z0-9_][^"'#]*?)["']?\s*(?:#.*)?$/`,
    '`LIMITS.pathBytes` of a line',
  ],
  [
    String.raw`src/cis/image/software.ts /^(?:build-essential|build-base|alpine-sdk|gcc|g\+\+|gcc-c\+\+|gcc-\d+|g\+\+-\d+|clang(?:-\d+)?|llvm|make|cmake|ninja-build|gfortran|cuda-(?:nvcc|toolkit|compiler).*|rust|rustc|cargo|golang(?:-go)?|gdb|strace|ltrace|valgrind|perf|linux-tools.*|tcpdump|nmap|netcat.*|socat|telnet|openssh-server|vim|nano|emacs.*|.+-dev|.+-devel|compilers|cxx-compiler|gxx_linux-64|gcc_linux-64)(?:=.*)?$/`,
    LINE,
  ],
  [
    String.raw`src/cis/image/steps.ts /^\S*sh\s+(?:-\S+\s+(?:pipefail\s+)?)*?-\S*c\s+#\(nop\)\s+([A-Z]+)\s*([\s\S]*)$/`,
    TAIL,
  ],
  [String.raw`src/formats/sbom/spdx-tag-value.ts /^([A-Za-z]+):[ \t]*(.*)$/`, LINE],
  [String.raw`src/formats/text/dockerfile-lines.ts /^#[ \t]*([A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(.*)$/`, LINE],
  [String.raw`src/formats/text/dockerfile.ts /^\S+\s+([\s\S]+)$/`, TAIL],
  [
    String.raw`src/formats/text/jinja-values.ts /%(?:\(([^)]*)\))?[-+ #0]*\d*(?:\.\d+)?([a-zA-Z%])/g`,
    '`LIMITS.templateText`: 1 KiB',
  ],
  [
    String.raw`src/formats/text/python-requirement.ts /^@\s*(\S+)(?:\s+;\s*(.*))?\s*$/s`,
    '`REQUIREMENT_CHARACTERS`: 8 KiB',
  ],
  [
    String.raw`src/remediate/files/dockerfile-edit.ts /\b(?:pip[\d.]*|uv\s+pip)['"]?\s*(?:,\s*)?['"]?(?:\S+\s+){0,20}?install\b/`,
    "a command of the user's own Dockerfile",
  ],
  [
    String.raw`src/remediate/files/environment-file.ts /^(?:[\w.-]+::)?([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(.*)$/s`,
    "a value of the user's own environment.yml",
  ],
  [
    'src/report/fix/openvex.ts /(?:@.*|:[^/]*)$/',
    'the name of an image, as the user typed it or as its reference is checked',
  ],
  [String.raw`src/formats/supplier.ts /^([^<>]*)(?:<([^<>\s]+@[^<>\s]+)>)?/`, '300 characters: `printable`'],
  [
    String.raw`src/formats/supplier.ts /^(Organization|Person):([^()]*)(?:\(([^()\s]+@[^()\s]+)\))?/i`,
    '300 characters: `printable`',
  ],
]);

/** Files that put patterns together: how often, and who gives the parts. */
const PUT_TOGETHER: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['src/advisories/feeds/debian-lists.ts', [1, 'a name of our own']],
  ['src/analyzers/languages/java-file-names.ts', [2, 'tails of versions, of our own; a name of at most `nameBytes`']],
  ['src/analyzers/languages/java-poms.ts', [1, 'a name of our own; one line of a pom.properties']],
  ['src/analyzers/languages/jdk.ts', [1, 'a name of our own; one line of a release file']],
  [
    'src/analyzers/languages/js-locks.ts',
    [1, 'a name and a version of bounded length, from the beginning of a line on'],
  ],
  [
    'src/analyzers/languages/npm-code.ts',
    [6, 'a name, escaped, or of our own; from a fixed word or the beginning of a line on'],
  ],
  [
    'src/analyzers/languages/yarn-pnp.ts',
    [2, 'a name and a version of bounded length, from the beginning of a reference on'],
  ],
  ['src/analyzers/languages/ruby-gems.ts', [1, 'a name of our own; one line of a gemspec']],
  ['src/analyzers/native/gpu.ts', [1, 'patterns of our own, which are checked themselves']],
  ['src/analyzers/native/libraries.ts', [1, 'patterns of our own, which are checked themselves']],
  ['src/analyzers/native/nvidia-files.ts', [1, 'a name of our own; one line of a header']],
  ['src/analyzers/native/signatures.ts', [26, 'words of our own before a version']],
  ['src/analyzers/native/system-parts.ts', [3, 'names of our own behind a folder of the system; a path or a name']],
  ['src/analyzers/native/text-matches.ts', [1, 'patterns of our own, which are checked themselves']],
  ['src/analyzers/secrets/assignments.ts', [3, 'a list of names of our own; every part of bounded length']],
  ['src/cis/checks/jupyter.ts', [3, 'a list of names of our own']],
  ['src/cis/image/secrets.ts', [1, 'the name of a variable, escaped']],
  ['src/analyzers/project/lock-files.ts', [1, 'a name and a version of bounded length, anchored at both ends']],
  ['src/formats/scripts/julia.ts', [2, 'names of bounded length, behind words of our own; one line']],
  ['src/formats/scripts/perl.ts', [7, 'names of bounded length, behind a word of our own or a quote; one line']],
  ['src/formats/scripts/r.ts', [5, 'names of bounded length, behind words of our own; one line or one field']],
  ['src/formats/scripts/ruby.ts', [5, 'texts of bounded length, behind words of our own; one line']],
  ['src/formats/text/node-locks.ts', [2, 'a name and a version of bounded length, from the beginning of a line on']],
  ['src/layers/selection.ts', [1, "an analyzer's pattern for `LIMITS.pathBytes` of a path"]],
  ['src/remediate/bases/official-images.ts', [2, 'lists of names of our own']],
  ['src/remediate/python/project-page.ts', [1, 'the name of an attribute of ours']],
  ['src/remediate/systems/rpm-sources.ts', [1, 'the name of an attribute of ours']],
  ['src/scanners/docker-scout-markdown.ts', [1, 'names of our own; 300 characters of a cell']],
  ['src/versions/npm-range.ts', [1, 'a number, three times; a version']],
]);

interface Node {
  readonly type: string;
  readonly regex?: { readonly pattern: string; readonly flags: string };
  readonly callee?: { readonly name?: string };
}

/** Every pattern of a source text, and how many are put together in it. */
function patternsOf(text: string): {
  readonly literals: readonly (readonly [string, string])[];
  readonly made: number;
} {
  const literals: [string, string][] = [];
  let made = 0;
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    if (node.type === 'Literal' && node.regex) literals.push([node.regex.pattern, node.regex.flags]);
    if ((node.type === 'NewExpression' || node.type === 'CallExpression') && node.callee?.name === 'RegExp') made++;
    for (const child of Object.values(value)) walk(child);
  };
  walk(parseAst(text, { lang: 'ts' }));
  return { literals, made };
}

const known = new Map<string, boolean>();

/** Whether a pattern's time can grow faster than its text. Without an open repetition, or with one from a fixed place, it cannot. */
function isSlow(source: string, flags: string): boolean {
  const open = source.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
  if (open === 0 || (open === 1 && /^\^[^|]*$/.test(source) && !flags.includes('m'))) return false;
  const key = `/${source}/${flags}`;
  const actual = known.get(key) ?? analyse({ source, flags }, { maxReports: 1 }).reports.length > 0;
  known.set(key, actual);
  return actual;
}

it('the check knows patterns that are slow, and those that are not', () => {
  expect([
    isSlow('(a+)+$', ''),
    isSlow('^\\s*x', 'm'),
    isSlow('\\/+$', ''),
    isSlow('(\\d+)-(\\d+)[\\d]*x', ''),
  ]).toEqual([true, true, true, true]);
  expect([isSlow('^[ \\t]*x', 'm'), isSlow('(?<!\\/)\\/+$', ''), isSlow('^a{1,9}b', '')]).toEqual([
    false,
    false,
    false,
  ]);
});

it('every pattern takes time in line with its text, or its text is short', () => {
  const slow: string[] = [];
  const made = new Map<string, number>();
  for (const entry of readdirSync(join(root, 'src'), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.ts$/.test(entry.name) || /\.test\.ts$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const file = relative(root, path).split('\\').join('/');
    if (file.includes('/fixtures/')) continue;
    const patterns = patternsOf(readFileSync(path, 'utf8'));
    if (patterns.made > 0) made.set(file, patterns.made);
    for (const [source, flags] of patterns.literals)
      if (isSlow(source, flags)) slow.push(`${file} /${source}/${flags}`);
  }
  expect([...new Set(slow)].sort(), 'patterns, and BOUNDED').toEqual([...BOUNDED.keys()].sort());
  expect([...made].sort(), 'patterns put together, and PUT_TOGETHER').toEqual(
    [...PUT_TOGETHER].map(([file, [count]]) => [file, count]).sort(),
  );
});

import { addTo } from '../../collections.ts';
import { typeNamed } from '../../ecosystems/index.ts';
import { printable } from '../../errors.ts';
import { grouped } from '../../formats/grouped.ts';
import { folderOf } from '../../formats/paths.ts';
import { EXPOSURE_CLASSES, type ExposureClass, type Package } from '../../model.ts';
import { liveInWords } from '../../policy/exposure.ts';
import type { StyleName } from '../../terminal/style.ts';
import { type Column, cut, table } from '../../terminal/table.ts';
import { layout, type Page, pageFor, paragraph, title } from '../page.ts';
import type { RenderOptions } from '../report-format.ts';
import type { ExposureReport, ReachedFile } from './noun.ts';

/** What each class means, in a line. */
const MEANING: Readonly<Record<ExposureClass, string>> = {
  loaded: 'loaded when it starts',
  importable: 'reached by a lazy or conditional import, by a name that a library may open, or typed at a prompt',
  callable: 'a program that something reached, or a person at a prompt, may call',
  present: 'nothing known leads to it',
  'not-code': 'headers, documents, data',
  unknown: 'cannot be told',
};
const STYLES: Readonly<Record<ExposureClass, readonly StyleName[]>> = {
  loaded: ['bold'],
  importable: [],
  callable: [],
  present: ['dim'],
  'not-code': ['dim'],
  unknown: ['yellow'],
};

/** For people: the start command, what cannot be told, how many packages are how near to it, and the way to each as a tree. */
export function* exposureTable(report: ExposureReport, options: RenderOptions): Generator<string> {
  const page = pageFor(options, options.width === undefined);
  const lines = [
    title(printable(report.subject.reference), page, 'what a container of it can load'),
    ...startLines(report, page),
    '',
    ...countLines(report.packages, page),
    '',
    ...treeLines(report, page),
  ];
  yield `${lines.join('\n')}\n`;
}

const BY = { image: 'as the image says', user: 'as you said', container: 'as it was started', nobody: '' } as const;

function startLines({ start }: ExposureReport, page: Page): string[] {
  const { command, by, files, notes, live } = start;
  const words = command.map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
  const count = `${grouped(files.loaded)} files loaded, ${grouped(files.importable)} importable, ${grouped(files.callable)} callable`;
  return [
    ...(command.length === 0 ? [] : paragraph(`starts: ${words} (${BY[by]})`, page, 2, undefined, 2)),
    ...(command.length === 0 ? [] : paragraph(count, page, 2, (line) => page.paint(line, 'dim'), 2)),
    ...(live === undefined
      ? []
      : liveInWords(live).flatMap((line) => paragraph(printable(line), page, 2, undefined, 2))),
    ...noteLines([...notes, ...(live?.notes ?? [])], page),
  ];
}

/** Notes on a terminal: programs that work out what they load have one for each folder. */
const NOTES = 6;

function noteLines(notes: readonly string[], page: Page): string[] {
  const shown = page.all || notes.length <= NOTES ? notes : notes.slice(0, NOTES - 1);
  const left = notes.length - shown.length;
  const told = shown.flatMap((note) => paragraph(`? ${note}`, page, 2, (line) => page.paint(line, 'yellow'), 2));
  return left === 0
    ? told
    : [...told, `  ${page.paint(`? and ${grouped(left)} more that cannot be told: --all shows them`, 'yellow')}`];
}

/** Below this the counts are sentences: six columns with names of their own leave no room for what they count. */
const ROOMY = 78;

function countLines(packages: readonly Package[], page: Page): string[] {
  const count = (some: readonly Package[], level: ExposureClass): number =>
    some.filter(({ exposure }) => exposure?.class === level).length;
  const columns: Column[] = [
    { header: '', overflow: 'cut', minimum: 16 },
    ...EXPOSURE_CLASSES.map((header): Column => ({ header, align: 'right' })),
  ];
  const byType = new Map<string, Package[]>();
  for (const pkg of packages) addTo(byType, pkg.type, pkg);
  const kinds = [...byType].map(([type, some]) => ({ label: typeNamed(type).label, some }));
  const row = (label: string, some: readonly Package[]) => [
    `${label} (${grouped(some.length)})`,
    ...EXPOSURE_CLASSES.map((level) => ({
      text: grouped(count(some, level)),
      style: count(some, level) === 0 ? (['dim'] as const) : STYLES[level],
    })),
  ];
  if (page.width !== undefined && page.width < ROOMY)
    return [
      title('PACKAGES', page),
      ...[...kinds, ...(kinds.length > 1 ? [{ label: 'all', some: packages }] : [])].flatMap(({ label, some }) => {
        const told = EXPOSURE_CLASSES.filter((level) => count(some, level) > 0);
        const counts = told.map((level) => `${grouped(count(some, level))} ${level}`).join(', ');
        return paragraph(`${label} (${grouped(some.length)}): ${counts}`, page, 2, undefined, 2);
      }),
    ];
  return [
    title('PACKAGES', page),
    ...table(
      columns,
      [...kinds.map(({ label, some }) => row(label, some)), ...(kinds.length > 1 ? [row('all', packages)] : [])],
      { ...layout(page), indent: 2 },
    ),
    ...(page.all
      ? EXPOSURE_CLASSES.flatMap((level) =>
          paragraph(`${level}: ${MEANING[level]}`, page, 2, (line) => page.paint(line, 'dim'), 2),
        )
      : []),
  ];
}

/** A step of the picture: a package, or a file that is of none, with what it leads to. */
interface Node {
  readonly label: string;
  readonly first: ReachedFile;
  files: number;
  /** Of those, the ones that are as near as the first. */
  asNear: number;
  readonly children: Node[];
}

/** Lines of the tree on a terminal; all of it where that was asked for. */
const LINES = 60;
/** Steps that are set further in: a way through ten thousand modules is drawn below one another. */
const DEPTH = 30;

function treeLines(report: ExposureReport, page: Page): string[] {
  const root = treeOf(report);
  const lines: string[] = [];
  let left = 0;
  // A stack of its own: what imports what may be as deep as an image likes.
  const rest = root.map((node) => ({ node, lead: '', mark: '', below: '', depth: 0 })).reverse();
  for (let step = rest.pop(); step !== undefined; step = rest.pop()) {
    const { node, lead, mark, below, depth } = step;
    if (page.all || lines.length < LINES) lines.push(nodeLine(node, `  ${lead}${mark}`, page));
    else left += 1;
    for (const [at, child] of [...node.children.entries()].reverse()) {
      const isLast = at === node.children.length - 1;
      const isDeep = depth >= DEPTH;
      rest.push({
        node: child,
        lead: isDeep ? lead : below,
        mark: isDeep ? mark : isLast ? '\u2514\u2500 ' : '\u251c\u2500 ',
        below: isDeep ? below : `${below}${isLast ? '   ' : '\u2502  '}`,
        depth: depth + 1,
      });
    }
  }
  if (lines.length === 0) return [];
  return [
    title('FROM THE START COMMAND', page, 'each package where it is first reached'),
    ...lines,
    ...(left > 0 ? [`  ${page.paint(`and ${grouped(left)} more: --all shows them`, 'dim')}`] : []),
  ];
}

function nodeLine({ label, first, files, asNear }: Node, lead: string, page: Page): string {
  // Of a library that is loaded most files may only be importable: the number beside the class is of those of the class.
  const of = asNear === files ? '' : `${grouped(asNear)} of `;
  const more = files > 1 ? `, ${of}${grouped(files)} files` : '';
  const tail = `${first.reach}${more}: ${printable(first.how, 200)}`;
  const room = page.width === undefined ? Number.POSITIVE_INFINITY : page.width - lead.length;
  const name = cut(printable(label, 400), Math.max(12, room));
  const rest = room - name.length - 2;
  const style = STYLES[first.reach];
  return `${lead}${page.paint(name, ...style)}${rest < 12 ? '' : `  ${page.paint(cut(tail, rest), 'dim')}`}`;
}

/** Files of one package are one step, where the first of them is reached; ways between them are none. */
function treeOf({ packages, reached, owners }: ExposureReport): Node[] {
  const labels = new Map<string, string>();
  const labelOf = ({ path }: ReachedFile): string => {
    const known = labels.get(path);
    if (known !== undefined) return known;
    const owner = packages[owners.get(path)?.[0] ?? -1];
    const label = owner === undefined ? placeOf(path) : `${owner.name} ${owner.version}`.trimEnd();
    labels.set(path, label);
    return label;
  };
  const nodes = new Map<string, Node>();
  const roots: Node[] = [];
  for (const file of reached.values()) {
    const label = labelOf(file);
    const known = nodes.get(label);
    if (known !== undefined) {
      known.files += 1;
      if (file.reach === known.first.reach) known.asNear += 1;
      continue;
    }
    const node: Node = { label, first: file, files: 1, asNear: 1, children: [] };
    nodes.set(label, node);
    const parent = parentOf(file, label, labelOf, nodes);
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

/** Of modules that are of no package the folder: the standard library of a Python that was built here has hundreds. */
const placeOf = (path: string): string => (MODULE.test(path) ? `/${folderOf(path)}/` : `/${path}`);
/** Compiled ones included: `_ssl.cpython-311-x86_64-linux-gnu.so`. https://peps.python.org/pep-3149/ */
const MODULE = /\.(?:py|pyc|js|mjs|cjs|node|(?:cpython|pypy|abi)[\w-]+\.so)$/;

/** The nearest step before a file that is another package's. */
function parentOf(
  file: ReachedFile,
  label: string,
  labelOf: (file: ReachedFile) => string,
  nodes: ReadonlyMap<string, Node>,
): Node | undefined {
  for (let at = file.from; at !== undefined; at = at.from) {
    const text = labelOf(at);
    const node = text === label ? undefined : nodes.get(text);
    if (node !== undefined) return node;
  }
  return undefined;
}

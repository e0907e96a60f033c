import { kindsOf, typeNamed } from '../../ecosystems/index.ts';
import { PlimsollError } from '../../errors.ts';
import { counted } from '../../formats/grouped.ts';
import type { AttestedSboms } from '../../inventory/attested-sboms.ts';
import { type Inventory, isInstalled, isInUse, type Package, type Report, type Subject } from '../../model.ts';
import { painter } from '../../terminal/style.ts';
import { type Cell, type Column, table } from '../../terminal/table.ts';
import { VERSION } from '../../version.ts';
import { terminalText } from '../escape.ts';
import { inJsonWords } from '../json-words.ts';
import { osNameInWords } from '../os-name.ts';
import { layout, type Page, paragraph, title } from '../page.ts';
import { pieces, type RenderOptions } from '../report-format.ts';
import { cyclonedxReport, spdxReport } from '../sbom/index.ts';
import { jsonPieces, riskLines } from '../scan/index.ts';

/** What a listing is made from, and how. */
interface InventoryOptions extends RenderOptions {
  /** purl types to list; absent: all. */
  readonly types?: readonly string[];
  /** SBOMs attached to the image, compared with the files, and what is to be said of them. */
  readonly attested?: AttestedSboms;
  /** The moment written into documents; default: now. */
  readonly now?: Date;
}

/** Renders what an image holds as `table`, `json`, `cyclonedx` or `spdx`. Throws `usage` for another name. */
export function renderInventory(
  format: string,
  subject: Subject,
  inventory: Inventory,
  options: InventoryOptions,
): Iterable<string> {
  const packages =
    options.types === undefined
      ? inventory.packages
      : inventory.packages.filter(({ type }) => options.types!.includes(type));
  const chosen = { ...inventory, packages };
  const created = (options.now ?? new Date()).toISOString();
  if (format === 'table') return inventoryTable(subject, chosen, options);
  if (format === 'json') return jsonPieces(document(subject, chosen, created, options));
  if (format === 'cyclonedx') return pieces(cyclonedxReport.render(asReport(subject, chosen, created), options));
  if (format === 'spdx') return pieces(spdxReport.render(asReport(subject, chosen, created), options));
  throw new PlimsollError('usage', `an inventory cannot be written as "${format}"`, {
    hint: 'choose one of table, json, cyclonedx, spdx',
  });
}

function* document(
  subject: Subject,
  inventory: Inventory,
  created: string,
  { attested }: InventoryOptions,
): Generator<readonly [string, unknown]> {
  yield ['schemaVersion', 1];
  yield ['tool', { name: 'plimsoll', version: VERSION }];
  yield ['created', created];
  yield ['subject', subject];
  yield ['os', inventory.os ?? null];
  yield ['files', inventory.files];
  if (inventory.start !== undefined) yield ['start', inventory.start];
  yield ['packages', inventory.packages.map(inJsonWords)];
  yield ['risks', inventory.risks];
  yield ['unknowns', inventory.unknowns];
  if (inventory.remarks !== undefined) yield ['remarks', inventory.remarks];
  if (inventory.signs !== undefined) yield ['signs', inventory.signs];
  yield ['notices', attested?.notices ?? []];
  if (attested !== undefined && attested.attestations.length > 0) yield ['attestations', attested.attestations];
}

/** Bills of materials are written from a report; this one has nothing to say of vulnerabilities, and says so by having no database. */
function asReport(subject: Subject, { os, packages, risks, unknowns, files }: Inventory, created: string): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'plimsoll', version: VERSION },
    created,
    subject,
    database: { path: '', schema: 0, built: '', digest: '', records: 0, feeds: [] },
    ...(os === undefined ? {} : { os }),
    packages,
    findings: [],
    risks,
    unknowns,
    notices: [],
    filtered: { hidden: 0 },
    statistics: { milliseconds: 0, layers: subject.layers.length, cachedLayers: 0, files },
  };
}

const COLUMNS: readonly Column[] = [
  { header: 'Name', overflow: 'middle', minimum: 10 },
  { header: 'Version', overflow: 'middle', minimum: 8 },
  { header: 'Sure', overflow: 'keep' },
  { header: 'Layer', align: 'right' },
  { header: 'Where', overflow: 'middle', minimum: 12 },
];

/** Packages by kind, the installed ones first; what lies in caches, in lock files, or belongs to an OS package is counted. */
function* inventoryTable(subject: Subject, inventory: Inventory, options: InventoryOptions): Generator<string> {
  const page: Page = {
    width: options.width ?? options.fileWidth,
    paint: painter(options.colour ?? false),
    all: options.all ?? false,
  };
  const os = osNameInWords({ os: inventory.os, subject });
  const count = counted(inventory.packages.length, 'package');
  yield* lines([
    page.paint(terminalText(subject.reference), 'bold'),
    ...paragraph(
      `${os} \u00b7 ${count} \u00b7 ${counted(inventory.files, 'file')} \u00b7 ${counted(subject.layers.length, 'layer')}`,
      page,
      2,
    ),
  ]);
  for (const { level, message } of [...(options.attested?.notices ?? []), ...(inventory.signs ?? [])]) {
    const warning = level === 'warning';
    const style = (line: string): string => page.paint(line, warning ? 'yellow' : 'dim');
    yield* lines(paragraph(warning ? `! ${message}` : message, page, 2, style, warning ? 2 : 0));
  }
  for (const { kind, label } of kindsOf(inventory.packages.map(({ type }) => type))) {
    const members = inventory.packages.filter(({ type }) => typeNamed(type).kind === kind);
    const shown = page.all ? members : members.filter(inSight);
    const hidden = members.length - shown.length;
    yield* lines(['', title(label, page, `${members.length}${hidden > 0 ? `, ${hiddenInWords(members)}` : ''}`)]);
    yield* lines(table(COLUMNS, shown.map(row), { ...layout(page), indent: 2 }));
  }
  if (inventory.risks.length > 0) yield* lines(['', ...riskLines(inventory.risks, page)]);
  for (const { path, message } of inventory.remarks ?? [])
    yield* lines(['', ...paragraph(`${message} (${path})`, page, 0, (line) => page.paint(line, 'dim'))]);
  if (inventory.unknowns.length > 0) {
    yield* lines(['', title('Could not be read', page, String(inventory.unknowns.length))]);
    const shown = page.all ? inventory.unknowns : inventory.unknowns.slice(0, 10);
    for (const { path, analyzer, reason } of shown)
      yield* lines(paragraph(`${path}: ${reason} (${analyzer})`, page, 2, undefined, 2));
    if (shown.length < inventory.unknowns.length)
      yield* lines([`  and ${inventory.unknowns.length - shown.length} more; --all lists them`]);
  }
}

function* lines(all: Iterable<string>): Generator<string> {
  for (const line of all) yield `${line}\n`;
}

/** What an image was built to have: not what a package manager kept, what a file only declares, or what another listed package brought. */
const inSight = (pkg: Package): boolean => isInUse(pkg) && pkg.ownedBy === undefined;

function hiddenInWords(members: readonly Package[]): string {
  const owned = members.filter(({ ownedBy }) => ownedBy !== undefined).length;
  const counted = (role: string): number =>
    members.filter((pkg) => pkg.role === role && pkg.ownedBy === undefined).length;
  const parts = [
    [counted('cache'), 'in caches'],
    [counted('declared'), 'only declared'],
    [counted('test'), 'read by tests'],
    [counted('nested'), 'of systems in folders'],
    [owned, 'owned by OS packages or conda'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, text]) => `${number} ${text}`)
    .join(', ');
}

function row(pkg: Package): Cell[] {
  const place = pkg.evidence[0];
  const more = pkg.evidence.length > 1 ? ` (+${pkg.evidence.length - 1})` : '';
  const note = pkg.role === 'vendored' ? ' bundled' : isInstalled(pkg) ? '' : ` ${pkg.role}`;
  return [
    pkg.name,
    pkg.version === '' ? { text: 'not told', style: ['dim'] } : pkg.version,
    {
      text: `${pkg.recovered ?? (pkg.phantom ? 'phantom' : pkg.certainty) ?? 'exact'}${note}`,
      style: pkg.certainty === 'name' || pkg.recovered ? ['yellow'] : ['dim'],
    },
    place === undefined ? '' : String(place.layer + 1),
    { text: place === undefined ? '' : `${place.path}${more}`, style: ['dim'] },
  ];
}

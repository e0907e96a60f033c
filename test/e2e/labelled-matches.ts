/** Matches that people have labelled right or wrong, each asked of our matching: the reading, the asking and the counting. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AdvisoryStore } from '../../src/advisories/store/index.ts';
import { billOfJson } from '../../src/formats/sbom/index.ts';
import { sbomInventory } from '../../src/inventory/sbom.ts';
import { candidateSource } from '../../src/matching/candidates.ts';
import { match } from '../../src/matching/match.ts';
import type { Package } from '../../src/model.ts';
import { digestOf, labelledImage } from './labelled-images.ts';

/** One label, as https://github.com/anchore/vulnerability-match-labels writes it: a file each, `labels/<image>/<uuid>.json`. */
export interface Label {
  readonly image: { readonly exact: string };
  /** TP: the match is right; FP: it is wrong; ??: nobody could say. */
  readonly label: 'TP' | 'FP' | '??';
  readonly package: { readonly name: string; readonly version: string };
  readonly vulnerability_id: string;
  readonly effective_cve?: string;
  readonly note?: string;
  readonly timestamp: string;
}

/** What became of a labelled match. `unknown`: no statement of the database is on that vulnerability in that package. */
export type Outcome = 'found' | 'missed' | 'wrong' | 'silent' | 'unknown' | 'undecided' | 'other-image';

export interface Judged {
  readonly label: Label;
  readonly outcome: Outcome;
}

/** Every label below a folder (`.json`: one each; `.jsonl`: one a line). */
export function readLabels(folder: string): readonly Label[] {
  if (statSync(folder).isFile()) return parse(folder);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.jsonl?$/.test(name))
    .sort()
    .flatMap((name) => parse(join(folder, name)));
}

function parse(path: string): readonly Label[] {
  const text = readFileSync(path, 'utf8');
  return (path.endsWith('.jsonl') ? text.trim().split('\n') : [text]).map((line) => JSON.parse(line) as Label);
}

/** Binary packages of Debian and its kin: the source package, and whether the source has an epoch where the binary has one. */
export type Sources = ReadonlyMap<string, { readonly name: string; readonly epoch: boolean }>;

/** Judges each labelled match once, by its newest label: labels were corrected by later ones. */
export function judgeLabels(labels: readonly Label[], store: AdvisoryStore, sources: Sources): readonly Judged[] {
  const newest = new Map<string, Label>();
  for (const label of labels) {
    const known = newest.get(matchOf(label));
    if (known === undefined || known.timestamp < label.timestamp) newest.set(matchOf(label), label);
  }
  const source = candidateSource(store);
  const judge = (label: Label): Outcome => {
    if (label.label === '??') return 'undecided';
    const packages = packagesOf(label, sources, store);
    if (packages === undefined) return 'other-image';
    const ids = idsOf(label);
    const speaksOf = ({ id, aliases }: { readonly id: string; readonly aliases: readonly string[] }): boolean =>
      ids.some((wanted) => id === wanted || aliases.includes(wanted));
    const asked = packages.filter((pkg) => source.of(pkg, () => true).candidates.some(speaksOf));
    if (asked.length === 0) return 'unknown';
    const reported = match(asked, store).findings.some(speaksOf);
    if (label.label === 'TP') return reported ? 'found' : 'missed';
    return reported ? 'wrong' : 'silent';
  };
  return [...newest.values()].map((label) => ({ label, outcome: judge(label) }));
}

const idsOf = ({ vulnerability_id, effective_cve }: Label): readonly string[] => [
  vulnerability_id,
  ...(effective_cve ? [effective_cve] : []),
];

/** What a label is on: image, package, version, vulnerability. */
export const matchOf = ({ image, package: { name, version }, ...label }: Label): string =>
  [digestOf(image.exact), name, version, label.effective_cve || label.vulnerability_id].join(' ');

/** The package as a bill of materials of that image states it, once for each ecosystem that it may be of; undefined: not a known image. */
function packagesOf(label: Label, sources: Sources, store: AdvisoryStore): readonly Package[] | undefined {
  const { name, version } = label.package;
  const known = labelledImage(label.image.exact);
  if (known === undefined) return undefined;
  const purls = [...systemPurls(name, version, known.system, sources)];
  if (purls.length === 0) for (const type of known.languages) purls.push(...languagePurls(type, label, store));
  const bill = billOfJson({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: purls.map((purl) => ({ type: 'library', name, version, purl })),
  });
  return bill === undefined ? [] : sbomInventory(bill).packages;
}

const encoded = (text: string): string => encodeURIComponent(text);

/** As a package of the system, where the version is written as that system writes them. */
function systemPurls(name: string, version: string, system: string | undefined, sources: Sources): readonly string[] {
  const [id = ''] = system?.split('-') ?? [];
  const upstream = sources.get(name);
  const ofSource = upstream?.epoch === false ? version.replace(/^\d+:/, '') : version;
  const from = upstream === undefined ? '' : `&upstream=${encoded(`${upstream.name}@${ofSource}`)}`;
  if (['debian', 'ubuntu'].includes(id))
    return /[-:~]|\+deb|ubuntu/.test(version) || NATIVE.has(name)
      ? [`pkg:deb/${id}/${encoded(name)}@${encoded(version)}?distro=${system}${from}`]
      : [];
  if (['alpine', 'wolfi'].includes(id))
    return /-r\d+$/.test(version) ? [`pkg:apk/${id}/${encoded(name)}@${encoded(version)}?distro=${system}${from}`] : [];
  if (system === undefined || !/\.(el|amzn|module)|-\d/.test(version)) return [];
  const [, epoch, rest = version] = /^(?:(\d+):)?(.*)$/.exec(version) ?? [];
  return [
    `pkg:rpm/${id}/${encoded(name)}@${encoded(rest)}?distro=${system}${epoch === undefined ? '' : `&epoch=${epoch}`}`,
  ];
}

/** Packages that Debian itself writes: their versions have no revision. */
const NATIVE: ReadonlySet<string> = new Set(['apt', 'libapt-pkg5.0', 'libapt-pkg6.0', 'dpkg', 'adduser', 'debconf']);

function languagePurls(
  type: string,
  { package: { name, version }, ...label }: Label,
  store: AdvisoryStore,
): readonly string[] {
  if (type === 'maven')
    return groupsOf(name, idsOf({ ...label, package: { name, version } }), store).map(
      (group) => `pkg:maven/${group}/${encoded(name)}@${version}`,
    );
  const plain = name.replaceAll(' ', '').split('/').map(encoded).join('/');
  return [`pkg:${type}/${plain}@${encoded(type === 'golang' ? version.replace(/^go(?=\d)/, '') : version)}`];
}

/** Labels of Java archives name no group: those under which the database knows the artifact, as an archive's own classes would tell. */
function groupsOf(artifact: string, ids: readonly string[], store: AdvisoryStore): readonly string[] {
  const groups = ids
    .flatMap((id) => store.statementsById(id))
    .flatMap(({ namespace, package: name }) => {
      const at = name.lastIndexOf(':');
      return namespace === 'Maven' && name.slice(at + 1) === artifact ? [name.slice(0, at)] : [];
    });
  return [...new Set(groups)];
}

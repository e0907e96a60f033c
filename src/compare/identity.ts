import { distributionInWords } from '../ecosystems/index.ts';
import { digestIn } from '../ecosystems/oci.ts';
import type { ForeignSubject, ScannerReport } from '../scanners/scanner.ts';
import { plainVersion } from './package-names.ts';

/** Whether reports are about one image: `problems` say that they are not, `remarks` what could not be proven. */
export interface Identity {
  readonly proven: boolean;
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
}

/** A report's image under the name that the comparison gives the report. */
interface Named {
  readonly name: string;
  readonly report: Pick<ScannerReport, 'subject' | 'findings'>;
}

/** Fewer common packages than this say nothing about two images. */
const ENOUGH = 5;

/** Compares the images of all reports pair by pair: digests, platform, system, and the versions of the packages they name. */
export function compareSubjects(all: readonly Named[]): Identity {
  const problems: string[] = [];
  const remarks: string[] = [];
  let proven = true;
  for (const [index, left] of all.entries()) {
    for (const right of all.slice(index + 1)) {
      const subjects = differencesOfSubjects(left, right);
      problems.push(...subjects.problems);
      if (subjects.same) continue;
      proven = false;
      if (subjects.problems.length === 0)
        remarks.push(
          `${left.name} and ${right.name} name no digest in common: that they scanned the same image is taken on trust`,
        );
    }
  }
  return { proven: proven && problems.length === 0, problems, remarks };
}

function differencesOfSubjects(left: Named, right: Named): { same: boolean; problems: readonly string[] } {
  const a = left.report.subject;
  const b = right.report.subject;
  const both = `${left.name} and ${right.name}`;
  const same = sameContent(a, b);
  const problems: string[] = [];
  if (same === false) problems.push(`${both} scanned different images: ${short(a)} and ${short(b)}`);
  // With one content, all else that differs is what a scanner believed: that is explained, not refused.
  if (same === true) return { same: true, problems };
  const [archA, archB] = [architecture(a.platform), architecture(b.platform)];
  if (archA !== undefined && archB !== undefined && archA !== archB)
    problems.push(`${both} scanned different platforms: ${a.platform} and ${b.platform}`);
  if (systemsDiffer(a.os, b.os)) problems.push(`${both} saw different systems: ${a.os} and ${b.os}`);
  const moved = otherVersions(left, right);
  if (moved !== undefined) problems.push(`${both} saw different packages: ${moved}`);
  return { same: false, problems };
}

/** True or false where digests decide, undefined where they do not. The configuration decides before the manifest: a push recompresses layers. */
function sameContent(a: ForeignSubject, b: ForeignSubject): boolean | undefined {
  if (a.imageId !== undefined && b.imageId !== undefined) return a.imageId === b.imageId;
  const left = digests(a);
  const right = digests(b);
  // A short digest, as Scout prints it, is the beginning of a whole one.
  if (left.some((digest) => right.some((other) => digest.startsWith(other) || other.startsWith(digest)))) return true;
  if (
    a.diffIDs?.length &&
    b.diffIDs?.length &&
    a.diffIDs.length === b.diffIDs.length &&
    a.diffIDs.every((id, index) => id === b.diffIDs![index])
  )
    return true;
  return left.length > 0 && right.length > 0 ? false : undefined;
}

function digests(subject: ForeignSubject): readonly string[] {
  const repo = (subject.repoDigests ?? []).map(digestIn);
  return [subject.digest, ...repo].filter(
    (digest): digest is string => digest !== undefined && /^sha256:[0-9a-f]{12,64}$/.test(digest),
  );
}

const short = (subject: ForeignSubject): string =>
  (subject.imageId ?? subject.digest ?? digests(subject)[0] ?? subject.name ?? 'unnamed').slice(0, 19);

function architecture(platform: string | undefined): string | undefined {
  const name = platform
    ?.split('/')
    .at(platform.includes('/') ? 1 : 0)
    ?.toLowerCase();
  return name === 'x86_64' ? 'amd64' : name === 'aarch64' ? 'arm64' : name;
}

/** `debian:12.1` and `debian:12` are the same release, `redhat:8` and `centos:8` as well. */
function release(os: string | undefined): string | undefined {
  const match = /^([a-z][a-z.-]*):(\d+)(?:\.(\d+))?/.exec(os ?? '');
  if (match === null) return undefined;
  const [, word = '', major, minor] = match;
  const system = distributionInWords(word)?.system;
  const name = system?.ids[0] ?? word;
  return `${name}:${major}${minor === undefined || system?.releaseParts !== 2 ? '' : `.${minor}`}`;
}

/** True when two reports took an image for different systems, or one of them for a system that it does not know. */
export function systemsDiffer(a: string | undefined, b: string | undefined): boolean {
  const [left, right] = [release(a), release(b)];
  if (left === undefined || right === undefined || left === right) return false;
  // `ubuntu:22` without its minor number says no other release than `ubuntu:22.04`.
  return !(left.startsWith(`${right}.`) || right.startsWith(`${left}.`));
}

function otherVersions(left: Named, right: Named): string | undefined {
  const a = versions(left.report.findings);
  const b = versions(right.report.findings);
  const common = [...a.keys()].filter((name) => b.has(name));
  const moved = common.filter((name) => ![...a.get(name)!].some((version) => b.get(name)!.has(version)));
  if (common.length < ENOUGH || moved.length * 4 < common.length) return undefined;
  const [first] = moved;
  return `${moved.length} of ${common.length} common packages in other versions (${first} ${[...a.get(first!)!][0]} and ${[...b.get(first!)!][0]})`;
}

function versions(findings: ScannerReport['findings']): Map<string, Set<string>> {
  const byName = new Map<string, Set<string>>();
  for (const finding of findings) {
    if (finding.version === '') continue;
    // By name alone: SARIF and others do not say what kind of package it is.
    const name = finding.package.toLowerCase();
    byName.set(name, (byName.get(name) ?? new Set()).add(plainVersion(finding.version)));
  }
  return byName;
}

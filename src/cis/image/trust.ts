/** 4.2, 4.4, 4.5: where an image comes from, whether it was scanned, whether it is signed. */
import { before } from '../../formats/ends.ts';
import { counted } from '../../formats/grouped.ts';
import { type DockerInstruction, matchesGlob } from '../../formats/text/index.ts';
import { severityRank } from '../../model.ts';
import { type BenchItem, type CheckVerdict, couldNotRead, info, note, pass, warn } from '../check.ts';
import type { DockerfileFacts, Facts } from '../facts.ts';
import type { ImageFacts } from './facts.ts';

const BASE = 'org.opencontainers.image.base.name';
const BASE_DIGEST = 'org.opencontainers.image.base.digest';

/** What the image says of its base, held against the patterns the user trusts. */
export function judgeBase(image: ImageFacts, { scope }: Facts): CheckVerdict {
  const labels = { ...(image.config.run.Labels ?? {}), ...image.annotations };
  const base = labels[BASE];
  const subject = image.name;
  // buildah writes an empty name for what was built from scratch.
  if (base === undefined || base === '')
    return note(`the image does not say what it was built from (${BASE})`, [{ subject, detail: 'no base annotation' }]);
  const digest = labels[BASE_DIGEST];
  const detail = `built from ${base}${digest === undefined ? '' : `@${digest.slice(0, 19)}`}`;
  if (scope.trustedBases.length > 0)
    return isTrusted(base, scope.trustedBases)
      ? pass(detail)
      : warn('the base image is not among the trusted ones', [{ subject, detail }]);
  return info('name the base images you trust with --trusted-base', [{ subject, detail }]);
}

const isTrusted = (name: string, patterns: readonly string[]) => patterns.some((pattern) => matchesGlob(name, pattern));

/** Every image that a FROM or a COPY --from names: fixed by digest, or at least by tag. */
export function judgeFrom({ path, file }: DockerfileFacts, { scope }: Facts): CheckVerdict {
  const bad: BenchItem[] = [];
  const open: BenchItem[] = [];
  const foreign = foreignImages(file).sort(
    (left, other) => left.instruction.range.start.offset - other.instruction.range.start.offset,
  );
  for (const { name, instruction } of foreign) {
    const item = (detail: string) => ({
      subject: path,
      detail: `${name}: ${detail}`,
      path,
      line: instruction.range.start.line,
    });
    const bare = before(name, '@');
    const tag = /:([^/:]+)$/.exec(bare)?.[1];
    if (scope.trustedBases.length > 0 && !isTrusted(bare, scope.trustedBases))
      bad.push(item('is not among the trusted images'));
    if (instruction.unset.length > 0)
      bad.push(item(`${instruction.unset.join(', ')} has no value here: give it with --build-arg`));
    if (name.includes('@sha256:') || /:$/.test(name)) continue;
    if (tag === undefined || tag === 'latest') bad.push(item('no tag but latest: it changes without notice'));
    else open.push(item('a tag can be moved; a digest cannot'));
  }
  if (bad.length > 0) return warn('images that nobody fixed or trusts', [...bad, ...open]);
  return open.length > 0
    ? info('images are fixed by tag, not by digest', open)
    : pass('every image is fixed by its digest');
}

function foreignImages(file: DockerfileFacts['file']): { name: string; instruction: DockerInstruction }[] {
  const images = file.stages
    .filter((stage) => stage.base === undefined && stage.image !== 'scratch')
    // An image whose name only a build argument tells is somebody's image all the same.
    .map((stage) => ({ name: stage.image === '' ? stage.from.argument : stage.image, instruction: stage.from }));
  for (const instruction of file.instructions) {
    for (const from of imagesOf(instruction)) {
      const stage = file.stages.some((stage) => stage.name === from.toLowerCase() || String(stage.index) === from);
      if (from !== '' && !stage) images.push({ name: from, instruction });
    }
  }
  return images;
}

/** `COPY --from=IMAGE`, `RUN --mount=type=bind,from=IMAGE`. */
function imagesOf({ keyword, flags }: DockerInstruction): string[] {
  if (keyword === 'COPY') return flags.filter((flag) => flag.name === 'from').map((flag) => flag.value);
  if (keyword !== 'RUN') return [];
  return flags
    .filter((flag) => flag.name === 'mount')
    .flatMap((flag) => /(?:^|,)from=([^,]+)/.exec(flag.value)?.[1] ?? []);
}

/** Vulnerabilities that an update would clear are patches that are missing. */
export async function judgeScan(image: ImageFacts): Promise<CheckVerdict> {
  const scan = await image.scan();
  if (!scan.ok) return scan.why === 'absent' || scan.why === 'not-read' ? note(scan.reason) : couldNotRead(scan.reason);
  if (scan.value.assessed === 0)
    return note('no package was recognised that any advisory speaks of: that is no clean bill', [
      { subject: image.name, detail: 'nothing to judge' },
    ]);
  const { unassessed } = scan.value;
  const rest = unassessed > 0 ? `; ${counted(unassessed, 'package')} that no advisory speaks of` : '';
  const fixable = scan.value.findings.filter((finding) => finding.fix.state === 'fixed');
  const serious = fixable.filter((finding) => severityRank(finding.severity) >= severityRank('HIGH'));
  const counts = `${scan.value.findings.length} known vulnerabilities, ${fixable.length} with a fix (${scan.value.data})${rest}`;
  const worst = [...fixable].sort((finding, other) => severityRank(other.severity) - severityRank(finding.severity));
  const items = worst.slice(0, 100).map((finding) => ({
    subject: image.name,
    detail: `${finding.id} ${finding.severity}: ${finding.package.name} ${finding.package.version}, fixed in ${finding.fix.version ?? 'a later version'}`,
  }));
  if (serious.length > 0) return warn(`${serious.length} serious patches are missing: ${counts}`, items);
  if (fixable.length > 0) return info(`patches are missing: ${counts}`, items);
  if (scan.value.gaps.length > 0)
    return note(`${counts}; incomplete: ${scan.value.gaps.slice(0, 3).join('; ')}`, [
      { subject: image.name, detail: scan.value.gaps.join('; ') },
    ]);
  return pass(counts);
}

/** Signatures in the registry; for other sources whether this host asks for them. */
export async function judgeSignatures(image: ImageFacts, facts: Facts): Promise<CheckVerdict> {
  const signatures = await image.signatures();
  if (signatures.ok) {
    const names = signatures.value.signatures.map((signature) => `${signature.kind}: ${signature.name}`);
    return names.length > 0
      ? pass(
          'the image is signed; whether by somebody you trust, cosign or notation verify says',
          names.map((detail) => ({ subject: image.name, detail })),
        )
      : warn('no signature beside the image in its registry', [
          { subject: image.name, detail: 'neither cosign nor notation' },
        ]);
  }
  if (signatures.why !== 'absent') return couldNotRead(signatures.reason);
  if (facts.environment.DOCKER_CONTENT_TRUST === '1') return pass('DOCKER_CONTENT_TRUST is set for this session');
  return warn('images are pulled without looking at signatures', [
    { subject: image.name, detail: `${signatures.reason}; DOCKER_CONTENT_TRUST is not set` },
  ]);
}

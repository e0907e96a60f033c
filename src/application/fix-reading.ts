import { asPlimsollError } from '../errors.ts';
import { mergedLayers } from '../formats/text/index.ts';
import { takeInventory } from '../inventory/take.ts';
import type { LayerCache } from '../layers/cache.ts';
import type { LayerIndex } from '../layers/layer-index.ts';
import type { ReadImage } from '../layers/read-image.ts';
import type { Image, Notice, Package, Report } from '../model.ts';
import { attachedProvenance, imageTexts, type ProvenanceBase, writtenAt } from '../remediate/bases/index.ts';
import { IMAGE_PIP_FILES } from '../remediate/python/index.ts';
import { isOsSource } from '../remediate/systems/index.ts';
import type { AskedExceptions } from './exceptions.ts';
import { asOfImage, type FixJudging } from './fix-judging.ts';
import { type ImageAccess, withTarget } from './open-target.ts';
import { scanImage } from './scan-image.ts';
import type { Surroundings } from './surroundings.ts';

/** What a plan is made from: the report, and what it does not keep. */
export interface ReadForFix {
  readonly report: Report;
  /** Which layer listed which package. */
  readonly read: ReadImage;
  /** The image's package sources and pip's settings, by path. */
  readonly texts: ReadonlyMap<string, string>;
  readonly provenance: ProvenanceBase | undefined;
  /** How its findings were judged, and those of what a plan makes of it are to be. */
  readonly judging: FixJudging;
  /** When packages were written into layers that several instructions made, in milliseconds since 1970. */
  readonly written: ReadonlyMap<Package, number>;
}

/** Scans a target and keeps what planning needs besides. What of that cannot be read is a notice. Throws as `openImage` and `scanImage`. */
export async function readForFix(
  target: string,
  request: ImageAccess & { readonly offline?: boolean },
  around: Surroundings,
  { exceptions, ...by }: Omit<FixJudging, 'except'> & { readonly exceptions?: AskedExceptions },
  notices: Notice[],
): Promise<ReadForFix> {
  return withTarget(target, request, around, async ({ image, cache }) => {
    const remembering = remembered(cache);
    const { progress, signal } = around;
    const whole = await scanImage(image, { ...by, cache: remembering, progress, signal });
    const own = await exceptions?.of(image, signal);
    const report = own?.except(whole) ?? whole;
    notices.push(...(own?.notices ?? []), ...report.notices.slice(whole.notices.length), ...exceptedNotice(report));
    const { read } = await takeInventory(image, { cache: remembering, signal });
    const texts = request.offline ? new Map<string, string>() : await textsOf(image, read, around, notices);
    const merged = new Set(mergedLayers(image.subject.config).keys());
    const written =
      merged.size === 0 ? new Map<Package, number>() : await writtenAt(image, read, report.packages, merged, signal);
    const judging = { ...by, ...(own && { except: asOfImage(own.except, report.subject) }) };
    return { report, read, texts, written, provenance: await attachedProvenance(image, signal), judging };
  });
}

/** What is out of the count is out of the plan, and said. */
function exceptedNotice({ suppressed = [] }: Report): readonly Notice[] {
  const count = suppressed.filter(({ finding }) => finding !== undefined).length;
  if (count === 0) return [];
  const message = `${count} ${count === 1 ? 'finding is' : 'findings are'} out of the count by exceptions, and no plan is made for ${count === 1 ? 'it' : 'them'}`;
  return [{ level: 'info', code: 'excepted', message }];
}

/** What was read a moment ago is not read again, even where nothing is to be kept. */
export function remembered(cache: LayerCache): LayerCache {
  const known = new Map<string, LayerIndex>();
  return {
    ...cache,
    get: (key) => known.get(key) ?? cache.get(key),
    put(key, index) {
      known.set(key, index);
      cache.put(key, index);
    },
    close() {},
  };
}

async function textsOf(
  image: Image,
  read: ReadImage,
  around: Surroundings,
  notices: Notice[],
): Promise<ReadonlyMap<string, string>> {
  try {
    return await imageTexts(image, read, (path) => isOsSource(path) || IMAGE_PIP_FILES.includes(path), around.signal);
  } catch (error) {
    const problem = asPlimsollError(error, 'io');
    if (problem.code === 'interrupted') throw problem;
    notices.push({
      level: 'warning',
      code: 'sources-unread',
      message: `the image's package sources could not be read: ${problem.line}`,
    });
    return new Map();
  }
}

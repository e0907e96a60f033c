import { scanImage } from '../application/scan-image.ts';
import { withChanges } from '../application/what-to-change.ts';
import type { Report } from '../model.ts';
import { filterReport } from '../policy/filter.ts';
import { DAY, demoStore } from './advisories.ts';
import { demoImages } from './images.ts';

/** One scene: what is done, and what a scan then says. */
export interface Scene {
  readonly title: string;
  readonly text: string;
  readonly command: string;
  readonly report: Report;
}

/**
 * The story of one image, every report of it from a real scan: layers of real tar bytes, read by the analyzers, squashed,
 * matched and judged. Throws what a scan throws.
 */
export async function* story(signal?: AbortSignal): AsyncGenerator<Scene> {
  const { published, upgraded, mended } = demoImages();
  const store = demoStore();
  const options = { store, now: new Date(DAY), ...(signal === undefined ? {} : { signal }) };
  const scan = (image: typeof published): Promise<Report> => scanImage(image, options);

  const first = await scan(published);
  const whole = await withChanges(first, {}, { store });
  yield {
    title: 'You took python:3.9.16 for your model and want to deploy it',
    text: 'Everything known about it, fixed or not:',
    command: 'plimsoll scan python:3.9.16',
    report: whole,
  };
  yield {
    title: 'What can you do about it?',
    text: 'Only what a newer version fixes: few changes clear many findings.',
    command: 'plimsoll scan python:3.9.16 --fixable',
    // What to change is the same: it is for what has a fix, whatever is shown.
    report: { ...whole, ...filterReport(first, { fixable: true }) },
  };
  yield {
    title: 'You upgrade the operating system',
    text: 'RUN apt-get update && apt-get upgrade -y in the Dockerfile, and build again. What Python itself brought is left:',
    command: 'plimsoll scan my-model:upgraded --fixable',
    report: await withChanges(await scan(upgraded), { fixable: true }, { store }),
  };
  yield {
    title: 'You upgrade setuptools',
    text: 'RUN pip install setuptools==65.5.1, and build again:',
    command: 'plimsoll scan my-model:mended --fixable',
    report: await withChanges(await scan(mended), { fixable: true }, { store }),
  };
}

import { alpineSecdb } from './alpine.ts';
import { debianLists } from './debian-lists.ts';
import { debianTracker } from './debian-tracker.ts';
import { endOfLifeDates } from './end-of-life.ts';
import { epss } from './epss.ts';
import type { Feed } from './feed.ts';
import { grypeDb } from './grype-db.ts';
import { kev } from './kev.ts';
import { nvd } from './nvd.ts';
import { nvidiaBulletins } from './nvidia.ts';
import { osv } from './osv.ts';
import { PYTHON_INDEX, pythonIndexFeed } from './python-index.ts';
import { PYTHON_WHEELS, pythonWheelsFeed, recordedLine, recordedWheels } from './python-wheels.ts';
import { redhatVex } from './redhat.ts';
import { trivyDb } from './trivy-db.ts';
import { updateinfo } from './updateinfo.ts';

/** Every publisher there is: adding one is adding a line. */
export const feeds: readonly Feed[] = [
  debianTracker,
  debianLists,
  alpineSecdb,
  redhatVex,
  updateinfo,
  nvidiaBulletins,
  osv,
  nvd,
  kev,
  epss,
  endOfLifeDates,
  pythonIndexFeed,
  pythonWheelsFeed,
  grypeDb,
  trivyDb,
];

export { readBounds } from './bounds.ts';
export { localDocument, magic } from './document.ts';
export type { Feed, FeedDocument, FeedItem, FeedSource, FeedStatement, Release, VulnerabilityRecord } from './feed.ts';
export { UNPACKED } from './packed-database.ts';
export { PYTHON_INDEX, PYTHON_WHEELS, pythonIndexFeed, pythonWheelsFeed, recordedLine, recordedWheels };

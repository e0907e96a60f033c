export { packRecord, packStatement } from './codec.ts';
export { confirmDataDate, DATA_DATES, writeDataDate } from './data-dates.ts';
export { allDistributions, DISTRIBUTIONS, packDistribution } from './distributions.ts';
export { fixedIn, mentionedIds } from './expand.ts';
export { checkSum, writeSum } from './file-sum.ts';
export { databaseBytes, readHeader } from './header.ts';
export { isoDate } from './http-date.ts';
export { type Dossier, dossier, rangeText, search } from './inspect.ts';
export { memoryStore } from './memory.ts';
export { pack, unpack } from './packing.ts';
export {
  type FeedPlace,
  type Location,
  listing,
  mirror,
  publishers,
  SHORT_NAMES,
  settingLocation,
  settingOf,
} from './place.ts';
export type { FiledRecord } from './records.ts';
export { remembering } from './remembering.ts';
export { APPLICATION_ID, BLOCK_BYTES, PAGE_BYTES, PARTLY, SCHEMA, TABLES } from './schema.ts';
export { isSound } from './sound.ts';
export { hasTable, openSqlite, type Sqlite } from './sqlite.ts';
export { databasePath, openStore, storeOver } from './sqlite-store.ts';
export { type AdvisoryStore, aliasesIn, recordsOf, type Support, type Undated } from './store.ts';
export { plainStatement } from './stored-statement.ts';
export { allWheels, packWheels, WHEELS } from './wheels.ts';

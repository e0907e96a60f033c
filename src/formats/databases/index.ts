export { type BoltBucket, openBolt } from './bolt.ts';
export { type GitIndexEntry, readGitIndex } from './git-index.ts';
export { rpmDatabaseKind, rpmHeaderBlobs, sqliteBlobs } from './rpm-database.ts';
export { type RpmHeader, rpmHeader } from './rpm-header.ts';
export { isSqlite, sqlite } from './sqlite.ts';
export { sqliteLog } from './sqlite-log.ts';

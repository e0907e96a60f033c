export { type BoltBucket, openBolt } from './bolt.ts';
export { rpmDatabaseKind, rpmHeaderBlobs } from './rpm-database.ts';
export { type RpmHeader, rpmHeader } from './rpm-header.ts';

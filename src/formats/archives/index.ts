export { isZeroBlock, parsePaxRecords, parseTarHeader, TAR_BLOCK, type TarHeader } from './tar-header.ts';
export { walkTar } from './tar-stream.ts';
export { inflateMember, zipBody, zipMembers } from './zip.ts';
export { openZip } from './zip-file.ts';
export { firstZipMember, type LocalZipMember } from './zip-headers.ts';
export { walkZip, type ZipProblem, type ZipWalk } from './zip-stream.ts';

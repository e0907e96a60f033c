export { apkInstalled } from './apk.ts';
export { debianChangelogs } from './changelogs.ts';
export { chisel } from './chisel.ts';
export { dpkg, dpkgFiles } from './dpkg.ts';
export { osRelease } from './os-release.ts';
export { ownedPaths } from './owned-paths.ts';
export { releaseFiles } from './release-files.ts';
export { bundledIn, roleOfPath } from './roles.ts';
export { rpmDatabase, rpmLog, rpmManifest } from './rpm.ts';

export { apk } from './apk.ts';
export { dpkg, dpkgFiles } from './dpkg.ts';
export { osRelease } from './os-release.ts';
export { ownedPaths } from './owned-paths.ts';
export { releaseFiles } from './release-files.ts';
export { bundledIn, roleOf } from './roles.ts';
export { rpm, rpmManifest } from './rpm.ts';

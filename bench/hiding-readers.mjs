/** Readers of files that prove nothing but what was hidden, by their sources below `src/analyzers`. */
export const HIDING_READERS = [
  'native/listed-programs',
  'native/closed-files',
  'native/carried-bytes',
  'native/carried-contents',
  'native/closed-programs',
  'native/system-programs',
  'systems/changelogs',
  'systems/dpkg-traces',
  'systems/rpm-traces',
  'systems/apk-traces',
  'systems/apt-plan',
  'systems/system-traces',
  'systems/moved-databases',
  'python/code-versions',
  'languages/npm-code',
  'languages/java-runtime-image',
];

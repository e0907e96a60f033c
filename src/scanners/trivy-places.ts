/** The type of a language package by the file that Trivy read it from: its SARIF says no more. */
export function typeOfPlace(place: string | undefined): string | undefined {
  return PLACES.find(([file]) => file.test(place ?? ''))?.[1];
}

/** A program's file has a name of its own; its Go modules are told by theirs, with the version as Go writes it. */
export function typeOfName(name = '', version = ''): string | undefined {
  // No other type of package has a colon in its name, or begins with `@`.
  if (/^[^/:\s]+:[^/:\s]+$/.test(name)) return 'maven';
  if (/^@[^/:\s]+\/[^/:\s]+$/.test(name)) return 'npm';
  const isModule = name === 'stdlib' || /^[\w-]+(?:\.[\w-]+)+\//.test(name);
  return isModule && /^v\d/.test(version) ? 'golang' : undefined;
}

/** The type of packages that Trivy found all over an image, by the name it gives to all of them. https://github.com/aquasecurity/trivy/blob/main/pkg/scan/langpkg/scan.go */
export const typeOfTarget = (target: string): string | undefined => TARGETS.get(target);

const TARGETS: ReadonlyMap<string, string> = new Map([
  ['Python', 'pypi'],
  ['Node.js', 'npm'],
  ['Java', 'maven'],
  ['Ruby', 'gem'],
  ['Conda', 'conda'],
]);

const PLACES: readonly (readonly [file: RegExp, type: string])[] = [
  [/(?:^|\/)[^/]+\.(?:dist-info|egg-info)(?:\/(?:METADATA|PKG-INFO))?$|(?:^|\/)EGG-INFO\/PKG-INFO$|\.egg$/, 'pypi'],
  [/(?:^|\/)package\.json$/, 'npm'],
  [/\.[jwe]ar$|\.par$/i, 'maven'],
  [/\.gemspec$/, 'gem'],
  [/(?:^|\/)composer\.lock$|(?:^|\/)installed\.json$/, 'composer'],
  [/\.deps\.json$/, 'nuget'],
];

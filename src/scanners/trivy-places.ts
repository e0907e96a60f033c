/** The type of a language package by the file that Trivy read it from: its SARIF says no more. */
export function typeOfPlace(place: string | undefined): string | undefined {
  return PLACES.find(([file]) => file.test(place ?? ''))?.[1];
}

/** A program's file has a name of its own; its Go modules are told by theirs, with the version as Go writes it. */
export function typeOfName(name = '', version = ''): string | undefined {
  const isModule = name === 'stdlib' || /^[\w-]+(?:\.[\w-]+)+\//.test(name);
  return isModule && /^v\d/.test(version) ? 'golang' : undefined;
}

const PLACES: readonly (readonly [file: RegExp, type: string])[] = [
  [/(?:^|\/)[^/]+\.(?:dist-info|egg-info)(?:\/(?:METADATA|PKG-INFO))?$|(?:^|\/)EGG-INFO\/PKG-INFO$|\.egg$/, 'pypi'],
  [/(?:^|\/)package\.json$/, 'npm'],
  [/\.[jwe]ar$|\.par$/i, 'maven'],
  [/\.gemspec$/, 'gem'],
  [/(?:^|\/)composer\.lock$|(?:^|\/)installed\.json$/, 'composer'],
  [/\.deps\.json$/, 'nuget'],
];

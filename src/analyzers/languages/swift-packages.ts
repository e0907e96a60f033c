import { readJson } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';
import { withValues } from '../fact-values.ts';

/**
 * What Package.resolved pins, in its formats 1 to 3: what is left of a build, and no proof of what was compiled in.
 * https://github.com/swiftlang/swift-package-manager/blob/main/Documentation/PackageRegistry/PackageRegistryUsage.md#package-resolution
 */
export const swiftPackages = analyzer({
  name: 'swift-packages',
  version: 1,
  files: ['**/Package.resolved'],
  *read(file) {
    const { version, pins, object } = objectOf(readJson(file.text().replace(/^\ufeff/, '')));
    const list = version === 1 ? objectOf(object).pins : pins;
    if (!Array.isArray(list))
      return yield {
        kind: 'unknown',
        reason: `no pins in a format that is known (version ${JSON.stringify(version) ?? 'not stated'})`,
      };
    for (const pin of list.map(objectOf)) {
      const state = objectOf(pin.state);
      const name = nameOf(pin.location ?? pin.repositoryURL) ?? text(pin.identity);
      if (name === undefined) {
        yield { kind: 'unknown', reason: 'a pin without a name' };
        continue;
      }
      yield withValues({
        type: 'swift',
        name,
        // A branch or a revision is no version: listed, and not assessed.
        version: text(state.version) ?? '',
        role: 'declared' as const,
        properties: text(state.revision) === undefined ? undefined : { revision: text(state.revision)! },
      });
    }
  },
});

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** `git@github.com:vapor/vapor.git` and `https://github.com/vapor/vapor` are `github.com/vapor/vapor`. */
function nameOf(location: unknown): string | undefined {
  const match = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([a-z0-9.-]+\.[a-z]{2,})(?::\d+)?[:/]+(.+?)(?:\.git)?\/*$/i.exec(
    (text(location) ?? '').slice(0, LIMITS.factTextLength),
  );
  return match === null ? undefined : `${match[1]!.toLowerCase()}/${match[2]}`;
}

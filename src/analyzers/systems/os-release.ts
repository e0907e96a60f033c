import { parseOsRelease as parse } from '../../formats/text/index.ts';
import { analyzer, unknown } from '../analyzer.ts';

/** The release file every current distribution has; /etc/os-release is usually a link to the other. */
export const osRelease = analyzer({
  name: 'os-release',
  version: 1,
  files: ['etc/os-release', 'usr/lib/os-release'],
  maxBytes: 64 * 1024,
  *read(file) {
    const values = parse(file.text());
    const id = values.get('ID')?.toLowerCase();
    if (!id) return yield unknown('no ID in the release file');
    const versionId = values.get('VERSION_ID');
    const codename = values.get('VERSION_CODENAME') ?? /\(([^()]{1,100})\)/.exec(values.get('VERSION') ?? '')?.[1];
    const idLike = values.get('ID_LIKE')?.split(/\s+/).filter(Boolean);
    yield {
      kind: 'os',
      id,
      name: values.get('PRETTY_NAME') ?? values.get('NAME') ?? id,
      ...(versionId ? { versionId } : {}),
      ...(codename ? { codename: codename.toLowerCase() } : {}),
      ...(idLike?.length ? { idLike } : {}),
    };
  },
});

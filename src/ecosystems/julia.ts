import { SEMVER } from '../versions/semver.ts';
import { ecosystem } from './ecosystem.ts';
import { rebuilt } from './fixing.ts';
import { shape } from './purl-shape.ts';

/** Two packages may have one name: the UUID tells them apart. */
export const julia = ecosystem({
  name: 'Julia',
  osv: 'Julia',
  type: 'julia',
  // https://pkgdocs.julialang.org/v1/creating-packages/#Package-naming-rules
  named: /^[a-z]\w*$/i,
  group: 'language',

  label: 'Julia',
  words: ['julia'],
  normalize: (name) => name,
  ...SEMVER,
  matchedBy: ['trivy'],
  fix: rebuilt('@', 'add'),
  purl: shape('julia', { qualifiers: ['uuid'] }),
  trivy: { type: 'julia', target: '', byFile: true },
});

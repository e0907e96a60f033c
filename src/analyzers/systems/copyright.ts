import { deb822 } from '../../formats/text/index.ts';
import { ownText } from '../../own-text.ts';
import { analyzer } from '../analyzer.ts';
import { dep5Licence } from './dep5-licence.ts';

const FIELDS = new Set(['format', 'format-specification', 'license']);
/** Licences of one package, and characters of one. */
const LICENCES = 64;
const CHARACTERS = 200;

/**
 * The licences of Debian's packages, which dpkg's database does not have: copyright files that programs can read name them file by file. Each is
 * given as SPDX writes it, else in its own words; a file in prose gives none.
 * https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
 */
export const debianCopyright = analyzer({
  name: 'debian-copyright',
  version: 1,
  files: ['usr/share/doc/*/copyright'],
  maxBytes: 4 * 1024 * 1024,
  *read(file) {
    const said = new Set<string>();
    let isMachineReadable: boolean | undefined;
    for (const paragraph of deb822(file.text(), FIELDS)) {
      isMachineReadable ??= paragraph.has('format') || paragraph.has('format-specification');
      if (!isMachineReadable) return;
      const synopsis =
        paragraph
          .get('license')
          ?.split('\n', 1)[0]
          ?.slice(0, 2 * CHARACTERS)
          .replaceAll(/\s+/g, ' ')
          .trim() ?? '';
      if (synopsis !== '' && synopsis.length <= CHARACTERS) said.add(ownText(dep5Licence(synopsis) ?? synopsis));
      if (said.size >= LICENCES) break;
    }
    if (said.size === 0) return;
    yield { kind: 'licences', type: 'deb', name: file.path.split('/').at(-2)!, licenses: [...said].sort() };
  },
});

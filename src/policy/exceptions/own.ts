import { PlimsollError } from '../../errors.ts';
import { entriesOf, type Located, nearest, textAt, textsAt, textUnder, unknownKey } from '../../located-yaml.ts';
import { JUSTIFICATIONS } from '../../model.ts';
import type { Exception } from './exception.ts';
import { strangeBound } from './match.ts';
import { day, itemsOf } from './trivyignore.ts';

/** The keys of an exception of ours. */
const EXCEPTION_KEYS: readonly string[] = [
  'id',
  'package',
  'version',
  'purl',
  'path',
  'image',
  'reason',
  'owner',
  'until',
  'justification',
];

/**
 * The `exceptions` of plimsoll.yaml: id (or several), package, version range, purl, path and image narrow it; a reason has to
 * be given. Throws `config` with line and column.
 */
export function readExceptions(list: Located): readonly Exception[] {
  if (list.value === null) return [];
  return itemsOf(list, 'exceptions').map((item) => {
    const fields = entriesOf(item, 'an exception');
    for (const [key, value] of fields) if (!EXCEPTION_KEYS.includes(key)) throw unknownKey(key, EXCEPTION_KEYS, value);
    const id = fields.get('id');
    if (!id)
      throw new PlimsollError('config', 'an exception has no id', {
        where: item.at,
        hint: 'such as id: CVE-2023-0464',
      });
    const reason = textUnder(fields, 'reason')?.trim();
    if (!reason)
      throw new PlimsollError('config', 'an exception has no reason', { where: item.at, hint: 'say why it may stay' });
    const justification = textUnder(fields, 'justification');
    if (justification !== undefined && !JUSTIFICATIONS.includes(justification)) {
      const near = nearest(justification, JUSTIFICATIONS);
      throw new PlimsollError('config', `justification cannot be "${justification}"`, {
        where: fields.get('justification')?.at ?? item.at,
        hint: near ? `did you mean ${near}?` : `take one of ${JUSTIFICATIONS.join(', ')}`,
      });
    }
    const [until, owner, version] = [fields.get('until'), textUnder(fields, 'owner'), textUnder(fields, 'version')];
    const strange = version === undefined ? undefined : strangeBound(version);
    if (strange !== undefined)
      throw new PlimsollError('config', `version: "${strange.trim().slice(0, 40)}" is no bound`, {
        where: fields.get('version')?.at ?? item.at,
        hint: 'write <1.2, <=, >, >= or = and a version, several with commas',
      });
    const several = (key: string): readonly string[] | undefined => {
      const located = fields.get(key);
      return located && textsAt(located, key);
    };
    const [packages, purls, paths, images] = ['package', 'purl', 'path', 'image'].map(several);
    return {
      ids: textsAt(id, 'id').map((text) => text.trim()),
      ...(packages ? { packages } : {}),
      ...(version === undefined ? {} : { version }),
      ...(purls ? { purls } : {}),
      ...(paths ? { paths } : {}),
      ...(images ? { images } : {}),
      ...(until ? { until: day(textAt(until, 'until'), until.at) } : {}),
      by: {
        source: 'policy',
        where: item.at,
        // Who says why it is not affected says more than that it may stay.
        status: justification === undefined ? 'accepted' : 'not_affected',
        reason,
        ...(justification === undefined ? {} : { justification }),
        ...(owner === undefined ? {} : { owner }),
        ...(until ? { until: day(textAt(until, 'until'), until.at) } : {}),
      },
    };
  });
}

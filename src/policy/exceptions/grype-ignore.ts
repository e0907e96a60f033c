import { typeInWords } from '../../ecosystems/index.ts';
import { PlimsollError } from '../../errors.ts';
import { entriesOf, type Located, textUnder, unknownKey } from '../../located-yaml.ts';
import type { Exception } from './exception.ts';
import { itemsOf } from './trivyignore.ts';

/** Kinds that Grype tells apart from others of their purl type: a rule for them says nothing of the rest. https://github.com/anchore/syft/blob/main/syft/pkg/type.go */
const PARTS_OF_TYPES: ReadonlySet<string> = new Set([
  'jenkins-plugin',
  'graalvm-native-image',
  'github-action-workflow',
]);

const KEYS = [
  'vulnerability',
  'include-aliases',
  'reason',
  'namespace',
  'fix-state',
  'package',
  'match-type',
  'vex-status',
  'vex-justification',
];
const PACKAGE_KEYS = ['name', 'version', 'language', 'type', 'location', 'upstream-name'];
/** What speaks of how Grype found something, which nobody can say of a finding of ours. */
const UNJUDGED = ['namespace', 'match-type', 'vex-status', 'vex-justification'];

/**
 * The `ignore` rules of a Grype configuration: all that a rule states has to hold.
 * https://github.com/anchore/grype#specifying-matches-to-ignore Throws `config` for rules that cannot be judged here.
 */
export function readGrypeIgnore(document: Located): readonly Exception[] {
  const ignore = entriesOf(document, 'the file').get('ignore');
  if (!ignore || ignore.value === null) return [];
  return itemsOf(ignore, 'ignore').map((item) => {
    const fields = entriesOf(item, 'a rule of ignore');
    for (const [key, value] of fields) {
      const { at } = value;
      if (!KEYS.includes(key)) throw unknownKey(`ignore.${key}`, KEYS, value);
      if (UNJUDGED.includes(key))
        throw new PlimsollError('config', `a rule by ${key} cannot be judged here`, {
          where: at,
          hint: 'name the vulnerability or the package',
        });
    }
    if (fields.size === 0)
      throw new PlimsollError('config', 'a rule that says nothing would ignore everything', { where: item.at });
    const [id, reason, fixState] = [
      textUnder(fields, 'vulnerability'),
      textUnder(fields, 'reason'),
      textUnder(fields, 'fix-state'),
    ];
    const located = fields.get('package');
    return {
      ids: id === undefined ? [] : [id],
      ...(fixState === undefined ? {} : { fixState }),
      ...(located ? packageOf(located) : {}),
      by: { source: 'grype', where: item.at, status: 'accepted', ...(reason === undefined ? {} : { reason }) },
    };
  });
}

const asGlob = (name: string): string => name.replace(/\.\*/g, '**');

function packageOf(located: Located): Omit<Exception, 'ids' | 'by'> {
  const fields = entriesOf(located, 'package');
  for (const [key, value] of fields)
    if (!PACKAGE_KEYS.includes(key)) throw unknownKey(`package.${key}`, PACKAGE_KEYS, value);
  const [name, upstream] = [textUnder(fields, 'name'), textUnder(fields, 'upstream-name')];
  // They are regular expressions; what people write are names and `prefix.*`. A star or question mark alone means less there than in a glob.
  const strange = [name, upstream].find((written) => /[\\^$|()[\]{}+?]|(?<!\.)\*/.test(written ?? ''));
  if (strange !== undefined)
    throw new PlimsollError('config', `the name ${strange} is a regular expression`, {
      where: located.at,
      hint: 'write names, or prefix.*',
    });
  const [version, location] = [textUnder(fields, 'version'), textUnder(fields, 'location')];
  const type = textUnder(fields, 'type') ?? textUnder(fields, 'language');
  return {
    ...(name === undefined ? {} : { binaries: [asGlob(name)] }),
    ...(upstream === undefined ? {} : { upstreams: [asGlob(upstream)] }),
    ...(version === undefined ? {} : { version }),
    ...(type === undefined
      ? {}
      : { types: [(PARTS_OF_TYPES.has(type.toLowerCase()) ? undefined : typeInWords(type)) ?? type] }),
    ...(location === undefined ? {} : { paths: [location] }),
  };
}

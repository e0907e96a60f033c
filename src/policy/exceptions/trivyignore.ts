import { PlimsollError } from '../../errors.ts';
import { entriesOf, type Located, textAt, textsAt, unknownKey } from '../../located-yaml.ts';
import type { Exception } from './exception.ts';

/**
 * Trivy's `.trivyignore`: an id on each line, with `exp:2026-01-31` until that day; the comment before it is the reason.
 * https://trivy.dev/docs/latest/configuration/filtering/#trivyignore Throws `config` with the line for what is neither.
 */
export function readTrivyignore(text: string, path: string): readonly Exception[] {
  let reason: string | undefined;
  return text.split(/\r?\n/).flatMap((line, index): readonly Exception[] => {
    const where = `${path}:${index + 1}`;
    const [, before = '', comment] = /^([^#]*)(?:#(.*))?$/.exec(line) ?? [];
    const words = before.trim().split(/\s+/).filter(Boolean);
    if (words.length === 0) {
      reason = comment === undefined ? undefined : comment.trim() || reason;
      return [];
    }
    const [id = '', ...options] = words;
    const until = options.find((word) => word.startsWith('exp:'))?.slice(4);
    const strange = options.find((word) => !word.startsWith('exp:'));
    if (strange !== undefined || !/^[A-Za-z][\w.:-]*$/.test(id))
      throw new PlimsollError('config', `this is no line of .trivyignore: ${line.trim().slice(0, 60)}`, {
        where,
        hint: 'write an id, and exp:2026-01-31 behind it where it ends',
      });
    const told = comment?.trim() || reason;
    return [
      {
        ids: [id],
        ...(until === undefined ? {} : expiry(until, where)),
        by: { source: 'trivyignore', where, status: 'accepted', ...(told ? { reason: told } : {}) },
      },
    ];
  });
}

const LISTS = ['vulnerabilities', 'misconfigurations', 'secrets', 'licenses'];
const KEYS = ['id', 'paths', 'purls', 'expired_at', 'statement'];

/**
 * Trivy's `.trivyignore.yaml`: the same by kind, with paths, package URLs, an end and a statement. Licences are nothing that is
 * judged here. https://trivy.dev/docs/latest/configuration/filtering/#trivyignoreyaml Throws `config`.
 */
export function readTrivyignoreYaml(document: Located): readonly Exception[] {
  return [...entriesOf(document, 'the file')].flatMap(([kind, list]) => {
    if (!LISTS.includes(kind)) throw unknownKey(kind, LISTS, list);
    if (kind === 'licenses' || list.value === null) return [];
    return itemsOf(list, kind).map((item) => entry(item, kind));
  });
}

function entry(item: Located, kind: string): Exception {
  const fields = entriesOf(item, `an entry of ${kind}`);
  for (const [key, value] of fields) if (!KEYS.includes(key)) throw unknownKey(`${kind}.${key}`, KEYS, value);
  const id = fields.get('id');
  if (!id) throw new PlimsollError('config', `an entry of ${kind} has no id`, { where: item.at });
  const [paths, purls, until, statement] = ['paths', 'purls', 'expired_at', 'statement'].map((key) => fields.get(key));
  return {
    ids: [textAt(id, 'id')],
    // Trivy's paths are told from the root without a slash: one that begins with it is the path of nothing.
    ...(paths ? { paths: textsAt(paths, 'paths').filter((path) => !path.startsWith('/')) } : {}),
    ...(purls ? { purls: textsAt(purls, 'purls') } : {}),
    ...(until ? expiry(textAt(until, 'expired_at'), until.at) : {}),
    by: {
      source: 'trivyignore',
      where: item.at,
      status: 'accepted',
      ...(statement ? { reason: textAt(statement, 'statement') } : {}),
    },
  };
}

/** The entries of a list. Throws `config`. */
export function itemsOf({ value, at }: Located, what: string): readonly Located[] {
  if (Array.isArray(value)) return value as readonly Located[];
  throw new PlimsollError('config', `${what} has to be a list`, { where: at });
}

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?([Zz]|[+-]\d\d:\d\d)?)?$/;

/**
 * A day in UTC, of a date or a moment in ISO 8601. A time without a zone is UTC, as in YAML's own timestamps and for Trivy
 * (https://yaml.org/type/timestamp.html). Throws `config`: an end that cannot be read must not mean for ever.
 */
export const day = (text: string, where: string): string => momentOf(text, where).toISOString().slice(0, 10);

/**
 * When an entry of Trivy ends: at the very moment it names, of a date at its first, so that its last day is the one before.
 * https://github.com/aquasecurity/trivy/blob/main/pkg/result/ignore.go Throws `config`.
 */
function expiry(text: string, where: string): { readonly until: string; readonly end: string } {
  const moment = momentOf(text, where);
  return { until: new Date(moment.getTime() - 1).toISOString().slice(0, 10), end: moment.toISOString() };
}

function momentOf(text: string, where: string): Date {
  const [, date, time = '00:00', zone = 'Z'] = MOMENT.exec(text.trim()) ?? [];
  const moment = new Date(`${date}T${time}${zone.toUpperCase()}`);
  const isDay = date !== undefined && !Number.isNaN(Date.parse(date)) && new Date(date).toISOString().startsWith(date);
  if (isDay && !Number.isNaN(moment.getTime())) return moment;
  throw new PlimsollError('config', `"${text.slice(0, 40)}" is no date`, { where, hint: 'write it as 2026-12-31' });
}

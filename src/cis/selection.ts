/** Which checks run: `-c` and `-e` as Docker Bench Security takes them, and ids as people write them. */
import { PlimsollError } from '../errors.ts';
import type { Check } from './check.ts';
import { sections } from './checks/index.ts';

/** Other names of groups, some of which older versions of Docker Bench used. */
const ALIASES: Readonly<Record<string, string>> = {
  docker_daemon_configuration_files: 'docker_daemon_files',
  community: 'community_checks',
  ml: 'machine_learning',
  linux_hosts_specific_configuration: '1.1',
  host_general_configuration: '1.2',
  universal_control_plane_configuration: '8.1',
  docker_trusted_registry_configuration: '8.2',
};

/**
 * Chooses checks by names: a section (`4`), a group of ids (`1.1`), an id (`5.10`, also `check_5_10`), a group
 * (`container_runtime`, `cis`, `all`, `community`, `machine_learning`), each of the groups with `_level1`, or `level1`.
 * No names: all. Throws `usage` for a name that nothing has, with the ones that are near.
 */
export function selectChecks(include: readonly string[], exclude: readonly string[] = []): Check[] {
  const wanted = include.length === 0 ? undefined : include.map(matcher);
  const unwanted = exclude.map(matcher);
  return sections.flatMap((section) =>
    section.checks.filter(
      (check) =>
        (wanted === undefined || wanted.some((matcher) => matcher(check, section.group))) &&
        !unwanted.some((matcher) => matcher(check, section.group)),
    ),
  );
}

type Matcher = (check: Check, group: string) => boolean;

function matcher(written: string): Matcher {
  const name = written.trim().replace(/^check_/i, '');
  const level1 = /(?:^|_)level_?1$/i.test(name);
  const bare = name.replace(/_?level_?1$/i, '').toLowerCase();
  const matches = level1 && bare === '' ? () => true : byName(ALIASES[bare] ?? bare, written);
  return level1 ? (check, group) => check.level === 1 && matches(check, group) : matches;
}

const CIS = new Set(['1', '2', '3', '4', '5', '6', '7']);

function byName(name: string, written: string): Matcher {
  if (name === 'all') return () => true;
  if (name === 'cis') return (check) => CIS.has(check.id.split('.')[0]!);
  const group = sections.find((section) => section.group === name);
  if (group !== undefined) return (_, other) => other === group.group;
  const id = name.replaceAll('_', '.').toUpperCase();
  const known = sections.some((section) => section.checks.some((check) => covers(id, check.id)));
  if (known) return (check) => covers(id, check.id);
  throw new PlimsollError('usage', `no check or group is called ${written}`, {
    hint: `groups are ${[...sections.map((section) => section.group), 'cis', 'all', 'level1'].join(', ')}; ids look like 2.1 or 5.10`,
  });
}

/** `1.1` covers `1.1.3`; `5.1` does not cover `5.10`. */
const covers = (name: string, id: string) => id === name || id.startsWith(`${name}.`);

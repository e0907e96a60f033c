import { addTo } from '../../collections.ts';
import type { DatabaseInfo, Statement, Vulnerability } from '../../model.ts';
import { type AliasClaim, aliasClasses } from '../alias-classes.ts';
import type { RecordedDistribution } from '../distribution.ts';
import type { RecordedWheels } from '../wheels.ts';
import type { AdvisoryStore } from './store.ts';

/** What a store in memory is made of. */
export interface Statements {
  readonly statements: readonly Statement[];
  readonly vulnerabilities?: readonly Vulnerability[];
  readonly info?: Partial<DatabaseInfo>;
  /** Namespaces assessed although no statement is in them. */
  readonly covers?: readonly string[];
  /** What a package index has of Python distributions. */
  readonly distributions?: readonly RecordedDistribution[];
  /** What is known of the files of wheels. */
  readonly wheels?: readonly RecordedWheels[];
}

/** An advisory store over arrays: for the demonstration, for tests, and for libraries that bring their own data. */
export function memoryStore(statements: Statements): AdvisoryStore {
  const byPackage = new Map<string, Statement[]>();
  const covered = new Set(statements.covers ?? []);
  for (const advisory of statements.statements) {
    const key = JSON.stringify([advisory.namespace, advisory.package]);
    addTo(byPackage, key, advisory);
    covered.add(advisory.namespace);
  }
  let members: ReadonlyMap<string, readonly string[]> | undefined;
  let byId: ReadonlyMap<string, readonly Statement[]> | undefined;
  const vulnerabilities = new Map((statements.vulnerabilities ?? []).map((entry) => [entry.id, entry]));
  return {
    info: {
      path: ':memory:',
      schema: 1,
      built: '1970-01-01T00:00:00Z',
      digest: '',
      records: statements.statements.length,
      feeds: [],
      ...statements.info,
    },
    statements: (namespace, name) => byPackage.get(JSON.stringify([namespace, name])) ?? [],
    statementsById: (id) => {
      byId ??= indexById(statements.statements);
      const ids = [id, ...(vulnerabilities.get(id)?.aliases ?? [])];
      return [...new Set(ids.flatMap((record) => byId?.get(record) ?? []))];
    },
    vulnerability: (id) => vulnerabilities.get(id),
    aliases: (id) => {
      members ??= membersOf([...statements.statements, ...vulnerabilities.values()]);
      return members.get(id)?.filter((member) => member !== id) ?? [];
    },
    covers: (namespace) => covered.has(namespace),
    feedsOn: (namespace) => [
      ...new Set(
        statements.statements.flatMap((statement) => (statement.namespace === namespace ? (statement.feed ?? []) : [])),
      ),
    ],
    distribution: (name) => statements.distributions?.find((distribution) => distribution.name === name),
    wheels: (module) => statements.wheels?.filter((wheels) => wheels.module === module) ?? [],
    close() {},
  };
}

/** The ids of the same vulnerability by each of them, sorted as they are when a database is built. */
const membersOf = (claims: readonly AliasClaim[]): ReadonlyMap<string, readonly string[]> =>
  new Map(aliasClasses(claims).classes.flatMap((ids) => ids.map((id) => [id, ids] as const)));

/** Statements by every id that they name. */
function indexById(statements: readonly Statement[]): ReadonlyMap<string, readonly Statement[]> {
  const byId = new Map<string, Statement[]>();
  for (const statement of statements) {
    for (const id of new Set([statement.id, ...statement.aliases])) {
      addTo(byId, id, statement);
    }
  }
  return byId;
}

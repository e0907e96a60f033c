import { addTo } from '../../collections.ts';
import { ecosystemNamed } from '../../ecosystems/index.ts';
import type { DatabaseInfo, Statement, Vulnerability } from '../../model.ts';
import { compareText } from '../../versions/order.ts';
import { type AliasClaim, aliasClasses, isTakenBack } from '../alias-classes.ts';
import type { RecordedDistribution } from '../distribution.ts';
import { pageOf } from '../publishers.ts';
import type { RecordedWheels } from '../wheels.ts';
import { preferPrimary, ratingsWithRecords, recordedAs } from './documents.ts';
import { mergedRecords } from './records.ts';
import type { AdvisoryStore } from './store.ts';
import { plainStatement } from './stored-statement.ts';

/** What a store in memory is made of. */
export interface Statements {
  readonly statements: readonly Statement[];
  /** Several of one id are what several publishers say of it; where one stands in a statement's document (`feed`), it rates and dates that too. */
  readonly vulnerabilities?: readonly (Vulnerability & Pick<Statement, 'feed'>)[];
  readonly info?: Partial<DatabaseInfo>;
  /** Namespaces assessed although no statement is in them. */
  readonly covers?: readonly string[];
  /** What a package index has of Python distributions. */
  readonly distributions?: readonly RecordedDistribution[];
  /** What is known of the files of wheels. */
  readonly wheels?: readonly RecordedWheels[];
}

/**
 * An advisory store over arrays: for the demonstration, for tests, and for libraries that bring their own data. It answers what a
 * database file with the same statements and records would: ids are parted into vulnerabilities, each statement goes by all names of
 * its own, names are spelled as their ecosystem does, documents are heard in the order of their names, and of two one publisher's own export counts.
 */
export function memoryStore(given: Statements): AdvisoryStore {
  const statements = {
    ...given,
    statements: byDocument(given.statements),
    vulnerabilities: byDocument(given.vulnerabilities ?? []),
  };
  let filing: ReturnType<typeof filedBy> | undefined;
  const filed = () => {
    filing ??= filedBy(statements);
    return filing;
  };
  const members = (id: string): readonly string[] => filed().members(id);
  const covered = new Set([...(statements.covers ?? []), ...statements.statements.map(({ namespace }) => namespace)]);
  const records = new Map<string, Vulnerability[]>();
  for (const record of statements.vulnerabilities) addTo(records, record.id, record);
  const merged = new Map<string, Vulnerability | undefined>();
  const vulnerability = (id: string): Vulnerability | undefined => {
    const names = members(id);
    const others = names.filter((name) => name !== id);
    return mergedRecords(
      id,
      names,
      [id, ...others].flatMap((name) => records.get(name) ?? []),
    );
  };
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
    statements: (namespace, name) => filed().byPackage.get(packageKey(namespace, name)) ?? [],
    statementsById: (id) => members(id).flatMap((name) => filed().byId.get(name) ?? []),
    vulnerability(id) {
      if (!merged.has(id)) merged.set(id, vulnerability(id));
      return merged.get(id);
    },
    aliases: (id) => members(id).filter((member) => member !== id),
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

/** In the order of the documents' names, as a database file has them: where several speak of the same, the first is heard first. */
function byDocument<Said extends Pick<Statement, 'feed'>>(said: readonly Said[]): readonly Said[] {
  const isSingle = said.every(({ feed }) => feed === said[0]?.feed);
  return isSingle ? said : said.toSorted((a, b) => compareText(a.feed ?? '', b.feed ?? ''));
}

const packageKey = (namespace: string, name: string): string => JSON.stringify([namespace, name]);

/** Everything filed as it is when a database is built: when something is asked for the first time. */
function filedBy({ statements, vulnerabilities = [] }: Statements) {
  const classes = new Map(
    aliasClasses(claimsOf(statements, vulnerabilities)).classes.flatMap((ids) => ids.map((id) => [id, ids] as const)),
  );
  const members = (id: string): readonly string[] => classes.get(id) ?? [id];
  const inDocument = new Map<string, Vulnerability>();
  for (const record of vulnerabilities) {
    const key = recordKey(record.id, record.feed);
    if (record.feed !== undefined && !inDocument.has(key)) inDocument.set(key, record);
  }
  const said = new Map<string, Statement[]>();
  for (const given of statements) {
    const { namespace, package: name } = given;
    const statement = withNames(withRecords(given, inDocument), members);
    addTo(said, packageKey(namespace, ecosystemNamed(namespace)?.normalize(name) ?? name), statement);
  }
  const byPackage = new Map(
    [...said].map(([key, statements]) => [key, preferPrimary(statements, completed).map(withPage)]),
  );
  const byId = new Map<string, Statement[]>();
  for (const statement of [...byPackage.values()].flat()) addTo(byId, statement.id, statement);
  return { members, byPackage, byId };
}

/** A record of a publisher speaks of names once, of however many packages it has statements, and has its word where it is there itself. */
function claimsOf(statements: readonly Statement[], vulnerabilities: readonly Vulnerability[]): readonly AliasClaim[] {
  const claim = (record: Statement | Vulnerability): AliasClaim => ({
    id: record.id,
    aliases: record.aliases,
    withdrawn: isTakenBack(record),
  });
  const keyOf = ({ id, aliases, withdrawn }: AliasClaim): string =>
    JSON.stringify([id, [...aliases].sort(), withdrawn]);
  const records = vulnerabilities.map(claim);
  const said = new Set(records.map(keyOf));
  const ofStatements = statements.flatMap((statement) => {
    const own = claim(statement);
    const key = keyOf(own);
    if (own.aliases.length === 0 || said.has(key)) return [];
    said.add(key);
    return [own];
  });
  return [...records, ...ofStatements];
}

const recordKey = (id: string, feed = ''): string => JSON.stringify([feed, id]);

/** A statement that goes by every name of its vulnerability; the same object where it does already. */
function withNames(statement: Statement, members: (id: string) => readonly string[]): Statement {
  const aliases = members(statement.id).filter((id) => id !== statement.id);
  const isSame = aliases.length === statement.aliases.length && aliases.every((id, at) => id === statement.aliases[at]);
  return isSame ? statement : { ...plainStatement(statement), aliases };
}

/** A statement that names a page about it: its publisher's own, where it comes without one. */
function withPage(statement: Statement): Statement {
  const { url, source, bulletin, id } = statement;
  return url === undefined ? { ...plainStatement(statement), url: pageOf(source, bulletin ?? id) } : statement;
}

/** A statement with what its own document's records say of it; the same object where they say nothing. */
function withRecords(statement: Statement, records: ReadonlyMap<string, Vulnerability>): Statement {
  if (statement.feed === undefined || records.size === 0) return statement;
  const recorded = recordedAs(statement);
  const recordOf = (id: string): Vulnerability | undefined => records.get(recordKey(id, statement.feed));
  const about = recordOf(recorded);
  const ratings = ratingsWithRecords({ id: statement.id, recorded, ratings: statement.ratings }, recordOf);
  if (about === undefined && ratings.length === statement.ratings.length) return statement;
  const { title, published, modified } = about ?? {};
  const told = {
    ...(title !== undefined && { title }),
    ...(published !== undefined && { published }),
    ...(modified !== undefined && { modified }),
  };
  return { ...told, ...plainStatement(statement), ratings };
}

const completed = (primary: Statement, { bulletin, fixDate }: Statement): Statement => ({
  ...plainStatement(primary),
  ...(bulletin !== undefined && { bulletin }),
  ...(fixDate !== undefined && { fixDate }),
});

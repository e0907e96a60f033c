import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Dossier, databaseBytes, databasePath, dossier, openStore, search } from '../advisories/store/index.ts';
import { PlimsollError, printable } from '../errors.ts';
import { home } from '../home.ts';
import type { DatabaseInfo, Statement } from '../model.ts';
import { FETCHED_BY_SCANS } from './stores.ts';
import type { Surroundings } from './surroundings.ts';

type Machine = Pick<Surroundings, 'environment'>;

/** The database of this machine: what it holds, its size, and how many claims of sameness were not followed. */
export interface DatabaseStatus {
  readonly info: DatabaseInfo;
  readonly bytes: number;
  readonly disputedAliases: number;
}

/** What the database holds, feed by feed. Throws as `openStore`. */
export function databaseStatus(machine: Machine): DatabaseStatus {
  return withStore(machine, (store, path) => ({
    info: store.info,
    bytes: databaseBytes(path),
    disputedAliases: store.guarded(() => Number(store.sqlite.query('SELECT count(*) FROM disputes').get([])?.[0] ?? 0)),
  }));
}

/** Every source's word on a vulnerability, side by side. Throws `not-found` when nobody mentions it, and as `openStore`. */
export function vulnerabilityDossier(id: string, machine: Machine): Dossier {
  return withStore(machine, (store) => {
    const known = dossier(store, id);
    if (known.records.length === 0 && known.statements.length === 0)
      throw new PlimsollError('not-found', `no feed of the database mentions ${printable(id, 100)}`, {
        hint: existsSync(join(home(machine.environment), FETCHED_BY_SCANS))
          ? 'it holds what scans asked for; plimsoll db update fetches all'
          : 'plimsoll db status lists the feeds',
      });
    // Texts of a stored statement are read when they are asked for: the store is closed by then.
    return { ...known, statements: known.statements.map(whole) };
  });
}

/** The statements on packages of a name (`*` stands for anything), in one namespace or all. Throws as `openStore`. */
export function statementsNamed(name: string, namespace: string | undefined, machine: Machine): readonly Statement[] {
  return withStore(machine, (store) => search(store, name, namespace).map(whole));
}

/** An answer of the database of this machine, which is open while it is asked. Throws as `openStore`. */
export function withStore<Answer>(
  { environment }: Machine,
  ask: (store: ReturnType<typeof openStore>, path: string) => Answer,
): Answer {
  const path = databasePath(home(environment));
  const store = openStore(path);
  try {
    return ask(store, path);
  } finally {
    store.close();
  }
}

const whole = (statement: Statement & { toJSON?(): Statement }): Statement => statement.toJSON?.() ?? statement;

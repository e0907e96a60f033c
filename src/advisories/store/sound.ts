import { isUtf8 } from 'node:buffer';
import { openSqlite } from './sqlite.ts';

const OWN_NAME = /^[a-z_]{1,64}$/i;

/**
 * Whether a database whose bytes nobody vouches for can be written to: libsql ends the whole process for a text that is not UTF-8, and
 * what is written beside damage is damaged too. Reads all of it, so that it is for files without a sum only.
 */
export function isSound(path: string): boolean {
  try {
    const sqlite = openSqlite(path, 'untrusted');
    try {
      const names = (sql: string): string[] => {
        const all = sqlite
          .query(sql)
          .all([])
          .map(([name]) => String(name));
        if (!all.every((name) => OWN_NAME.test(name))) throw new Error('a name that is none of ours');
        return all;
      };
      for (const table of names(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
      ))
        for (const column of names(`SELECT name FROM pragma_table_info('${table}')`)) {
          const texts = `SELECT CAST("${column}" AS BLOB) FROM "${table}" WHERE typeof("${column}") = 'text'`;
          for (const [text] of sqlite.query(texts).iterate([])) if (!isUtf8(text as Buffer)) return false;
        }
      // What indexes hold has to be what the tables hold.
      return sqlite.query('SELECT integrity_check FROM pragma_integrity_check').get([])?.[0] === 'ok';
    } finally {
      sqlite.close();
    }
  } catch {
    return false;
  }
}

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { asPlimsollError, PlimsollError } from '../../errors.ts';
import { APPLICATION_ID } from './schema.ts';

/**
 * The schema number in a database file's header, after checks that cost nothing: that it is SQLite, one of ours, and
 * as long as it says. Throws `database-damaged`. https://www.sqlite.org/fileformat.html#the_database_header
 */
export function readHeader(path: string): { readonly schema: number; readonly bytes: number } {
  const header = Buffer.alloc(100);
  const fail = (what: string): never => {
    throw new PlimsollError('database-damaged', `the advisory database is damaged: ${what}`, {
      where: path,
      hint: 'delete it and run: plimsoll db update',
    });
  };
  let bytes: number;
  try {
    // A pipe would hold whoever opens it.
    if (!statSync(path).isFile()) fail('what is in its place is no file');
    const file = openSync(path, 'r');
    try {
      bytes = fstatSync(file).size;
      readSync(file, header, 0, 100, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asPlimsollError(error, 'io', path);
  }
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\u0000') fail('it is no SQLite file');
  if (header.readUInt32BE(68) !== APPLICATION_ID) fail('it is an SQLite file of another program');
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const pages = header.readUInt32BE(28);
  if (bytes < pageSize * pages) fail(`it is cut off after ${bytes} of ${pageSize * pages} bytes`);
  return { schema: header.readUInt32BE(60), bytes };
}

/** Bytes of a database file. */
export function databaseBytes(path: string): number {
  return readHeader(path).bytes;
}

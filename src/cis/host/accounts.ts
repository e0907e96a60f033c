/** /etc/passwd and /etc/group. https://man7.org/linux/man-pages/man5/passwd.5.html, .../group.5.html */

/** An account. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** A group with the members that the file lists (not those who have it as primary group). */
interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));

const number = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;

/** Accounts in the file's order; lines that are none are left out. */
export function parseAccounts(text: string): Account[] {
  return rows(text).flatMap(([name, , uid, gid]) => {
    const ids = [number(uid), number(gid)] as const;
    if (name === undefined || name === '' || ids[0] === undefined || ids[1] === undefined) return [];
    return [{ name, uid: ids[0], gid: ids[1] }];
  });
}

/** Groups in the file's order; lines that are none are left out. */
export function parseGroups(text: string): Group[] {
  return rows(text).flatMap(([name, , gid, members]) => {
    const id = number(gid);
    if (name === undefined || name === '' || id === undefined) return [];
    const list = (members ?? '').split(',').map((member) => member.trim());
    return [{ name, gid: id, members: list.filter((member) => member !== '') }];
  });
}

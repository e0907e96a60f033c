/** 4.1: as whom a container of the image runs. */

import { type ShellCommand, shellCommands } from '../../formats/text/index.ts';
import { type BenchItem, type CheckVerdict, info, note, pass, warn } from '../check.ts';
import { parseAccounts, parseGroups } from '../host/index.ts';
import type { ImageFacts } from './facts.ts';
import { type BuildStep, runCommands } from './steps.ts';

/** Groups whose members are root in effect: they reach the daemon, disks, or sudo. */
const ROOT_GROUPS = new Set([
  'root',
  'sudo',
  'wheel',
  'admin',
  'docker',
  'podman',
  'lxd',
  'disk',
  'shadow',
  'kmem',
  'kvm',
]);

/** Programs that an entrypoint uses to become somebody else. */
const DROPPERS = new Set([
  'gosu',
  'su-exec',
  'setpriv',
  'runuser',
  's6-setuidgid',
  's6-applyuidgid',
  'chpst',
  'setuidgid',
  'capsh',
  'start-stop-daemon',
  'su',
]);

/** The user of the configuration, resolved in the image's own /etc/passwd and /etc/group. */
export async function judgeUser(image: ImageFacts): Promise<CheckVerdict> {
  const { User: user = '' } = image.config.run;
  const [name = '', group] = user.split(':');
  const subject = image.name;
  if (name === '' || name === 'root' || /^0+$/.test(name)) {
    const dropper = await privilegeDropper(image);
    if (dropper !== undefined) return info('the entrypoint starts as root and drops it', [{ subject, ...dropper }]);
    return warn('containers run as root', [{ subject, detail: user === '' ? 'no USER' : `USER ${user}` }]);
  }
  if (/^\d+$/.test(name)) return judgeGroups(image, { name, uid: Number(name), group });
  const passwd = await image.read('etc/passwd');
  if (!passwd.ok && passwd.why !== 'absent')
    return note(`USER ${user}; /etc/passwd was not looked at: ${passwd.reason}`, [{ subject, detail: user }]);
  const account = passwd.ok ? parseAccounts(passwd.value).find((account) => account.name === name) : undefined;
  if (account === undefined)
    return warn('containers do not start: the user is not in /etc/passwd', [
      { subject, detail: `USER ${user}`, path: '/etc/passwd' },
    ]);
  if (account.uid === 0)
    return warn('containers run as root under another name', [
      { subject, detail: `${name} has uid 0`, path: '/etc/passwd' },
    ]);
  return judgeGroups(image, { name, uid: account.uid, gid: account.gid, group });
}

interface RunsAs {
  readonly name: string;
  readonly uid: number;
  readonly gid?: number;
  /** After the colon of USER. */
  readonly group?: string | undefined;
}

async function judgeGroups(image: ImageFacts, as: RunsAs): Promise<CheckVerdict> {
  const text = await image.read('etc/group');
  if (!text.ok && text.why !== 'absent')
    return note(`runs as ${as.name} (uid ${as.uid}); its groups were not looked at: ${text.reason}`);
  const groups = text.ok ? parseGroups(text.value) : [];
  const passwd = await image.read('etc/passwd');
  const account = passwd.ok ? parseAccounts(passwd.value).find((account) => account.uid === as.uid) : undefined;
  const gid = as.gid ?? account?.gid ?? 0;
  const chosen = as.group === undefined ? (groups.find((group) => group.gid === gid)?.name ?? String(gid)) : as.group;
  const others =
    account === undefined
      ? []
      : groups.filter((group) => group.members.includes(account.name)).map((group) => group.name);
  const dangerous = others.filter((group) => ROOT_GROUPS.has(group) && group !== 'root');
  const items: BenchItem[] = dangerous.map((group) => ({
    subject: image.name,
    detail: `${account?.name ?? as.name} is in group ${group}`,
    path: '/etc/group',
  }));
  const sudo = account === undefined ? undefined : await sudoRule(image, account.name, others);
  if (sudo !== undefined) items.push({ subject: image.name, ...sudo });
  if (items.length > 0) return warn('the user can become root', items);
  if (chosen === 'root' || chosen === '0')
    return info(`runs as ${as.name} (uid ${as.uid}), in group root: files of that group are open to it`, [
      { subject: image.name, detail: `${as.name}:${chosen}` },
    ]);
  return pass(`runs as ${as.name} (uid ${as.uid})`);
}

/** A sudoers rule for the user without a password. https://www.sudo.ws/docs/man/sudoers.man/ */
async function sudoRule(
  image: ImageFacts,
  name: string,
  groups: readonly string[],
): Promise<Omit<BenchItem, 'subject'> | undefined> {
  const paths = ['etc/sudoers', ...(await sudoersFiles(image))];
  for (const path of paths) {
    const text = await image.read(path);
    if (!text.ok) continue;
    for (const [index, line] of text.value.split('\n').entries()) {
      if (!/NOPASSWD/.test(line) || line.trimStart().startsWith('#')) continue;
      const who = line.trim().split(/\s+/)[0] ?? '';
      if (who === name || who === 'ALL' || groups.includes(who.replace(/^%/, '')))
        return { detail: `sudo without password: ${line.trim().slice(0, 120)}`, path: `/${path}`, line: index + 1 };
    }
  }
  return undefined;
}

async function sudoersFiles(image: ImageFacts): Promise<string[]> {
  const files = await image.files();
  if (!files.ok) return [];
  const sudoers: string[] = [];
  for (const { path, visible } of files.value) if (visible && /^etc\/sudoers\.d\/[^/]+$/.test(path)) sudoers.push(path);
  return sudoers;
}

/** What build steps make of an account: uid 0 under another name, a group that is root in effect, sudo without a password. */
export function rightsOfUser(steps: readonly BuildStep[], user: string): BenchItem[] {
  return steps.flatMap((step) => {
    const commands = runCommands(step);
    const rights = commands.flatMap((command) => rightOf(command, user) ?? []);
    // `echo "app ALL=(ALL) NOPASSWD: ALL" >> /etc/sudoers`, as text or in a here-document.
    for (const text of [step.text, ...step.documents])
      for (const [rule = '', who = ''] of text.matchAll(
        /(?:^|["'\n])\s{0,200}(\S{1,200})\s{1,200}ALL\s{0,200}=[^"'\n]{0,500}NOPASSWD[^"'\n]{0,500}/g,
      ))
        if (who === user || who === 'ALL' || who.startsWith('%') || who.startsWith('$'))
          rights.push(`sudo without password: ${rule.replace(/^["'\s]+/, '').slice(0, 120)}`);
    return rights.map((detail) => step.item(detail));
  });
}

function rightOf({ program, words, text }: ShellCommand, user: string): string | undefined {
  if (!/^(?:useradd|adduser|usermod|gpasswd|addgroup)$/.test(program) || !words.slice(1).includes(user))
    return undefined;
  const uid = words.findIndex((word) => /^(?:-u|--uid)$/.test(word));
  const given = uid < 0 ? words.find((word) => /^--uid=/.test(word))?.slice('--uid='.length) : words[uid + 1];
  if (/^(?:useradd|adduser|usermod)$/.test(program) && given !== undefined && /^0+$/.test(given))
    return `${text.slice(0, 120)}: uid 0`;
  const group = words
    .slice(1)
    .flatMap((word) => word.split(/[,=]/))
    .find((word) => ROOT_GROUPS.has(word) && word !== user);
  return group === undefined || group === 'root' ? undefined : `${text.slice(0, 120)}: group ${group}`;
}

/** How the entrypoint gives up root, where it does: by its own name, or in its script. */
async function privilegeDropper(image: ImageFacts): Promise<Omit<BenchItem, 'subject'> | undefined> {
  const { Entrypoint, Cmd } = image.config.run;
  const words = [...(Entrypoint ?? []), ...(Cmd ?? [])];
  const direct = words.find((word) => DROPPERS.has(word.replace(/^.*\//, '')));
  if (direct !== undefined && !direct.endsWith('/su') && direct !== 'su') return { detail: `through ${direct}` };
  for (const word of words.slice(0, 4)) {
    const path = word.startsWith('/') ? word.slice(1) : await onPath(image, word);
    const script = path === undefined ? undefined : await image.read(path);
    if (!script?.ok || !script.value.startsWith('#!')) continue;
    const line = dropperLine(script.value);
    if (line !== undefined) return { detail: `through ${line.program}`, path: `/${path}`, line: line.line };
  }
  return undefined;
}

async function onPath(image: ImageFacts, program: string): Promise<string | undefined> {
  if (!/^[\w.-]{1,80}$/.test(program)) return undefined;
  const path = image.config.run.Env?.find((pair) => pair.startsWith('PATH='))?.slice('PATH='.length);
  for (const folder of (path ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
    .split(':')
    .slice(0, 40)) {
    const full = `${folder.replace(/^\//, '')}/${program}`;
    if ((await image.read(full)).ok) return full;
  }
  return undefined;
}

/** The line on which a script becomes somebody else. */
function dropperLine(script: string): { readonly program: string; readonly line: number } | undefined {
  for (const [index, line] of script.split('\n').entries()) {
    if (line.trimStart().startsWith('#')) continue;
    // `exec gosu postgres "$0"`, `set -- su-exec redis "$@"`, `exec su -s /bin/sh app -c ...`
    for (const command of shellCommands(line)) {
      const words = command.program === 'set' ? command.words.slice(1).filter((word) => word !== '--') : command.words;
      const program = (words[0] ?? '').replace(/^.*\//, '');
      if (DROPPERS.has(program) && words.length > 1) return { program, line: index + 1 };
    }
  }
  return undefined;
}

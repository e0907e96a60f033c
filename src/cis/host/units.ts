/**
 * systemd units read from their files, so that nothing has to ask systemctl.
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#System%20Unit%20Search%20Path
 */

import { splitWords } from '../../formats/text/index.ts';
import type { Host } from './host.ts';

/** Where system units live, first wins. */
const UNIT_FOLDERS = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
] as const;

/** A unit with its drop-ins. */
interface Unit {
  /** The unit file. */
  readonly path: string;
  /** ExecStart's words after drop-ins, with variables of Environment and EnvironmentFile in their place. */
  readonly command: readonly string[];
}

/** Path of a unit's file, or undefined where no folder has it. */
export async function unitPath(host: Host, name: string): Promise<string | undefined> {
  for (const folder of UNIT_FOLDERS) {
    const file = await host.stat(`${folder}/${name}`);
    // One that may not be looked at is there all the same.
    if (file.ok ? file.value.type === 'file' : file.why !== 'absent') return `${folder}/${name}`;
  }
  return undefined;
}

/** Reads a unit; undefined where there is none. */
export async function readUnit(host: Host, name: string): Promise<Unit | undefined> {
  const path = await unitPath(host, name);
  if (path === undefined) return undefined;
  const environment = new Map<string, string>();
  let command = '';
  for (const file of [path, ...(await findDropIns(host, name))]) {
    const text = await host.read(file);
    if (!text.ok) continue;
    for (const [key, value] of serviceSettings(text.value)) {
      if (key === 'ExecStart') command = value;
      if (key === 'Environment') for (const word of splitWords(value, '\\')) assign(environment, bare(word.text));
      if (key === 'EnvironmentFile') await readEnvironment(host, value, environment);
    }
  }
  return { path, command: expand(command, environment) };
}

/** `*.conf` of `name.d`, in the order they apply. */
async function findDropIns(host: Host, name: string): Promise<string[]> {
  const byName = new Map<string, string>();
  for (const folder of [...UNIT_FOLDERS].reverse()) {
    const names = await host.list(`${folder}/${name}.d`);
    if (!names.ok) continue;
    for (const file of names.value) if (file.endsWith('.conf')) byName.set(file, `${folder}/${name}.d/${file}`);
  }
  return [...byName.keys()].sort().map((file) => byName.get(file)!);
}

/** Settings of the [Service] section; an empty ExecStart= resets, which a later one overrides anyway. */
function serviceSettings(text: string): [string, string][] {
  const settings: [string, string][] = [];
  let section = '';
  for (const line of text.replace(/\\\r?\n\s*/g, ' ').split('\n')) {
    const trimmed = line.trim();
    if (trimmed.startsWith('[')) section = trimmed;
    const equals = trimmed.indexOf('=');
    if (section !== '[Service]' || equals < 1 || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    settings.push([trimmed.slice(0, equals).trim(), trimmed.slice(equals + 1).trim()]);
  }
  return settings;
}

const bare = (text: string) => text.replace(/^(["'])([\s\S]*)\1$/, '$2');

function assign(environment: Map<string, string>, text: string): void {
  const equals = text.indexOf('=');
  if (equals > 0) environment.set(text.slice(0, equals).trim(), bare(text.slice(equals + 1).trim()));
}

async function readEnvironment(host: Host, path: string, environment: Map<string, string>): Promise<void> {
  const text = await host.read(path.replace(/^-/, ''));
  if (!text.ok) return;
  for (const line of text.value.split('\n')) if (!/^\s*[#;]/.test(line)) assign(environment, line.trim());
}

/** `$NAME` alone becomes as many words as its value has; `${NAME}` stays within its word. */
function expand(command: string, environment: ReadonlyMap<string, string>): string[] {
  return splitWords(command.replace(/^[-@:+!]+/, ''), '\\').flatMap((word) => {
    const alone = /^\$([A-Za-z_]\w*)$/.exec(word.text);
    if (alone !== null) return splitWords(environment.get(alone[1]!) ?? '', '\\').map((word) => bare(word.text));
    return [bare(word.text).replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => environment.get(name) ?? '')];
  });
}

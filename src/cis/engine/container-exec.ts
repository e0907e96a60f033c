/** docker exec sessions: those the Engine still knows, and those the audit log remembers. */

import { need } from '../check.ts';
import { containerName, type Facts, value } from '../facts.ts';

/** One use of docker exec. */
interface ExecSession {
  readonly subject: string;
  readonly detail: string;
  readonly privileged: boolean;
  readonly root: boolean;
  /** Line of the audit log. */
  readonly line?: number;
}

interface ExecHistory {
  readonly log: string;
  /** Whether the audit log was there and readable. */
  readonly logged: boolean;
  readonly sessions: readonly ExecSession[];
}

const LOG = '/var/log/audit/audit.log';

/** Everything known about docker exec on this host. */
export async function lastExecs(facts: Facts): Promise<ExecHistory> {
  const sessions: ExecSession[] = [];
  for (const container of need(await facts.containers()))
    for (const id of container.ExecIDs ?? []) {
      const exec = value(await facts.engine.exec(id));
      const process = exec?.ProcessConfig;
      if (process === undefined) continue;
      const user = process.user ?? '';
      sessions.push({
        subject: containerName(container),
        detail: [process.entrypoint, ...(process.arguments ?? [])].join(' '),
        privileged: process.privileged === true,
        root: /^(?:root|0)(?::|$)/.test(user),
      });
    }
  const log = await facts.host.read(LOG);
  return { log: LOG, logged: log.ok, sessions: [...sessions, ...(log.ok ? parseExecLog(log.value) : [])] };
}

/** EXECVE records: `type=EXECVE ... a0="docker" a1="exec" a2="--privileged" ...`; words that are hex have odd characters. */
export function parseExecLog(text: string): ExecSession[] {
  return text.split('\n').flatMap((row, index) => {
    if (!row.startsWith('type=EXECVE')) return [];
    const words = [...row.matchAll(/ a\d+=(?:"([^"]*)"|([0-9A-F]+))/g)].map(
      (match) => match[1] ?? Buffer.from(match[2] ?? '', 'hex').toString('utf8'),
    );
    const at = words.indexOf('exec');
    if (at < 1 || !/(?:^|\/)docker$/.test(words[0] ?? '')) return [];
    const options = optionsOf(words.slice(at + 1));
    return [
      {
        subject: LOG,
        detail: words.join(' '),
        privileged: options.some((option) => option === '--privileged' || option === '--privileged=true'),
        root: options.some(
          (option, place) =>
            /^(?:-u|--user)=?(?:root|0)(?::.*)?$/.test(option) ||
            (/^(?:-u|--user)$/.test(option) && /^(?:root|0)(?::|$)/.test(options[place + 1] ?? '')),
        ),
        line: index + 1,
      },
    ];
  });
}

const TAKES_VALUE = new Set(['-u', '--user', '-e', '--env', '--env-file', '-w', '--workdir', '--detach-keys']);

/** The words before the container's name: what follows belongs to the command inside. */
function optionsOf(words: readonly string[]): string[] {
  const options: string[] = [];
  for (let at = 0; at < words.length && words[at]!.startsWith('-'); at++) {
    options.push(words[at]!);
    if (TAKES_VALUE.has(words[at]!) && at + 1 < words.length) options.push(words[++at]!);
  }
  return options;
}

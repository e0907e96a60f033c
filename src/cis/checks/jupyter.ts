/** Whether a Jupyter server lets everybody in: its options, variables and configuration files. */
import type { Workload } from './workloads.ts';

/** What is known of one server. */
interface JupyterAccess {
  /** Why nobody is asked for a token or password; undefined where somebody is. */
  readonly open?: string;
  readonly asRoot: boolean;
}

/** True where the workload starts a Jupyter server (a hub's own server for one user is told its token by the hub). */
export const isJupyter = (workload: Workload): boolean =>
  /jupyter|start-notebook|start-singleuser/i.test(workload.command.join(' ').slice(0, 16_384));

const APPLICATION = '(?:NotebookApp|ServerApp|IdentityProvider|PasswordIdentityProvider|LabApp|JupyterApp)';
/** `--ServerApp.token=''`, `--NotebookApp.token ""`, `c.IdentityProvider.token = ''`. */
const EMPTY_TOKEN = new RegExp(
  `--${APPLICATION}\\.token(?:=(?:''|"")?|\\s+(?:''|""))(?=\\s|$)|^[ \\t]*c\\.${APPLICATION}\\.token\\s*=\\s*u?(?:''|"")\\s*(?:#.*)?$`,
  'm',
);
/** A hash as `jupyter server password` writes it: `argon2:...`, `sha1:...`. */
const SET_PASSWORD = new RegExp(
  `(?:--|c\\.)${APPLICATION}\\.(?:hashed_)?password\\s*(?:=|\\s)\\s*u?["']?[a-z0-9]{3,10}:`,
);
const OPEN = new RegExp(`(?:--|c\\.)${APPLICATION}\\.(?:allow_unauthenticated_access)\\s*=\\s*True`);

/** Reads command line, variables and the texts of configuration files. */
export function jupyterAccess(
  workload: Workload,
  files: readonly { readonly path: string; readonly text: string }[] = [],
): JupyterAccess {
  const command = workload.command.join(' ').slice(0, 16_384);
  const asRoot = /--allow-root\b/.test(command) || files.some((file) => /allow_root\s*=\s*True/.test(file.text));
  const sources = [{ path: 'command line', text: command }, ...files];
  if (sources.some((source) => SET_PASSWORD.test(uncommented(source.text)))) return { asRoot };
  if (workload.environment.get('JUPYTER_TOKEN')) return { asRoot };
  for (const { path, text } of sources) {
    const live = uncommented(text);
    const token = EMPTY_TOKEN.exec(live) ?? jsonToken(path, text);
    if (token !== null) return { asRoot, open: `${path}: ${token[0].trim().slice(0, 80)}, and no password` };
    if (OPEN.test(live)) return { asRoot, open: `${path}: ${OPEN.exec(live)![0].slice(0, 80)}` };
  }
  if (workload.environment.has('JUPYTER_TOKEN')) return { asRoot, open: 'JUPYTER_TOKEN is empty' };
  return { asRoot };
}

const uncommented = (text: string) => text.replace(/^[ \t]*#.*$/gm, '');

function jsonToken(path: string, text: string): RegExpExecArray | null {
  return path.endsWith('.json') ? /"token"\s*:\s*""/.exec(text) : null;
}

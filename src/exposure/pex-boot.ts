import type { Edge, Process, World } from './model.ts';
import { programNamed, started } from './programs.ts';

/** What a PEX that was made with `--sh-boot` begins with: a script that looks for a Python and has it run the archive that follows. */
const BOOT = /^#!\/bin\/sh\n[\s\S]{0,1000}\bPEX_ROOT=/;
const PYTHONS = /"((?:python|pypy)\d?(?:\.\d{1,3})?t?)"/g;
const NAMES = 60;

/**
 * The Python that such a script finds: the first of those that it names and the image has. Undefined: it is no such script, or there is none.
 * https://docs.pex-tool.org/buildingpex.html
 */
export function bootedPex(
  { text, zero, parameters }: { readonly text?: string; readonly zero: string; readonly parameters: readonly string[] },
  process: Process,
  world: World,
): (Edge & { readonly process: Process }) | undefined {
  if (text === undefined || !BOOT.test(text)) return undefined;
  const around = { ...process, world, isAttached: process.isAttached === true };
  const names = [...text.slice(0, text.indexOf('PK\x03\x04') + 1 || undefined).matchAll(PYTHONS)].slice(0, NAMES);
  const python = names.map(([, name]) => name as string).find((name) => programNamed(name, around) !== undefined);
  return python === undefined
    ? undefined
    : started([python, zero, ...parameters], around, 'loaded', `starts ${python}`);
}

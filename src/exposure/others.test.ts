import { describe, expect, it } from 'vitest';
import { exposed, program } from '../../test/exposure.ts';

/** Folders of which is said that they are unknown, when an interpreter at a path is started. */
async function unknownBelow(path: string, files: readonly string[], env: readonly string[] = []) {
  const content = Object.fromEntries(files.map((file) => [file, 'text']));
  const { start } = await exposed({ [path]: program(), ...content }, { Cmd: [`/${path}`], Env: [...env] });
  return start.notes.flatMap((note) => /lies in (\S+) is unknown/.exec(note)?.[1] ?? []).sort();
}

describe('code of languages that are not followed', () => {
  it('lies in the folders of the distribution, also in those of an architecture', async () => {
    const files = ['usr/share/julia/base.jl', 'usr/lib/x86_64-linux-gnu/julia/sys.so', 'usr/share/perl5/A.pm'];
    expect(await unknownBelow('usr/bin/julia', files)).toEqual(['/usr/lib/x86_64-linux-gnu/julia', '/usr/share/julia']);
    expect(await unknownBelow('usr/bin/perl', [...files, 'usr/lib/aarch64-linux-gnu/perl/5.36/B.pm'])).toEqual([
      '/usr/lib/aarch64-linux-gnu/perl',
      '/usr/share/perl5',
    ]);
  });

  it('lies in an installation of its own, wherever that is, and what homes and variables name', async () => {
    const files = [
      'opt/julia-1.9.3/lib/julia/sys.so',
      'home/jovyan/.julia/packages/A/a.jl',
      'srv/depot/packages/B/b.jl',
    ];
    expect(await unknownBelow('opt/julia-1.9.3/bin/julia', files, ['JULIA_DEPOT_PATH=/srv/depot:'])).toEqual([
      '/home/jovyan/.julia',
      '/opt/julia-1.9.3',
      '/srv/depot',
    ]);
    expect(await unknownBelow('opt/R/4.3.1/lib/R/bin/exec/R', ['opt/R/4.3.1/lib/R/library/x/R/x'])).toEqual(['/opt/R']);
  });

  it('is, in a folder that other programs share, what is called by its name', async () => {
    const files = ['opt/conda/lib/perl5/A.pm', 'opt/conda/lib/python3.11/os.py'];
    expect(await unknownBelow('opt/conda/bin/perl', files)).toEqual(['/opt/conda/lib/perl5']);
  });
});

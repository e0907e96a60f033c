import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../test/exposure.ts';

const FILES = {
  'usr/bin/Rscript': program(),
  'usr/bin/R': `#!/bin/sh\nR_HOME=/usr/lib/R\nexec "\${R_HOME}/bin/exec/R" \${args} "\${@}"\n`,
  'usr/lib/R/bin/exec/R': program(),
  'usr/lib/R/library/stats/libs/stats.so': library('stats.so'),
  'usr/lib/R/library/grid/libs/grid.so': library('grid.so'),
  'usr/lib/R/library/tcltk/libs/tcltk.so': library('tcltk.so'),
  'usr/lib/R/site-library/ggplot2/NAMESPACE': 'import(grid)\nimportFrom(rlang,abort)\n',
  'usr/lib/R/site-library/ggplot2/DESCRIPTION': 'Package: ggplot2\nImports: grid, rlang\nSuggests: hexbin\n',
  'usr/lib/R/site-library/rlang/libs/rlang.so': library('rlang.so'),
  'usr/lib/R/site-library/hexbin/libs/hexbin.so': library('hexbin.so'),
};

describe('R', () => {
  it('is its front end, its script and the packages that lead from there; others are unknown', async () => {
    const report = await exposed(
      { ...FILES, 'srv/model.R': '#!/usr/bin/env Rscript\nlibrary(ggplot2)\n' },
      { Cmd: ['/srv/model.R', '4'] },
    );
    expect(reachedOf(report, /\.so:|srv|bin\/.*R/).filter((line) => !line.startsWith('lib'))).toEqual([
      'srv/model.R: loaded',
      'usr/bin/R: loaded',
      'usr/bin/Rscript: loaded',
      'usr/lib/R/bin/exec/R: loaded',
      'usr/lib/R/library/grid/libs/grid.so: loaded',
      'usr/lib/R/library/stats/libs/stats.so: loaded',
      'usr/lib/R/site-library/hexbin/libs/hexbin.so: importable',
      'usr/lib/R/site-library/rlang/libs/rlang.so: loaded',
    ]);
    expect(report.start.notes).toContain(
      '/usr/lib/R: what else lies there is unknown, since R is followed as far as its code names what it loads',
    );
  });

  it('runs a text of its command line, and a file that its front end is given', async () => {
    const text = await exposed(FILES, { Cmd: ['R', '--no-save', '-e', 'grid::grid.newpage()'] });
    expect(reachedOf(text, /grid\.so/)).toEqual(['usr/lib/R/library/grid/libs/grid.so: importable']);
    const batch = await exposed(
      { ...FILES, 'srv/a.R': 'library(tcltk)\n' },
      { Cmd: ['R', 'CMD', 'BATCH', '/srv/a.R'] },
    );
    expect(reachedOf(batch, /tcltk\.so/)).toEqual(['usr/lib/R/library/tcltk/libs/tcltk.so: loaded']);
  });

  it('attaches what R_DEFAULT_PACKAGES names', async () => {
    const report = await exposed(FILES, { Cmd: ['R', '-e', '1'], Env: ['R_DEFAULT_PACKAGES=grid,tcltk'] });
    expect(reachedOf(report, /library\/.*\.so/)).toEqual(
      ['grid', 'tcltk'].map((name) => `usr/lib/R/library/${name}/libs/${name}.so: loaded`),
    );
  });
});

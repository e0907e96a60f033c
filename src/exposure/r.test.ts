import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../test/exposure.ts';

describe('R', () => {
  it('is its front end, its script and what it attaches; other packages are unknown', async () => {
    const report = await exposed(
      {
        'usr/bin/Rscript': program(),
        'usr/bin/R': `#!/bin/sh\nR_HOME=/usr/lib/R\nexec "\${R_HOME}/bin/exec/R" "$@"\n`,
        'usr/lib/R/bin/exec/R': program(),
        'usr/lib/R/library/stats/libs/stats.so': library('stats.so'),
        'usr/lib/R/library/grid/libs/grid.so': library('grid.so'),
        'srv/model.R': '#!/usr/bin/env Rscript\nlibrary(grid)\n',
      },
      { Cmd: ['/srv/model.R', '4'] },
    );
    expect(reachedOf(report, /^(?:srv|usr\/(?:bin\/R|lib\/R))/)).toEqual(
      [
        'srv/model.R',
        'usr/bin/R',
        'usr/bin/Rscript',
        'usr/lib/R/bin/exec/R',
        'usr/lib/R/library/stats/libs/stats.so',
      ].map((path) => `${path}: loaded`),
    );
    expect(report.start.notes).toContain(
      'R is started, whose code is not followed: what lies in /usr/lib/R is unknown where nothing else leads to it',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { exposed, library, program, reachedOf } from '../../test/exposure.ts';

const FILES = {
  'usr/bin/Rscript': program(),
  'usr/bin/R': `#!/bin/sh\nR_HOME=/usr/lib/R\nexec "\${R_HOME}/bin/exec/R" \${args} "\${@}"\n`,
  'usr/lib/R/bin/exec/R': program(),
};

describe("R's files of variables", () => {
  it('say where packages are looked for, those of the user over those of the site', async () => {
    const files = {
      ...FILES,
      'usr/lib/R/etc/Renviron': `R_LIBS_SITE=\${R_LIBS_SITE:-'/srv/site:/srv/none'}\nR_LIBS_USER=\${R_LIBS_USER-'~/R'}\n`,
      'usr/lib/R/etc/Renviron.site': '# R_LIBS=/srv/commented\nR_LIBS=/srv/over\n',
      'root/.Renviron': 'R_LIBS="/srv/own"\n',
      'srv/site/one/libs/one.so': library('one.so'),
      'root/R/two/libs/two.so': library('two.so'),
      'srv/own/three/libs/three.so': library('three.so'),
      'srv/over/four/libs/four.so': library('four.so'),
      'srv/named/five/libs/five.so': library('five.so'),
      'srv/job.R': 'library(one)\nlibrary(two)\nlibrary(three)\nlibrary(four)\nlibrary(five)\n',
    };
    const of = async (Cmd: string[], Env: string[] = []) =>
      reachedOf(await exposed(files, { Cmd, Env }), /(?:srv|root)\/.*\.so:/);
    const loaded = (...paths: string[]) => paths.map((path) => `${path}: loaded`);
    expect(await of(['Rscript', '/srv/job.R'])).toEqual(
      loaded('root/R/two/libs/two.so', 'srv/own/three/libs/three.so', 'srv/site/one/libs/one.so'),
    );
    expect(await of(['R', '--vanilla', '-f', '/srv/job.R'], ['R_LIBS_SITE=/srv/named'])).toEqual(
      loaded('root/R/two/libs/two.so', 'srv/named/five/libs/five.so'),
    );
  });

  it('are those that R_ENVIRON names, which make everything unknown where they are none that are read', async () => {
    const files = {
      ...FILES,
      'srv/job.R': 'library(one)\n',
      'srv/own/one/libs/one.so': library('one.so'),
      'srv/Renviron.site': 'R_LIBS=/srv/own\n',
      'srv/settings': 'R_LIBS=/srv/own\n',
    };
    const of = async (variable: string) => {
      const report = await exposed(files, { Cmd: ['Rscript', '/srv/job.R'], Env: [variable] });
      return [...reachedOf(report, /one\.so/), ...report.start.notes.filter((note) => note.includes('R_ENVIRON'))];
    };
    expect(await of('R_ENVIRON=/srv/Renviron.site')).toEqual(['srv/own/one/libs/one.so: loaded']);
    expect(await of('R_ENVIRON_USER=/srv/settings')).toEqual([
      'R_ENVIRON_USER names /srv/settings, a file of variables that is not read',
    ]);
    expect(await of('R_ENVIRON=/srv/none')).toEqual([]);
  });
});

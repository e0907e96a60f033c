import { describe, expect, it } from 'vitest';
import { historySteps, layerInstructions, targetPath } from './image-history.ts';

const step = (createdBy: string, emptyLayer = false) => ({ createdBy, emptyLayer });
const nop = (text: string) => `/bin/sh -c #(nop) ${text}`;

describe('what made a layer', () => {
  it('is the step of the history that says so', () => {
    const history = [
      step(nop('ADD file:f20c in / ')),
      step(nop('CMD ["bash"]'), true),
      step('RUN /bin/sh -c pip install a # buildkit'),
    ];
    expect(layerInstructions({ history })).toEqual([
      nop('ADD file:f20c in / '),
      'RUN /bin/sh -c pip install a # buildkit',
    ]);
  });

  it('is all that buildah, kaniko and a squash put into one, and never the CMD that these laid it to', () => {
    const of = (...history: ReturnType<typeof step>[]) => layerInstructions({ history });
    const [copy, run, cmd] = [
      nop('COPY file:1f7f in /tmp/list.txt '),
      '/bin/sh -c pip install a',
      nop('CMD ["python3"]'),
    ];
    expect(of(step(copy, true), step(run, true), step(cmd))).toEqual([
      '2 instructions in one layer: COPY file:1f7f in /tmp/list.txt; RUN pip install a',
    ]);
    expect(of(step(run, true), step(cmd))).toEqual([run]);
    // The last of them has the layer, and the others say that they have none.
    expect(of(step(run, true), step(copy))).toEqual([
      '2 instructions in one layer: RUN pip install a; COPY file:1f7f in /tmp/list.txt',
    ]);
    // kaniko with one snapshot names nothing else.
    expect(of(step(cmd))).toEqual([undefined]);
    expect(of(step('ENTRYPOINT ["python3"]'))).toEqual([undefined]);
    // What `docker import`, `podman commit` and `buildah commit` leave says nothing of who made the layer.
    for (const said of ['', '/bin/sh', '/bin/bash', 'sh']) expect([said, of(step(said))]).toEqual([said, [undefined]]);
    expect(of(step('/bin/sh -c sh'))).toEqual(['/bin/sh -c sh']);
    // It makes a folder.
    expect(of(step('WORKDIR /srv'))).toEqual(['WORKDIR /srv']);
  });
});

describe('the folder of an instruction', () => {
  it('is what WORKDIR said last, relative to the one before', () => {
    const history = [
      'WORKDIR /srv/',
      'WORKDIR app',
      'RUN true',
      'WORKDIR $HOME',
      'RUN true',
      'WORKDIR /',
      'RUN true',
    ].map((text) => step(text));
    expect(historySteps({ history }).map(({ folder }) => folder)).toEqual([
      'srv',
      'srv/app',
      'srv/app',
      undefined,
      undefined,
      '',
      '',
    ]);
  });

  it('is where relative paths lead, and those of the root stay', () => {
    expect(targetPath('srv', './app/')).toBe('srv/app');
    expect(targetPath('srv', '../etc')).toBe('etc');
    expect(targetPath('srv', '/tmp/x')).toBe('tmp/x');
    expect(targetPath('srv', './')).toBe('srv');
    expect(targetPath(undefined, '/tmp')).toBe('tmp');
    expect(targetPath(undefined, 'x')).toBeUndefined();
    expect(targetPath('srv', '$TARGET')).toBeUndefined();
  });
});

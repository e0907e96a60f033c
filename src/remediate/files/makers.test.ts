import { describe, expect, it } from 'vitest';
import { mergedLayers, parseDockerfile } from '../../formats/text/index.ts';
import type { ImageConfig, Package } from '../../model.ts';
import { matchDockerfile } from './dockerfile-match.ts';
import { installationsBegan, makerOf, makersOf } from './makers.ts';

/** As buildah writes it of a Dockerfile that it made one layer of. */
const step = (createdBy: string, emptyLayer = true) => ({ createdBy, created: '2026-11-26T02:35:24Z', emptyLayer });
const HISTORY: ImageConfig['history'] = [
  step('/bin/sh -c #(nop) ADD file:f20c in / ', false),
  step('/bin/sh -c apt-get update && apt-get install -y curl git'),
  step('/bin/sh -c #(nop) COPY file:1f7f in /tmp/requirements.txt '),
  step('/bin/sh -c pip install setuptools==58.1.0'),
  step('/bin/sh -c pip install -r /tmp/requirements.txt'),
  step('/bin/sh -c #(nop) COPY dir:77aa in /srv/app '),
  step('/bin/sh -c #(nop) CMD ["python3"]', false),
];
const DOCKERFILE = `FROM scratch
ADD base.tar /
RUN apt-get update && apt-get install -y curl git
COPY requirements.txt /tmp/requirements.txt
RUN pip install setuptools==58.1.0
RUN pip install -r /tmp/requirements.txt
COPY app /srv/app
CMD ["python3"]
`;
const config = { history: HISTORY, run: {} } as unknown as ImageConfig;
const packageOf = (type: string, name: string, path: string): Package => ({
  type,
  name,
  version: '1.0',
  purl: `pkg:${type}/${name}@1.0`,
  evidence: [{ path, layer: 1, diffID: '', analyzer: 'x' }],
});
const SITE = 'usr/lib/python3/site-packages';
const listed = new Map([['requirements.txt', new Set(['jinja2'])]]);

describe('a layer of several instructions', () => {
  it('is known by a last step that changes no file, and none of what ordinary builders write is one', () => {
    expect([...mergedLayers(config).keys()]).toEqual([1]);
    const ordinary = HISTORY.map(({ createdBy, created }) => ({
      createdBy,
      ...(created ? { created } : {}),
      emptyLayer: /CMD|ENV/.test(createdBy),
    }));
    expect(mergedLayers({ history: ordinary }).size).toBe(0);
  });

  it('is led back to the instruction that installs a package by name, from a file, or copies it there; never to CMD', () => {
    const dockerfile = parseDockerfile(DOCKERFILE);
    const match = matchDockerfile(dockerfile, config);
    const makers = makersOf(mergedLayers(config).get(1)!, match.chain, 'Dockerfile');
    const line = (type: string, name: string, path: string) =>
      makerOf(packageOf(type, name, path), makers, listed)?.line;
    expect(line('pypi', 'setuptools', `${SITE}/setuptools-58.1.0.dist-info/METADATA`)).toBe('Dockerfile:5');
    expect(line('pypi', 'Jinja2', `${SITE}/Jinja2-2.11.dist-info/METADATA`)).toBe('Dockerfile:6');
    expect(line('deb', 'git', 'var/lib/dpkg/status')).toBe('Dockerfile:3');
    // Of the copied root or of what came with git: nobody says which.
    expect(line('deb', 'libssl1.1', 'var/lib/dpkg/status')).toBeUndefined();
    expect(line('maven', 'log4j-core', 'srv/app/lib/log4j-core.jar')).toBe('Dockerfile:7');
    // Brought by one of two installations: nobody says which.
    expect(line('pypi', 'markupsafe', `${SITE}/MarkupSafe-2.0.dist-info/METADATA`)).toBeUndefined();
    expect(match.instructions.get(1)?.keyword).not.toBe('CMD');
  });

  it('is led to the Dockerfile where the history lays all to one that changes no file, as kaniko with one snapshot does, if that is its last', () => {
    for (const last of ['CMD ["python3"]', 'ENTRYPOINT ["python3"]', 'ENV MODE=one', 'WORKDIR /srv']) {
      const snapshot = { ...config, history: [HISTORY[0]!, step(last, false)] };
      const of = (text: string) => {
        const match = matchDockerfile(parseDockerfile(text), snapshot);
        return {
          match,
          line: makersOf(mergedLayers(snapshot).get(1)!, match.belongs ? match.chain : [], 'Dockerfile'),
        };
      };
      const own = of(DOCKERFILE.replace('FROM scratch\nADD base.tar /', 'FROM base').replace('CMD ["python3"]', last));
      expect([last, own.match.belongs, own.match.instructions.get(1)]).toEqual([last, true, undefined]);
      expect(makerOf(packageOf('pypi', 'setuptools', `${SITE}/x`), own.line, listed)?.line).toBe('Dockerfile:4');
      const others = of(`FROM base\nRUN pip install setuptools\n${last.replace(/python3|MODE|srv/, 'other')}\n`);
      expect([last, others.match.belongs, others.line, others.match.instructions.get(1)]).toEqual([
        last,
        false,
        [],
        undefined,
      ]);
    }
  });

  it('is led to the Dockerfile where kaniko names its last instruction alone, also one that copies a file', () => {
    const own = { ...step('COPY app /srv/app', false), author: 'kaniko' };
    const text = DOCKERFILE.replace('FROM scratch\nADD base.tar /', 'FROM base').replace('CMD ["python3"]\n', '');
    const linesOf = (history: ImageConfig['history']) => {
      const match = matchDockerfile(parseDockerfile(text), { ...config, history });
      const makers = makersOf(mergedLayers({ history }).get(1) ?? [], match.belongs ? match.chain : [], 'Dockerfile');
      const of = (type: string, name: string, path: string) =>
        makerOf(packageOf(type, name, path), makers, listed)?.line;
      return [match.belongs, of('pypi', 'setuptools', `${SITE}/x`), of('maven', 'log4j', 'srv/app/log4j.jar')];
    };
    expect(linesOf([HISTORY[0]!, own])).toEqual([true, 'Dockerfile:4', 'Dockerfile:6']);
    // Of a layer for each command it names each, and another Dockerfile is not taken for this one.
    const others = [{ ...step('RUN make', false), author: 'kaniko' }, own];
    expect(linesOf(others)[0]).toBe(false);
    expect(linesOf([HISTORY[0]!, { ...step('COPY app /srv/app', false) }])[0]).toBe(false);
  });

  it('is led to the Dockerfile where an image was imported or committed, and its history names nothing', () => {
    const imported = { ...config, history: [step('/bin/sh', false)] };
    const match = matchDockerfile(parseDockerfile(DOCKERFILE), imported);
    const makers = makersOf(mergedLayers(imported).get(0)!, match.belongs ? match.chain : [], 'Dockerfile');
    expect(match).toMatchObject({ belongs: true, evidence: [expect.stringContaining('names no instruction')] });
    expect(makerOf(packageOf('pypi', 'setuptools', `${SITE}/x`), makers, listed)?.line).toBe('Dockerfile:5');
    // Beside layers that are named it is compared with these.
    const upon = { ...config, history: [step('RUN make', false), step('/bin/sh', false)] };
    expect(matchDockerfile(parseDockerfile(DOCKERFILE), upon).belongs).toBe(false);
  });

  it('reads relative places of COPY from the folder that WORKDIR names: a list beside the service brought no library', () => {
    const history = [
      step('/bin/sh -c #(nop) ADD file:f20c in / ', false),
      step('/bin/sh -c #(nop) WORKDIR /app'),
      step('/bin/sh -c #(nop) COPY multi:042f in ./ '),
      step('/bin/sh -c pip install -r requirements.txt'),
      step('/bin/sh -c pip install notebook==6.5.2'),
      step('/bin/sh -c #(nop) COPY dir:77aa in lib '),
      step('/bin/sh -c #(nop) CMD ["python3"]', false),
    ];
    const text = `FROM base
WORKDIR /app
COPY requirements.txt constraints.txt ./
RUN pip install -r requirements.txt
RUN pip install notebook==6.5.2
COPY lib lib
CMD ["python3"]
`;
    const steps = mergedLayers({ history }).get(1)!;
    for (const makers of [
      makersOf(steps, [], undefined),
      makersOf(steps, parseDockerfile(text).stages[0]!.instructions, 'D'),
    ]) {
      const of = (type: string, name: string, path: string) =>
        makerOf(packageOf(type, name, path), makers, listed)?.text;
      expect(
        of('generic', 'openssl', 'opt/venv/lib/python3.9/site-packages/tokenizers.libs/libcrypto.so'),
      ).toBeUndefined();
      // What lies within a wheel came with its distribution.
      expect(of('generic', 'zlib', 'opt/venv/lib/python3.9/site-packages/notebook.libs/libz.so')).toBe(
        'pip install notebook==6.5.2',
      );
      expect(of('generic', 'zlib', 'opt/venv/lib/python3.9/site-packages/jinja2/libz.so')).toBe(
        'pip install -r requirements.txt',
      );
      expect(of('maven', 'log4j-core', 'app/lib/log4j-core.jar')).toMatch(/lib$/);
      expect(of('maven', 'log4j-core', 'srv/lib/log4j-core.jar')).toBeUndefined();
    }
  });

  it('is told by the history where no Dockerfile is given', () => {
    const makers = makersOf(mergedLayers(config).get(1)!, [], undefined);
    expect(
      makerOf(packageOf('pypi', 'setuptools', `${SITE}/setuptools-58.1.0.dist-info/METADATA`), makers, new Map())?.text,
    ).toBe('pip install setuptools==58.1.0');
  });

  it('is told by when the files were written where two installations may have brought a package, and by nothing where all steps have one time', () => {
    const timed = HISTORY.map((instruction, index) => ({
      ...instruction,
      created: `2026-11-26T02:35:${10 + index * 10}.5Z`,
    }));
    const of = (history: ImageConfig['history'], written: string | undefined) => {
      const makers = makersOf(mergedLayers({ history }).get(1)!, [], undefined);
      const pkg = packageOf('pypi', 'markupsafe', `${SITE}/MarkupSafe-2.0.dist-info/METADATA`);
      return makerOf(pkg, makers, new Map(), written === undefined ? undefined : Date.parse(written))?.text;
    };
    expect(of(timed, '2026-11-26T02:35:38Z')).toBe('pip install setuptools==58.1.0');
    expect(of(timed, '2026-11-26T02:35:43Z')).toBe('pip install -r /tmp/requirements.txt');
    // Written while nothing installed: it came as it was from elsewhere.
    expect(of(timed, '2022-01-01T00:00:00Z')).toBeUndefined();
    expect(of(timed, undefined)).toBeUndefined();
    expect(of(HISTORY, '2026-11-26T02:35:24Z')).toBeUndefined();
  });

  it('came with a copied root where it was written before any of several installations began', () => {
    const text = DOCKERFILE.replace('COPY requirements', 'RUN apt-get install -y openssl\nCOPY requirements');
    const makers = makersOf([], parseDockerfile(text).instructions, 'Dockerfile');
    const deb = (name: string) => packageOf('deb', name, 'var/lib/dpkg/status');
    const day = Date.parse('2026-11-26T02:30:00Z');
    const times = new Map([
      [deb('zlib1g'), day - 9_000_000],
      [deb('git'), day],
      [deb('libcurl4'), day + 2_000],
      [deb('openssl'), day + 300_000],
    ]);
    const began = installationsBegan([...times.keys()], makers, listed, times);
    const lines = [...times].map(([pkg, written]) => [pkg.name, makerOf(pkg, makers, listed, written, began)?.line]);
    expect(Object.fromEntries(lines)).toEqual({
      zlib1g: 'Dockerfile:2',
      git: 'Dockerfile:3',
      // Of the one or the other: nobody says which.
      libcurl4: undefined,
      openssl: 'Dockerfile:4',
    });
  });

  it('came with a copied root where it was written before the installation began, and with what was installed from then on', () => {
    const dockerfile = parseDockerfile(DOCKERFILE);
    const makers = makersOf(mergedLayers(config).get(1)!, matchDockerfile(dockerfile, config).chain, 'Dockerfile');
    const deb = (name: string) => packageOf('deb', name, 'var/lib/dpkg/status');
    const minutes = (count: number) => Date.parse('2026-11-26T02:30:00Z') + count * 60_000;
    const times = new Map([
      [deb('zlib1g'), minutes(-9_000)],
      [deb('perl-base'), minutes(0)],
      [deb('libcurl4'), minutes(4)],
      [deb('git'), minutes(4.8)],
      [deb('curl'), minutes(5.2)],
      [deb('libnghttp2'), minutes(6)],
    ]);
    const began = installationsBegan([...times.keys()], makers, listed, times);
    const lines = [...times].map(([pkg, written]) => [pkg.name, makerOf(pkg, makers, listed, written, began)?.line]);
    expect(Object.fromEntries(lines)).toEqual({
      zlib1g: 'Dockerfile:2',
      'perl-base': 'Dockerfile:2',
      libcurl4: 'Dockerfile:3',
      git: 'Dockerfile:3',
      curl: 'Dockerfile:3',
      libnghttp2: 'Dockerfile:3',
    });
  });
});

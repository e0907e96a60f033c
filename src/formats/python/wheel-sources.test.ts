import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../limits.ts';
import { eachWheel, recordedFiles, sourcesInRecord, wheelSources } from './wheel-sources.ts';

/** Lines of the list that the wheel of requests 2.25.1 has, and some that other wheels have. */
const RECORD = `requests/__init__.py,sha256=ZPLhp2dwXWKNJuUnlgZGdMyEIHs1FZ0F0Ytl7TYlsdg,4141
requests/adapters.py,sha256=e-bmKEApNVqFdylxuMJJfiaHdlmS_zhWhIMEzlHvGuc,21548
requests/packages/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0
requests-2.25.1.dist-info/METADATA,sha256=XlYAGJmPBUyvvzIrDsnJUoZ_-GFtC3Dz5Jg_8PHvxrA,4168
requests-2.25.1.dist-info/RECORD,,
"odd, name.py",sha256=GRIxnDxZ7xLNrPRlvLrxMxLbbNMXOXbVY1Wmwxn7xtk,100
six.py,sha256=OVjjvoWZIs-jd9J0STyw5LIPcnBeJtdgjrjsv4ySKMA,34549
../../bin/tool.py,sha256=GRIxnDxZ7xLNrPRlvLrxMxLbbNMXOXbVY1Wmwxn7xtk,12
weak.py,md5=1B2M2Y8AsgTpgAmY7PhCfg,3
`;

describe('the list of a wheel’s files', () => {
  it('tells the digest and the size of each that it has one of', () => {
    expect([...recordedFiles(RECORD)].map(({ path, size }) => [path, size])).toEqual([
      ['requests/__init__.py', 4141],
      ['requests/adapters.py', 21548],
      ['requests/packages/__init__.py', 0],
      ['requests-2.25.1.dist-info/METADATA', 4168],
      ['odd, name.py', 100],
      ['six.py', 34549],
      ['../../bin/tool.py', 12],
    ]);
  });

  it('tells the sources of each import package from there on; an empty file tells nothing', () => {
    expect([...sourcesInRecord(RECORD)].map(([module, sources]) => [module, [...sources]])).toEqual([
      [
        'requests',
        [
          ['/__init__.py', 'ZPLhp2dwXWKNJuUn'],
          ['/adapters.py', 'e-bmKEApNVqFdylx'],
        ],
      ],
      ['six', [['.py', 'OVjjvoWZIs-jd9J0']]],
    ]);
  });

  it('tells of an import package of more files than are compared the same ones, in whatever order they stand', () => {
    const digest = 'GRIxnDxZ7xLNrPRlvLrxMxLbbNMXOXbVY1Wmwxn7xtk';
    const lines = Array.from({ length: LIMITS.comparedSources + 50 }, (_, at) => `big/m${at}.py,sha256=${digest},9`);
    const [there, back] = [lines, lines.toReversed()].map((all) => sourcesInRecord(all.join('\n')).get('big')!);
    expect(there!.size).toBe(LIMITS.comparedSources);
    expect(new Set(there!.keys())).toEqual(new Set(back!.keys()));
  });
});

describe('the sources of several wheels together', () => {
  const wheels = new Map([
    [
      '1.0',
      new Map([
        ['/a.py', 'AAAA'],
        ['/b.py', 'BBBB'],
      ]),
    ],
    [
      '1.1',
      new Map([
        ['/a.py', 'AAAA'],
        ['/b.py', 'CCCC'],
        ['/c.py', 'DDDD'],
      ]),
    ],
  ]); // prettier-ignore

  it('keep a digest that versions share once', () => {
    const { versions, files } = wheelSources(wheels);
    expect(versions).toEqual(['1.0', '1.1']);
    expect(files.get('/a.py')).toEqual([['AAAA', 0, 1]]);
    expect(files.get('/b.py')).toEqual([
      ['BBBB', 0],
      ['CCCC', 1],
    ]);
  });

  it('are taken apart again into what each was', () => {
    expect(eachWheel(wheelSources(wheels))).toEqual(wheels);
  });
});

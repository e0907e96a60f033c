import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as p from '../../formats/fixtures/pickle-bytes.ts';
import { risksOf } from '../fixtures/analyze.ts';
import { judgeGlobal } from './global-verdict.ts';
import { pickle } from './pickle.ts';

const rules = (bytes: Buffer, path = 'opt/model.bin'): string[] =>
  risksOf([pickle], path, bytes).map((risk) => `${risk.severity} ${risk.rule}`);

const call = (module: string, name: string): Buffer =>
  p.join(p.proto(4), p.text(module), p.text(name), p.stackGlobal, p.text('id'), p.tuple1, p.reduce, p.stop);

/** Names that have been used to get past lists of forbidden ones, and the ways in which they have been spelled. */
const EVASIONS: readonly (readonly [module: string, name: string])[] = [
  ['os', 'system'], ['posix', 'system'], ['nt', 'system'], ['os', 'execve'], ['os', 'spawnlp'], ['os', 'popen'],
  ['subprocess', 'Popen'], ['subprocess', 'getoutput'], ['commands', 'getoutput'], ['popen2', 'popen3'], ['pty', 'spawn'],
  ['builtins', 'eval'], ['builtins', 'exec'], ['__builtin__', 'eval'], ['__builtin__', 'execfile'], ['builtins', 'compile'], ['builtins', '__import__'],
  ['builtins', 'getattr'], ['__builtin__', 'apply'], ['builtins', 'open'], ['builtins', 'breakpoint'],
  ['runpy', '_run_code'], ['runpy', 'run_path'], ['code', 'InteractiveInterpreter.runcode'], ['timeit', 'timeit'], ['cProfile', 'run'], ['profile', 'Profile.runctx'], ['pdb', 'run'], ['bdb', 'Bdb.run'], ['trace', 'Trace.runctx'], ['doctest', 'debug_script'],
  ['importlib', 'import_module'], ['imp', 'load_source'], ['pkgutil', 'resolve_name'], ['zipimport', 'zipimporter'], ['ctypes', 'CDLL'], ['_ctypes', 'dlopen'], ['cffi', 'FFI'],
  ['socket', 'create_connection'], ['_socket', 'socket'], ['urllib.request', 'urlopen'], ['urllib2', 'urlopen'], ['requests.api', 'get'], ['httplib', 'HTTPSConnection'], ['http.client', 'HTTPSConnection'], ['ftplib', 'FTP'], ['smtplib', 'SMTP'], ['webbrowser', 'open'], ['asyncio', 'create_subprocess_shell'], ['asyncio.unix_events', '_UnixSubprocessTransport._start'],
  ['shutil', 'rmtree'], ['tempfile', 'mkstemp'], ['io', 'open'], ['_io', 'FileIO'], ['codecs', 'open'], ['pathlib', 'Path.write_text'], ['sqlite3', 'connect'],
  ['pip', 'main'], ['pip._internal', 'main'], ['ensurepip', '_run_pip'], ['venv', 'create'], ['idlelib.pyshell', 'ModifiedInterpreter.runcode'], ['idlelib.autocomplete', 'AutoComplete.get_entity'], ['lib2to3.pgen2.grammar', 'Grammar.loadPickle'], ['lib2to3.pgen2.pgen', 'ParserGenerator.make_label'], ['distutils.file_util', 'write_file'], ['distutils.spawn', 'spawn'], ['setuptools.command.easy_install', 'main'],
  ['_aix_support', '_read_cmd_output'], ['_osx_support', '_read_output'], ['_pyrepl.pager', 'pipe_pager'], ['pydoc', 'pipepager'], ['uuid', '_get_command_stdout'], ['imaplib', 'IMAP4_stream'], ['test.support.script_helper', 'assert_python_ok'], ['logging.config', 'listen'], ['platform', 'popen'], ['ctypes.util', '_findSoname_ldconfig'],
  ['mailcap', 'findmatch'], ['mailcap', 'test'], ['uuid', '_find_mac_under_heading'], ['uuid', '_find_mac_near_keyword'], ['logging.config', '_resolve'], ['logging.config', 'DictConfigurator.configure'], ['pipes', 'Template.copy'], ['optparse', 'Values.read_file'], ['turtle', '_make_global_funcs'], ['pstats', 'Stats'], ['argparse', 'FileType'], ['uu', 'decode'], ['_pyio', 'FileIO'], ['logging.handlers', 'TimedRotatingFileHandler'], ['logging.handlers', 'SysLogHandler'],
  ['operator', 'attrgetter'], ['_operator', 'methodcaller'], ['functools', 'partial'], ['builtins', 'map'], ['itertools', 'imap'], ['types', 'FunctionType'], ['types', 'CodeType'], ['marshal', 'loads'], ['pickle', 'loads'], ['cPickle', 'loads'], ['_pickle', 'Unpickler'], ['dill', 'loads'], ['cloudpickle', 'loads'], ['joblib', 'load'], ['pandas', 'read_pickle'], ['numpy', 'load'], ['yaml', 'unsafe_load'], ['shelve', 'open'],
  ['torch', 'load'], ['torch.serialization', 'load'], ['torch.hub', 'load'], ['torch.utils.collect_env', 'run'], ['torch.utils.collect_env', 'get_running_cuda_version'], ['torch.utils.collect_env', 'run_and_return_first_line'], ['torch.utils.bottleneck.__main__', 'run_cprofile'], ['torch.jit.unsupported_tensor_ops', 'execWrapper'], ['torch.utils._config_module', 'ConfigModule.load_config'], ['torch._dynamo.guards', 'GuardBuilder.get'], ['torch.fx.experimental.symbolic_shapes', 'ShapeEnv.evaluate_guards_expression'], ['torch.utils.data.datapipes.utils.decoder', 'basichandlers'], ['torch._inductor.codecache', 'compile_file'], ['torch.utils.cpp_extension', 'load_inline'], ['torch.ops', 'load_library'],
  ['numpy.testing._private.utils', 'runstring'], ['numpy.f2py.crackfortran', 'getlincoef'], ['numpy.distutils.exec_command', 'exec_command'], ['mlflow.projects.backend.local', '_run_entry_point'], ['acme.projects', '_run_entry_point'], ['keras.utils', 'get_file'], ['IPython', 'get_ipython'], ['pexpect', 'run'],
  // Interpreters and compilers that libraries carry, programs that they start, models and connections that they open.
  ['rpy2.robjects', 'r'], ['js2py', 'eval_js'], ['lupa', 'LuaRuntime'], ['cppyy', 'cppdef'], ['Cython.Build.Inline', 'cython_inline'], ['cython', 'inline'], ['cupy', 'RawKernel'], ['asteval', 'Interpreter'], ['langchain_experimental.utilities', 'PythonREPL.run'], ['smolagents', 'LocalPythonExecutor'], ['django.core.management', 'call_command'], ['pytest', 'main'], ['selenium.webdriver', 'Chrome'], ['nmap', 'PortScanner'],
  ['transformers', 'pipeline'], ['vllm', 'LLM'], ['faster_whisper', 'WhisperModel'], ['timm', 'create_model'], ['docker', 'from_env'], ['redis', 'Redis'], ['duckdb', 'sql'], ['getpass', 'getpass'], ['pyperclip', 'paste'], ['mss', 'mss'],
  // Attributes of attributes, and modules within modules.
  ['numpy', '__builtins__.eval'], ['numpy.__builtins__', 'eval'], ['torch.serialization', 'os.system'], ['sklearn.utils.fixes', 'sys.modules'], ['collections', 'OrderedDict.__init__.__globals__'], ['numpy', 'ndarray.__class__.__base__.__subclasses__'], ['pandas.core.frame', 'DataFrame.eval'], ['datetime', 'sys'], ['json', 'codecs.builtins.exec'], ['mypackage.shell', 'run_command'], ['anything', 'system'],
]; // biome-ignore format: a table

/** `getattr(module.name, attribute)(text)`, in the way of protocol 2. */
const reaching = (module: string, name: string, ...attributes: readonly string[]): Buffer =>
  p.join(
    p.proto(2),
    ...attributes.map(() => p.global('__builtin__', 'getattr')),
    p.global(module, name),
    ...attributes.flatMap((attribute) => [p.text(attribute), p.tuple2, p.reduce]),
    p.text('UTC'),
    p.tuple1,
    p.reduce,
    p.stop,
  );

describe('the name of code as a text', () => {
  const handed = (module: string, name: string, ...texts: string[]): string[] =>
    rules(p.join(p.proto(4), p.global(module, name), p.mark, ...texts.map(p.text), p.tuple, p.reduce, p.stop));

  // Those that import by name are without number: Django's, Werkzeug's, Celery's, logging's own.
  it.each([
    ['django.utils.module_loading', 'import_string', ['os.system']],
    ['celery.utils.imports', 'symbol_by_name', ['builtins:eval']],
    ['acme.registry', 'resolve_class', ['subprocess', 'Popen']],
  ])('given to %s.%s is told', (module, name, texts) =>
    expect(handed(module, name, ...texts).join()).toContain('HIGH pickle-names-'),
  );

  it.each([
    ['numpy', 'array', ['os.system']],
    ['acme.docs', 'Page', ['os.path', 'subject']],
    ['acme.docs', 'Page', ['we use os.system here']],
  ])('is data to %s.%s(%j)', (module, name, texts) =>
    expect(handed(module, name, ...texts).join()).not.toContain('pickle-names-'),
  );
});

describe('what no list names', () => {
  const given = (module: string, name: string, text: string): string =>
    rules(p.join(p.proto(4), p.global(module, name), p.text(text), p.tuple1, p.reduce, p.stop)).join();

  // After public reports of gadgets that pass other scanners of pickles.
  it.each([
    ['gdown.download', 'download', 'model'],
    ['datasets.load', 'load_dataset', 'words'],
    ['fsspec.core', 'open', 'words'],
    ['lxml.etree', 'parse', 'http://198.51.100.7/x'],
    ['acme.remote', 'resolve', '/root/.ssh/authorized_keys'],
    ['acme.remote', 'MongoClient', 'mongodb://198.51.100.7'],
    ['srsly', 'pickle_loads', 'words'],
    ['transformers.models.auto.modeling_auto', 'AutoModel.from_pretrained', 'evil/model'],
    ['pandas.core.frame', 'DataFrame.to_csv', 'words'],
  ])('%s.%s(%j) loads, writes or runs what it is given', (module, name, text) =>
    expect(given(module, name, text)).toContain('HIGH'),
  );

  it.each([
    ['acme.units', 'unit', 'm/s'],
    ['acme.types', 'dtype', 'torch.float32'],
    ['rdflib.term', 'URIRef', 'http://example.org/a'],
    ['acme.tree', 'reloaded', 'words'],
    ['acme.tree', 'runtime', 'words'],
  ])('%s.%s(%j) is not known to', (module, name, text) => expect(given(module, name, text)).not.toContain('HIGH'));
});

describe('a function that cloudpickle or dill makes of carried code', () => {
  it.each([
    ['cloudpickle.cloudpickle', '_make_function'],
    ['dill._dill', '_create_function'],
  ])('%s.%s: carried it is MEDIUM, called while loading CRITICAL', (module, name) => {
    const made = p.join(p.proto(4), p.global(module, name), p.text('code'), p.tuple1, p.reduce);
    expect(rules(p.join(made, p.stop))).toEqual(['MEDIUM pickle-carries-code']);
    expect(rules(p.join(made, p.text('x'), p.tuple1, p.reduce, p.stop))).toContain(
      'CRITICAL pickle-calls-carried-code',
    );
  });
});

describe('getattr of an imported name', () => {
  it('is that name with the attribute: a time zone of zoneinfo is data by either way (a frame of pandas holds one)', () => {
    expect(rules(reaching('zoneinfo', 'ZoneInfo', '_unpickle'))).toEqual([]);
    expect(rules(reaching('scipy.interpolate', 'interp1d', '_call_linear'))).toEqual([
      'MEDIUM pickle-calls-unknown',
      'LOW pickle-imports-unknown',
    ]);
  });

  it.each([
    ['os', 'path', 'os', 'system'],
    ['torch.serialization', 'os', 'system'],
    ['zoneinfo', 'ZoneInfo', '__reduce__'],
    ['numpy.core.multiarray', 'scalar', '__class__'],
    ['joblib', 'memory', 'subprocess'],
    ['logging', 'Logger', '__init__', '__globals__'],
  ])('leads to code as the dotted name does: %s %s %s', (module, name, ...attributes) => {
    expect(rules(reaching(module, name, ...attributes)).join()).toMatch(/HIGH|CRITICAL/);
  });

  it('with a computed name stays what it is', () => {
    const computed = p.join(
      p.proto(2),
      p.global('__builtin__', 'getattr'),
      p.global('math', 'pi'),
      p.global('x', 'y'),
      p.tuple2,
      p.reduce,
      p.stop,
    );
    expect(rules(computed)).toContain('HIGH pickle-calls-builtins-getattr');
  });
});

it('attrgetter and methodcaller of ordinary names bind, of others they reach', () => {
  const binding = (name: string, text: string) =>
    rules(p.join(p.proto(2), p.global('operator', name), p.text(text), p.tuple1, p.reduce, p.stop));
  expect(binding('attrgetter', 'a.b')).toEqual(['MEDIUM pickle-calls-operator-attrgetter']);
  expect(binding('methodcaller', 'lower')).toEqual(['MEDIUM pickle-calls-operator-methodcaller']);
  for (const text of ['__class__', 'a.__globals__', 'system', 'os.x'])
    expect(binding('attrgetter', text)).toEqual(['HIGH pickle-calls-operator-attrgetter']);
});

describe('a pickle that does harm when it is loaded', () => {
  it.each(EVASIONS)('is flagged for %s.%s', (module, name) => {
    const risks = risksOf([pickle], 'opt/model.bin', call(module, name));
    expect(risks[0]?.severity).toMatch(/CRITICAL|HIGH|MEDIUM/);
    expect(risks[0]?.rule).toMatch(/^pickle-calls-/);
    expect(risks[0]?.detail).toContain("('id')");
  });

  it('is recognised by content, in any protocol and under any name', () => {
    const inProtocols = [p.attack, p.join(p.proto(0), p.attack), p.join(p.proto(2), p.attack), call('os', 'system')];
    for (const bytes of inProtocols) {
      for (const path of ['weights.bin', 'data.txt', 'model.safetensors', 'noextension', 'a.py']) {
        expect(rules(bytes, path)).toContain('CRITICAL pickle-calls-os-system');
      }
    }
  });

  it('is flagged although it is broken, cut short or has no end', () => {
    const start = p.attack.subarray(0, -1);
    for (const bytes of [
      p.join(start, Buffer.from([0xff, 0xff])),
      p.join(p.proto(2), start),
      p.join(start, p.popMark, p.stop),
      p.join(p.proto(4), start, p.content(Buffer.alloc(100)).subarray(0, 50)),
    ]) {
      expect(rules(bytes)).toEqual(['CRITICAL pickle-calls-os-system', 'MEDIUM pickle-incomplete']);
    }
  });

  it('is flagged by its name too, where it breaks before its content could tell', () => {
    const importing = Buffer.from("cpip\nmain\n(lp0\nS'install'\natR.");
    expect(rules(importing, 'opt/notes.txt')).toEqual([]);
    expect(rules(importing, 'opt/model.pkl')).toEqual(['HIGH pickle-imports-pip-main', 'MEDIUM pickle-incomplete']);
    for (const hex of ['80028bffffff7f', '80048effffffffffffff7f616263', '8004'])
      expect(rules(Buffer.from(hex, 'hex'), 'opt/model.PICKLE')).toEqual(['LOW pickle-incomplete']);
    for (const text of ['', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', '{"a": 1}\n', '\u0000\u0000'])
      expect(rules(Buffer.from(text), 'opt/model.pkl')).toEqual([]);
  });

  it('is flagged although the call stands behind the first 512 bytes or behind gigabytes', () => {
    const padded = p.join(p.proto(4), p.content(Buffer.alloc(300_000)), p.pop, p.attack);
    expect(rules(padded)).toEqual(['CRITICAL pickle-calls-os-system']);
    expect(rules(p.join(...Array.from({ length: 400 }, () => p.join(p.quoted("'x'"), p.pop)), p.attack))).toEqual([
      'CRITICAL pickle-calls-os-system',
    ]);
  });

  it('is flagged for names from the memo, computed names and changed modules', () => {
    const memo = p.join(
      p.proto(4),
      p.text('system'),
      p.memoize,
      p.pop,
      p.text('os'),
      p.memoize,
      p.pop,
      p.binGet(1),
      p.binGet(0),
      p.stackGlobal,
      p.text('id'),
      p.tuple1,
      p.reduce,
      p.stop,
    );
    expect(rules(memo)).toEqual(['CRITICAL pickle-calls-os-system']);
    const joined = p.join(
      p.proto(4),
      p.global('builtins', 'str'),
      p.text('os'),
      p.tuple1,
      p.reduce,
      p.text('system'),
      p.stackGlobal,
      p.text('id'),
      p.tuple1,
      p.reduce,
      p.stop,
    );
    expect(rules(joined)).toContain('HIGH pickle-computed-import');
    const chain = p.join(
      p.proto(4),
      p.global('builtins', 'getattr'),
      p.global('math', 'pi'),
      p.text('x'),
      p.tuple2,
      p.reduce,
      p.emptyTuple,
      p.reduce,
      p.stop,
    );
    // The same as the name `pi.x` of `math`, which protocol 4 imports.
    expect(rules(chain)).toEqual(['MEDIUM pickle-calls-unknown', 'LOW pickle-imports-unknown']);
    const modules = p.join(
      p.proto(2),
      p.global('sys', 'modules'),
      p.text('sys'),
      p.global('sys', 'modules'),
      p.setItem,
      p.stop,
    );
    expect(rules(modules)).toContain('HIGH pickle-changes-import');
    const patched = p.join(
      p.proto(2),
      p.global('collections', 'OrderedDict'),
      p.emptyDict,
      p.text('__reduce__'),
      p.global('collections', 'Counter'),
      p.setItem,
      p.build,
      p.stop,
    );
    expect(rules(patched)).toEqual(['HIGH pickle-changes-import']);
  });

  it('is flagged for a dangerous name that it only imports, since __setstate__ can call it', () => {
    const bytes = p.join(p.proto(2), p.global('os', 'system'), p.stop);
    expect(rules(bytes)).toEqual(['HIGH pickle-imports-os-system']);
  });

  it('is flagged for what lies in the bytes and texts it carries, and behind it', () => {
    const inner = p.join(p.proto(2), p.attack);
    const carried = p.join(
      p.proto(2),
      p.global('torch.storage', '_load_from_bytes'),
      p.content(inner),
      p.tuple1,
      p.reduce,
      p.stop,
    );
    expect(rules(carried)).toEqual(['CRITICAL pickle-calls-os-system']);
    expect(rules(p.join(p.proto(2), p.none, p.stop, inner))).toEqual(['CRITICAL pickle-calls-os-system']);
    expect(rules(p.join(p.proto(2), p.none, p.stop, Buffer.alloc(2_000), inner))).toContain(
      'CRITICAL pickle-calls-os-system',
    );
  });

  it('is flagged for opcodes that pass as the bytes of a joblib array', () => {
    const dtype = p.join(p.global('numpy', 'dtype'), p.text('u1'), p.tuple1, p.reduce);
    const data = p.join(p.pop, p.attack);
    const state = p.join(
      p.emptyDict,
      p.text('shape'),
      p.int(data.length),
      p.tuple1,
      p.setItem,
      p.text('dtype'),
      dtype,
      p.setItem,
    );
    const bytes = p.join(
      p.proto(4),
      p.global('joblib.numpy_pickle', 'NumpyArrayWrapper'),
      p.emptyTuple,
      p.newObject,
      state,
      p.build,
      data,
      p.stop,
    );
    expect(rules(bytes)).toEqual(['HIGH pickle-disguised-opcodes']);
  });

  it('is flagged for extension codes', () => {
    expect(rules(p.join(p.proto(2), p.extension(1), p.emptyTuple, p.reduce, p.stop))).toEqual([
      'MEDIUM pickle-extension-code',
    ]);
  });

  it('is told apart from one whose names nobody knows', () => {
    expect(rules(call('mypackage.models', 'Net'))).toEqual(['LOW pickle-imports-unknown']);
    expect(rules(call('mypackage.models', 'make_net'))).toEqual(['MEDIUM pickle-calls-unknown']);
    const [risk] = risksOf([pickle], 'm', call('mypackage.models', 'make_net'));
    expect(risk).toMatchObject({ detail: 'mypackage.models.make_net', at: expect.stringMatching(/^byte \d+$/) });
  });

  it('is shown without control characters', () => {
    const [risk] = risksOf(
      [pickle],
      'm',
      p.join(
        p.proto(4),
        p.text('os'),
        p.text('system'),
        p.stackGlobal,
        p.text('\x1b[2J\u202eid'),
        p.tuple1,
        p.reduce,
        p.stop,
      ),
    );
    expect(risk?.detail).toBe("os.system('?[2J?id'): starts programs");
  });
});

describe('names that honest pickles import', () => {
  it('are harmless', () => {
    for (const [module, name] of [
      ['collections', 'OrderedDict'],
      ['numpy.core.multiarray', '_reconstruct'],
      ['numpy._core.multiarray', 'scalar'],
      ['torch._utils', '_rebuild_tensor_v2'],
      ['torch', 'BFloat16Storage'],
      ['sklearn.ensemble._forest', 'RandomForestClassifier'],
      ['pandas.core.frame', 'DataFrame'],
      ['__builtin__', 'set'],
      ['copy_reg', '_reconstructor'],
      ['torch.nn.modules.linear', 'Linear'],
      ['transformers.training_args', 'TrainingArguments'],
      ['ultralytics.nn.tasks', 'DetectionModel'],
    ] as const) {
      expect([module, name, judgeGlobal(module, name).verdict]).toEqual([module, name, 'harmless']);
    }
  });

  it('lend their harmlessness to nothing else in their modules', () => {
    for (const [module, name] of [
      ['sklearn.utils.parallel', 'Parallel'],
      ['sklearn.ensemble', 'make_something'],
      ['torch.nn', 'Module.eval.__globals__'],
      ['torch', 'os'],
      ['sklearn.utils._testing', 'os'],
      ['pandas.io.pytables', 'HDFStore'],
    ] as const) {
      expect([module, name, judgeGlobal(module, name).verdict]).not.toContain('harmless');
    }
  });
});

describe('harmless means "called with data"', () => {
  const given = (module: string, name: string, ...argument: readonly Buffer[]): string[] =>
    rules(
      p.join(p.proto(4), p.text(module), p.text(name), p.stackGlobal, p.mark, ...argument, p.tuple, p.reduce, p.stop),
    );
  const address = p.text('https://files.example/x.pt');

  it.each([
    ['ultralytics', 'YOLO', address],
    ['ultralytics.models.yolo.model', 'YOLO', p.text('yolo11n')],
    [
      'sentence_transformers',
      'SentenceTransformer',
      p.join(p.text('some-model'), p.none, p.none, p.none, Buffer.from([0x88])),
    ],
    ['cv2', 'VideoCapture', p.text('http://169.254.169.254/latest')],
    ['torchaudio.io', 'StreamReader', address],
    ['torchaudio.io._stream_reader', 'StreamReader', address],
    ['keras.layers', 'TFSMLayer', p.text('/models/evil')],
    ['tensorflow.python.keras.layers', 'StringLookup', p.text('/etc/passwd')],
    ['monai.bundle', 'ConfigParser', p.text('$__import__')],
    ['mmengine.config', 'Config', p.text('config.py')],
    ['nltk.parse.corenlp', 'CoreNLPServer', p.text('x.jar')],
    ['stanza', 'Pipeline', p.text('en')],
    ['gensim.models.word2vec', 'LineSentence', p.text('/etc/shadow')],
    ['xgboost.core', 'DMatrix', p.text('data.csv?format=csv')],
    // Of no list: what it is given is what tells.
    ['sklearn.some.module', 'NewThing', p.text('s3://bucket/model')],
    ['torchvision.whatever', 'Thing', p.text('../../x')],
    ['transformers.tools', 'NewTool', p.text('org/model')],
  ])('%s.%s loads what it is given: HIGH', (module, name, argument) => {
    expect(given(module, name, argument)[0]).toMatch(/^HIGH pickle-calls-/);
  });

  it('an object of the same class that is made without its constructor is what honest pickles hold', () => {
    const made = p.join(
      p.proto(2),
      p.global('ultralytics', 'YOLO'),
      p.emptyTuple,
      p.newObject,
      p.emptyDict,
      p.build,
      p.stop,
    );
    expect(rules(made)).toEqual([]);
    const old = p.join(
      p.global('copy_reg', '_reconstructor'),
      p.mark,
      p.global('ultralytics', 'YOLO'),
      p.global('__builtin__', 'object'),
      p.none,
      p.tuple,
      p.reduce,
      p.stop,
    );
    expect(rules(old)).toEqual([]);
  });

  it('_reconstructor runs the constructor of a base that is not object', () => {
    const yolo = p.global('ultralytics', 'YOLO');
    const attack = p.join(
      p.global('copyreg', '_reconstructor'),
      p.mark,
      yolo,
      yolo,
      address,
      p.tuple,
      p.reduce,
      p.stop,
    );
    expect(rules(attack)).toEqual(['HIGH pickle-calls-ultralytics-yolo']);
  });

  it('a decoy that is called with numbers does not hide the call behind it', () => {
    const call = (argument: Buffer): Buffer => p.join(p.global('sklearn.tree', 'Thing'), argument, p.tuple1, p.reduce);
    expect(rules(p.join(p.proto(2), call(p.int(1)), p.stop))).toEqual([]);
    expect(rules(p.join(p.proto(2), call(p.int(1)), p.pop, call(address), p.stop))).toEqual([
      'HIGH pickle-calls-sklearn-tree-thing',
    ]);
  });

  it('words that are no place leave a doubt, enumerations do not', () => {
    expect(given('sklearn.ensemble._forest', 'RandomForestClassifier', p.text('gini'))).toEqual([
      'LOW pickle-imports-unknown',
    ]);
    expect(given('sklearn.tree._tree', 'Tree', p.int(4), p.emptyTuple, p.int(1))).toEqual([]);
    expect(given('transformers.trainer_utils', 'SchedulerType', p.text('linear'))).toEqual([]);
    // As multidict writes its headers.
    expect(given('multidict._multidict', 'CIMultiDict', p.text('text/html'))).toEqual([]);
    expect(given('pandas.core.dtypes.dtypes', 'DatetimeTZDtype', p.text('ns'), p.none)).toEqual([]);
  });

  it('a text that is made on the way may be anything', () => {
    const made = p.join(p.global('builtins', 'str'), p.content(Buffer.from('abc')), p.tuple1, p.reduce);
    expect(given('sklearn.tree', 'Thing', made)).toEqual(['LOW pickle-imports-unknown']);
  });

  it("PyTorch's reader of storages is harmless with a pickle that can be read, and dangerous with bytes that are computed or hidden", () => {
    const storage = p.join(p.proto(2), p.emptyDict, p.stop);
    expect(given('torch.storage', '_load_from_bytes', p.content(storage))).toEqual([]);
    const ints = [...p.attack].map((byte) => p.int(byte));
    const computed = p.join(p.global('builtins', 'bytes'), p.mark, p.mark, ...ints, p.tuple, p.tuple, p.reduce);
    expect(given('torch.storage', '_load_from_bytes', computed)).toContain(
      'HIGH pickle-calls-torch-storage-load-from-bytes',
    );
    expect(given('torch.storage', '_load_from_bytes', p.content(Buffer.from('PK\x03\x04')))).toContain(
      'HIGH pickle-calls-torch-storage-load-from-bytes',
    );
  });

  it('one capability has one severity, whichever way leads to it', () => {
    for (const ways of [
      [
        ['torch', 'load'],
        ['torch.serialization', 'load'],
        ['torch.anything', 'load'],
      ],
      [
        ['pandas', 'read_pickle'],
        ['pandas.io.pickle', 'read_pickle'],
        ['pandas.io.api', 'read_pickle'],
      ],
      [
        ['pandas', 'read_csv'],
        ['pandas.io.parsers.readers', 'read_csv'],
      ],
      [
        ['keras.models', 'load_model'],
        ['keras.src.saving.saving_api', 'load_model'],
      ],
      [
        ['keras.initializers', 'deserialize'],
        ['keras.src.layers', 'deserialize'],
        ['keras.saving', 'deserialize_keras_object'],
      ],
    ] as const)
      expect(
        new Set(ways.map(([module, name]) => rules(call(module, name))[0]?.split(' ')[0])).size,
        String(ways),
      ).toBe(1);
    // Handed to something that calls it, it is as good as called.
    const handed = (callee: Buffer): string[] =>
      rules(
        p.join(
          p.proto(2),
          callee,
          p.mark,
          p.global('os', 'system'),
          p.none,
          p.mark,
          p.text('id'),
          p.tuple,
          p.emptyDict,
          p.tuple,
          p.reduce,
          p.stop,
        ),
      );
    expect(handed(p.global('torch._tensor', '_rebuild_from_type_v2'))).toContain('CRITICAL pickle-calls-os-system');
    expect(handed(p.global('builtins', 'map'))).toContain('CRITICAL pickle-calls-os-system');
    expect(handed(p.global('collections', 'defaultdict'))).toContain('CRITICAL pickle-calls-os-system');
  });
});

const shared = '../shared/cases/models';
describe.skipIf(!existsSync(shared))(
  `hostile pickles that were silent${existsSync(shared) ? '' : ' (skipped: no ../shared here)'}`,
  () => {
    it.each(existsSync(shared) ? readdirSync(shared) : [])('%s is HIGH at least', (name) => {
      const actual = rules(readFileSync(`${shared}/${name}`));
      expect(actual[0]).toMatch(/^(?:HIGH|CRITICAL) pickle-calls-/);
    });
  },
);

const python = spawnSync('python3', ['-c', 'import pickle'], { timeout: 10_000 }).status === 0;
const MADE_BY_PYTHON = `
import pickle, sys, os, builtins, functools
class A:
    def __reduce__(self): return (os.system, ('true',))
class B:
    def __reduce__(self): return (builtins.eval, ('1',))
class C(dict):
    def __reduce__(self): return (dict, (), None, None, iter([('k', A())]))
for value in (A(), [1, {'x': B()}], C()):
    for protocol in range(6):
        print(pickle.dumps(value, protocol).hex())
`;
it.skipIf(!python)(
  `what python's own pickler writes of such objects is flagged${python ? '' : ' (skipped: no python3 here)'}`,
  () => {
    const lines = spawnSync('python3', ['-c', MADE_BY_PYTHON], { encoding: 'utf8' }).stdout.trim().split('\n');
    expect(lines).toHaveLength(18);
    for (const line of lines)
      expect(rules(Buffer.from(line, 'hex'))[0]).toMatch(/^CRITICAL pickle-calls-(?:os-system|builtins-eval)$/);
  },
);

import { describe, expect, it } from 'vitest';
import { zip } from '../../../test/zip.ts';
import * as p from '../../formats/fixtures/pickle-bytes.ts';
import { tar } from '../../sources/files/tar-writer.ts';
import { risksOf } from '../fixtures/analyze.ts';
import { pickle } from './pickle.ts';
import { modelTar } from './tar.ts';
import { modelZip } from './zip.ts';

const rules = (path: string, bytes: Buffer): readonly string[] =>
  risksOf([modelZip, modelTar, pickle], path, bytes)
    .map(({ severity, rule }) => `${severity} ${rule}`)
    .filter((rule) => /^(?:CRITICAL|HIGH|MEDIUM) pickle-/.test(rule));

const call = (module: string, name: string, ...given: readonly Buffer[]): Buffer =>
  p.join(p.proto(2), p.global(module, name), p.mark, ...given, p.tuple, p.reduce, p.stop);
const address = p.longText('https://files.example/x.pt');
const state = p.join(p.proto(2), p.emptyDict, p.stop);
const made = p.join(
  p.proto(2),
  p.global('torch.storage', '_load_from_bytes'),
  p.global('builtins', 'bytes'),
  p.mark,
  p.mark,
  ...[...p.attack].map((byte) => p.int(byte)),
  p.tuple,
  p.tuple,
  p.reduce,
  p.tuple1,
  p.reduce,
  p.stop,
);

/** Pickles of every kind that item is about, and what each is by itself. */
const PICKLES: readonly (readonly [what: string, bytes: Buffer, rule: string | undefined])[] = [
  ['a call', p.attack, 'CRITICAL pickle-calls-os-system'],
  ['a class that loads', call('ultralytics', 'YOLO', address), 'HIGH pickle-calls-ultralytics-yolo'],
  ['a storage of computed bytes', made, 'HIGH pickle-calls-torch-storage-load-from-bytes'],
  ['data', state, undefined],
];

/** PyTorch before 0.1.10: pickles with raw numbers between them. */
const raw = p.join(Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.alloc(16, 0x3f));
const described = p.join(p.proto(2), p.longText('0'), p.longText('cpu'), p.tuple2, p.stop);
const count = (value: number): Buffer => p.join(p.proto(2), p.int(value), p.stop);
const legacyTar = (where: 'pickle' | 'storages' | 'tensors' | 'behind', body: Buffer): Buffer =>
  tar({
    sys_info: p.join(p.proto(2), p.emptyDict, p.stop),
    pickle: where === 'pickle' ? body : state,
    storages:
      where === 'storages'
        ? body
        : where === 'behind'
          ? p.join(count(2), described, raw, body, raw)
          : p.join(count(1), described, raw),
    tensors: where === 'tensors' ? body : count(0),
  });

const CONTAINERS: readonly (readonly [where: string, of: (body: Buffer) => Buffer, path?: string])[] = [
  ['archive/data.pkl', (body) => zip({ 'archive/data.pkl': body, 'archive/version': '3\n' })],
  [
    'archive/data.pkl, deflated, behind its storages',
    (body) => zip({ 'm/data/0': Buffer.alloc(64, 1), 'm/version': '3\n', 'm/data.pkl': body }),
  ],
  [
    'archive/constants.pkl',
    (body) => zip({ 'm/data.pkl': state, 'm/constants.pkl': body, 'm/code/__torch__.py': 'x' }),
  ],
  ['archive/attributes.pkl of an old TorchScript', (body) => zip({ 'm/attributes.pkl': body, 'm/model.json': '{}' })],
  ['bytecode.pkl of a mobile module', (body) => zip({ 'm/data.pkl': state, 'm/bytecode.pkl': body })],
  ['extra/ of a module', (body) => zip({ 'm/data.pkl': state, 'm/extra/info': body })],
  ['.data of a package', (body) => zip({ 'm/.data/version': '6', 'm/model/model.pkl': body })],
  ['a module in a module', (body) => zip({ 'm/data.pkl': state, 'm/lowered.pt': zip({ 'archive/data.pkl': body }) })],
  ['the pickle of a legacy tar', (body) => legacyTar('pickle', body)],
  ['the storages of a legacy tar', (body) => legacyTar('storages', body)],
  ['the tensors of a legacy tar', (body) => legacyTar('tensors', body)],
  ['behind numbers in a legacy tar', (body) => legacyTar('behind', body)],
  ['a checkpoint that is called a tar', (body) => zip({ 'archive/data.pkl': body }), 'opt/checkpoint.pth.tar'],
  ['the legacy sequence', (body) => p.join(magic, count(1), state, body, p.join(p.proto(2), p.emptyList, p.stop))],
  ['the key list of the legacy sequence', (body) => p.join(magic, count(1), state, state, body)],
];
const magic = p.join(
  p.proto(2),
  Buffer.from([0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]),
  p.stop,
);

describe('a pickle of PyTorch is judged alike in every container', () => {
  it.each(
    PICKLES.flatMap(([what, bytes, rule]) =>
      CONTAINERS.map(([where, of, path]) => ({ what, where, bytes: of(bytes), rule, path })),
    ),
  )('$what in $where', ({ bytes, rule, path }) => {
    const actual = rules(path ?? 'opt/model.pt', bytes);
    expect(actual).toEqual(rule === undefined ? [] : [rule]);
  });
});

describe('the code of a TorchScript module', () => {
  const module = (code: string, more: Readonly<Record<string, Buffer | string>> = {}): Buffer =>
    zip({ 'm/data.pkl': state, 'm/constants.pkl': state, 'm/code/__torch__/net.py': code, ...more });
  const resultOf = (bytes: Buffer): readonly string[] =>
    risksOf([modelZip, modelTar, pickle], 'opt/model.pt', bytes)
      .map(({ severity, rule }) => `${severity} ${rule}`)
      .filter((rule) => rule.includes('torchscript'));
  const forward = (line: string): string =>
    `class Net(Module):\n  def forward(self: __torch__.net.Net,\n    x: Tensor) -> Tensor:\n    ${line}\n    return x\n`;

  it.each([
    ['_0 = torch.save(x, "/root/.ssh/authorized_keys")', 'HIGH torchscript-calls-save'],
    ['_0 = ops.aten.save(x, "/etc/cron.d/x")', 'HIGH torchscript-calls-save'],
    ['_0 = torch.from_file("/etc/shadow", True, 4096)', 'HIGH torchscript-calls-from-file'],
  ])('%s: the severity that the same name has in a pickle', (line, rule) => {
    expect(resultOf(module(forward(line)))).toEqual([rule]);
    // What a name is worth does not depend on the way to it.
    const name = rule.endsWith('save') ? 'save' : 'from_file';
    expect(rules('opt/model.pt', call('torch', name, p.longText('x')))[0]).toMatch(/^HIGH pickle-calls-torch-/);
  });

  it('across chunks, deep in the file and in a second module of a zip within', () => {
    const late = `${forward('_0 = torch.relu(x)').repeat(3_000)}${forward('_1 = torch.save(x, "f")')}`;
    expect(resultOf(module(late))).toEqual(['HIGH torchscript-calls-save']);
    expect(resultOf(zip({ 'm/data.pkl': state, 'm/inner.pt': module(forward('torch.save(x, "f")')) }))).toEqual([
      'HIGH torchscript-calls-save',
    ]);
  });

  it('that only computes is silent, and so is a folder of that name in another zip', () => {
    const honest = [
      '_0 = torch.add(x, x, alpha=1)',
      '_1 = torch.conv2d(x, self.weight, None, [1, 1])',
      '_2 = ops.prim.NumToTensor(1)',
      '_3 = annotate(List[int], [])',
      '_4 = torch.save_for_backward(x)',
    ];
    expect(resultOf(module(honest.map(forward).join('')))).toEqual([]);
    expect(resultOf(zip({ 'weights.npy': 'x', 'code/train.py': 'torch.save(model, "out.pt")' }))).toEqual([]);
  });
});

import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drive, readWhole } from '../cursor.ts';
import * as p from '../fixtures/pickle-bytes.ts';
import { type PickleWalk, walkPickle } from './pickle.ts';
import { walkPickles } from './pickle-file.ts';
import { OPCODES } from './pickle-opcodes.ts';
import { looksLikePickle } from './pickle-sniff.ts';

const walk = (bytes: Buffer): PickleWalk =>
  readWhole(bytes, (cursor) => walkPickle(cursor, { budget: { opcodes: 1_000_000 } }));
const shown = (bytes: Buffer): string[] => walk(bytes).events.map((event) => `${event.kind} ${event.shown}`);
const SYSTEM = ['import os.system', "call os.system('id')"];

describe('a pickle is walked, not run', () => {
  it('in every way that a name can be imported', () => {
    const argument = p.join(p.text('id'), p.tuple1, p.reduce, p.stop);
    expect(shown(p.attack)).toEqual(SYSTEM);
    expect(shown(p.join(p.proto(2), p.global('os', 'system'), argument))).toEqual(SYSTEM);
    for (const spelled of [p.text, p.longText, p.hugeText, p.oldText, p.lineText]) {
      expect(shown(p.join(p.proto(4), spelled('os'), spelled('system'), p.stackGlobal, argument))).toEqual(SYSTEM);
    }
    expect(shown(p.join(p.mark, p.text('id'), p.instance('os', 'system'), p.stop))).toEqual(SYSTEM);
    expect(shown(p.join(p.mark, p.global('os', 'system'), p.text('id'), p.object, p.stop))).toEqual(SYSTEM);
    expect(shown(p.join(p.global('os', 'system'), p.text('id'), p.tuple1, p.newObject, p.stop))).toEqual(SYSTEM);
    const keywords = p.join(
      p.global('os', 'system'),
      p.text('id'),
      p.tuple1,
      p.emptyDict,
      p.newObjectWithKeywords,
      p.stop,
    );
    expect(shown(keywords)).toEqual(SYSTEM);
  });

  it('through the memo, whichever way it is written and read', () => {
    const end = p.join(p.stackGlobal, p.text('id'), p.tuple1, p.reduce, p.stop);
    const ways: readonly (readonly [Buffer, Buffer])[] = [
      [p.memoize, p.binGet(0)],
      [p.binPut(7), p.binGet(7)],
      [p.longPut(70_000), p.longGet(70_000)],
      [p.put(3), p.get('3')],
      [p.put(' 1_0'), p.get('10')],
      [p.binPut(7), p.get('007')],
    ];
    for (const [write, read] of ways) {
      expect(
        shown(p.join(p.proto(4), p.text('os'), write, p.pop, p.text('x'), p.pop, read, p.text('system'), end)),
      ).toEqual(SYSTEM);
    }
    // Overwritten: the harmless name that was there first is not the one that is used.
    const overwritten = p.join(p.text('math'), p.binPut(0), p.pop, p.text('os'), p.binPut(0), p.pop, p.binGet(0));
    expect(shown(p.join(p.proto(4), overwritten, p.text('system'), end))).toEqual(SYSTEM);
  });

  it('past marks, duplicates and values that are thrown away', () => {
    const noise = p.join(p.mark, p.mark, p.int(1), p.popMark, p.none, p.pop, p.pop);
    expect(
      shown(
        p.join(
          p.proto(4),
          noise,
          p.text('os'),
          noise,
          p.text('system'),
          p.stackGlobal,
          p.dup,
          p.pop,
          p.text('id'),
          p.tuple1,
          p.reduce,
          p.stop,
        ),
      ),
    ).toEqual(SYSTEM);
  });

  it('with the escapes that strings may have', () => {
    const written = p.join(
      p.quoted("'\\x6f\\163'"),
      p.lineText('sy\\u0073tem'),
      p.stackGlobal,
      p.text('id'),
      p.tuple1,
      p.reduce,
      p.stop,
    );
    expect(shown(p.join(p.proto(4), written))).toEqual(SYSTEM);
  });

  it('and says when a name is only known while loading', () => {
    const computed = p.join(
      p.proto(4),
      p.global('builtins', 'str'),
      p.text('os'),
      p.tuple1,
      p.reduce,
      p.text('system'),
      p.stackGlobal,
      p.stop,
    );
    expect(walk(computed).events.find((event) => event.kind === 'import' && event.unresolved)?.shown).toBe(
      "builtins.str('os') . 'system'",
    );
    const long = 'a.'.repeat(4_000);
    expect(walk(p.join(p.proto(4), p.global('os', `${long}system`), p.stop)).events[0]?.unresolved).toBe(true);
  });

  it('and says when an imported object itself is changed', () => {
    const modules = p.join(p.global('sys', 'modules'), p.text('os'), p.global('builtins', 'dict'), p.setItem, p.stop);
    expect(shown(modules)).toContain('change sys.modules items are set');
    expect(shown(p.join(p.global('json', 'JSONEncoder'), p.emptyDict, p.build, p.stop))[1]).toMatch(
      /^change json.JSONEncoder/,
    );
  });

  it('up to the break, and the break is told', () => {
    const broken = walk(p.join(p.attack.subarray(0, -1), Buffer.from([0xff, 0x00])));
    expect(broken).toMatchObject({ end: 'broken', reason: 'byte 0xff at 20 is no opcode' });
    expect(broken.events).toHaveLength(2);
    const cut = walk(p.join(p.proto(4), p.attack.subarray(0, -1)));
    expect(cut).toMatchObject({ end: 'truncated', reason: 'it ends before STOP' });
    expect(cut.events).toHaveLength(2);
    for (const [bytes, reason] of [
      [p.join(p.none, p.reduce), /more than the stack holds/],
      [p.join(p.none, p.tuple), /MARK that is not there/],
      [p.binGet(4), /memo 4 is read before/],
      [p.proto(6), /protocol 6 does not exist/],
      [p.join(p.int(1), p.int(2), p.stackGlobal), /name is no string/],
      [p.join(p.none, p.mark, p.append), /more than the stack holds/],
    ] as const) {
      expect(walk(bytes).reason).toMatch(reason);
    }
  });

  it('and passes over large bytes without reading them', () => {
    const claimed = 5_000_000_000;
    const reader = drive((cursor) => walkPickle(cursor, { budget: { opcodes: 100 } }), claimed + 100_000);
    const head = p.join(p.proto(4), p.hugeContent(claimed, Buffer.alloc(0)));
    const start = p.join(head, Buffer.alloc(8_192));
    const skipped = reader.push(start, 0);
    expect(skipped).toBe(claimed - 8_192);
    reader.push(p.join(p.pop, p.attack), start.length + skipped);
    const result = reader.end();
    expect(result.events.map((event) => event.shown)).toEqual(['os.system', "os.system('id')"]);
  });

  it('within its budgets', () => {
    const endless = readWhole(p.join(p.proto(4), Buffer.alloc(5_000, 'N')), (cursor) =>
      walkPickle(cursor, { budget: { opcodes: 1_000 } }),
    );
    expect(endless.end).toBe('budget');
  });
});

describe('pickles behind and inside each other', () => {
  const all = (bytes: Buffer) => readWhole(bytes, (cursor) => walkPickles(cursor));

  it('are walked one after the other', () => {
    const file = all(p.join(p.proto(2), p.none, p.stop, p.attack));
    expect(file.walks.map((walk) => walk.end)).toEqual(['stop', 'stop']);
    expect(file.trailing).toBeUndefined();
  });

  it('are found behind bytes that are none', () => {
    const file = all(p.join(p.proto(2), p.none, p.stop, Buffer.alloc(3_000, 1), p.proto(2), p.attack));
    expect(file.trailing).toBe(4);
    expect(file.walks[1]?.events).toHaveLength(2);
  });

  it('are found at the same place in any chunks, a name whole and not its tail', () => {
    const call = p.join(p.global('collections.collector', 'c_cc'), p.text('id'), p.tuple1, p.reduce, p.stop);
    for (const filler of [1, 230, 259, 260, 261, 300, 520]) {
      const bytes = Buffer.concat([p.join(p.stop), Buffer.alloc(filler), call, Buffer.alloc(700)]);
      const inChunks = (size: number) => {
        const reader = drive((cursor) => walkPickles(cursor), bytes.length);
        for (let at = 0; at < bytes.length; at += size) reader.push(Buffer.from(bytes.subarray(at, at + size)), at);
        return reader.end().walks.map(({ from, to }) => [from, to]);
      };
      const whole = inChunks(bytes.length);
      expect(whole[1]?.[0]).toBe(1 + filler);
      for (let size = 1; size < 600; size += 1) expect([filler, size, inChunks(size)]).toEqual([filler, size, whole]);
    }
  });

  it('are found in bytes and in text', () => {
    const inner = p.join(p.proto(2), p.attack);
    const asText = p.longText(inner.toString('latin1'));
    for (const carrier of [
      p.content(inner),
      asText,
      p.hugeContent(inner.length, inner),
      p.lineText(`${inner.toString('latin1').replaceAll('\n', '\\u000a')}`),
    ]) {
      const [outer] = all(p.join(p.proto(4), carrier, p.stop)).walks;
      expect(outer?.end).toBe('stop');
      expect(outer?.carried[0]?.walks[0]?.events.map((event) => event.shown)).toEqual(['os.system', "os.system('id')"]);
    }
  });

  it('lie only so deep inside each other', () => {
    let bytes = p.join(p.proto(2), p.attack);
    for (let depth = 0; depth < 40; depth += 1) bytes = p.join(p.proto(4), p.content(bytes), p.stop);
    const [outer] = all(bytes).walks;
    expect(outer?.end).toBe('stop');
  });
});

describe('a pickle is recognised by its content', () => {
  it('in any protocol, whole or only begun', () => {
    expect(looksLikePickle(p.attack, true)).toBe(true);
    expect(looksLikePickle(p.join(p.proto(4), p.frame(100), p.text('x')), false)).toBe(true);
    expect(looksLikePickle(p.attack.subarray(0, -1), true)).toBe(true);
    expect(looksLikePickle(p.join(p.attack, Buffer.alloc(400, 0)), false)).toBe(true);
  });

  it('by what stands behind a text that it begins with, and not where that text is all there is', () => {
    const head = (length: number): Buffer => p.join(Buffer.from('T'), Buffer.from(Uint32Array.of(length).buffer));
    const call = Buffer.from('cos\nsystem\n(S"id"\ntR.');
    expect(looksLikePickle(p.join(head(5), Buffer.from('hello'), call), true)).toBe(true);
    expect(looksLikePickle(p.join(head(512), Buffer.from('hello'), call), false)).toBe(false);
    expect(looksLikePickle(p.join(Buffer.from('TZif2'), Buffer.alloc(100)), false)).toBe(false);
  });

  it('and texts, scripts and programs are none', () => {
    for (const text of [
      'class Foo:\n    pass\n',
      'import os\nimport sys\n',
      'copyright 2020\nall\n',
      '(function () {})()\n',
      'I am a text\n',
      'Subject: x\n\n',
      '{"a": 1}',
      'N\n',
      ']]]\n',
      'Vx\n',
      '\x7fELF\x02\x01',
      'PK\x03\x04',
      '#!/bin/sh\n',
      'From: a\n',
      'Ljava/lang/String;\n',
      'K\x01\n',
      'GIF89a',
      'JVBERi0x',
      'certificates\nlist\nof things\n',
      'config\nfoo\nbar\n',
      '0\n',
      '\x80\x02',
      '\x80\x03\xff',
      // /usr/include/boost/outcome/.../win32_code_to_generic_code.ipp
      'case 0x1: return ENOSYS;\n'.repeat(20),
      // A Type 1 font: the head of a segment.
      `\x80\x01T\x0e\0\0%!PS-AdobeFont-1.0: EURM10 003.003\n%%Title: EURM10\n`,
    ]) {
      const bytes = Buffer.from(text, 'latin1');
      expect([text, looksLikePickle(bytes, true), looksLikePickle(bytes, false)]).toEqual([text, false, false]);
    }
  });
});

describe('whatever bytes come', () => {
  it('a walk ends, in chunks as in one piece', () => {
    const opcode = fc.constantFrom(...OPCODES.flatMap((entry) => (entry ? [entry.code] : [])));
    const soup = fc.array(fc.oneof(opcode, opcode, fc.nat(255), fc.constantFrom(0x0a, 0x31, 0x27)), { maxLength: 300 });
    fc.assert(
      fc.property(soup, fc.integer({ min: 1, max: 50 }), (values, size) => {
        const bytes = Buffer.from(values);
        const whole = readWhole(bytes, (cursor) => walkPickles(cursor));
        const reader = drive((cursor) => walkPickles(cursor), bytes.length);
        for (let at = 0; at < bytes.length; at += size) reader.push(Buffer.from(bytes.subarray(at, at + size)), at);
        expect(reader.end()).toEqual(whole);
      }),
      { numRuns: 2_000 },
    );
  });
});

const python = spawnSync('python3', ['-c', 'import pickletools'], { timeout: 10_000 }).status === 0;

/** Pickles of random values in every protocol, and what pickletools says of each: opcodes, and the offset of each. */
const ORACLE = `
import json, pickle, pickletools, random, sys, collections, datetime, decimal, uuid, fractions
r = random.Random(7)
class Slots:
    __slots__ = ('a',)
def value(depth):
    kinds = 'isfbnt' if depth <= 0 else 'isfbntldcSFoqDTuxrm'
    k = r.choice(kinds)
    n = r.randrange(5)
    if k == 'i': return r.choice([0, 1, -1, 255, 256, 65535, -2**31, 2**31, 2**63, -2**200, 10**300])
    if k == 's': return r.choice(['', 'os', 'é\\n', 'x' * 300, '\\u20ac\\\\u0041', 'a' * 70000 if r.random() < .02 else 'b'])
    if k == 'f': return r.choice([0.0, -1.5, 1e300, float('inf')])
    if k == 'b': return r.choice([b'', b'\\x80\\x02', b'y' * 300, bytearray(b'z')])
    if k == 'n': return None
    if k == 't': return r.random() < .5
    if k == 'l': return [value(depth - 1) for _ in range(n)]
    if k == 'd': return {str(i): value(depth - 1) for i in range(n)}
    if k == 'c': return complex(1, 2)
    if k == 'S': return set(range(n))
    if k == 'F': return frozenset(range(n))
    if k == 'o': return collections.OrderedDict((str(i), value(depth - 1)) for i in range(n))
    if k == 'q': return collections.deque([value(depth - 1)])
    if k == 'D': return decimal.Decimal('1.5')
    if k == 'T': return datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc)
    if k == 'u': return uuid.UUID(int=5)
    if k == 'x': return ValueError('x')
    if k == 'r': return fractions.Fraction(1, 3)
    m = [1]; m.append(m); return (m, m)
for i in range(int(sys.argv[1])):
    p = pickle.dumps(value(4), protocol=r.randrange(6))
    ops = list(pickletools.genops(p))
    names = []
    for op, arg, pos in ops:
        if op.name in ('GLOBAL', 'INST'): names.append([pos, arg.replace(' ', '.')])
    sg = sum(op.name == 'STACK_GLOBAL' for op, _, _ in ops)
    calls = sum(op.name in ('REDUCE', 'NEWOBJ', 'NEWOBJ_EX', 'INST', 'OBJ') for op, _, _ in ops)
    print(json.dumps([p.hex(), len(ops), names, sg, calls]))
`;

describe.skipIf(!python)(`pickletools agrees${python ? '' : ' (skipped: no python3 here)'}`, () => {
  it('on the number of opcodes, imports and calls of 3,000 pickles', () => {
    const run = spawnSync('python3', ['-c', ORACLE, '3000'], { encoding: 'utf8', maxBuffer: 1 << 28 });
    const lines = run.stdout.trim().split('\n');
    expect(lines).toHaveLength(3_000);
    for (const line of lines) {
      const [hex, opcodes, names, stackGlobals, calls] = JSON.parse(line) as [
        string,
        number,
        [number, string][],
        number,
        number,
      ];
      const bytes = Buffer.from(hex, 'hex');
      const result = walk(bytes);
      expect({ end: result.end, to: result.to, opcodes: result.opcodes }).toEqual({
        end: 'stop',
        to: bytes.length,
        opcodes,
      });
      const imports = result.events.filter((event) => event.kind === 'import');
      expect(imports.reduce((sum, event) => sum + event.count, 0)).toBe(names.length + stackGlobals);
      expect(imports.every((event) => !event.unresolved)).toBe(true);
      if (stackGlobals === 0)
        expect(new Set(imports.map((event) => event.shown))).toEqual(new Set(names.map(([, name]) => name)));
      const called = result.events.filter((event) => event.kind === 'call');
      expect(called.reduce((sum, event) => sum + event.count, 0)).toBe(calls);
      const matters = bytes[0] === 0x80 || imports.length > 0;
      if (matters) expect(looksLikePickle(bytes.subarray(0, 512), bytes.length <= 512)).toBe(true);
    }
  });
});

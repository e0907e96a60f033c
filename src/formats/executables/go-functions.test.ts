import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goProgram } from '../../../test/go-program.ts';
import { elfStream } from './elf-stream.ts';
import { goFunctions } from './go-functions.ts';
import { type LinkedCode, linkedFunctions } from './linked-code.ts';

/** Names as the line table of a real program has them (Go 1.26, golang.org/x/net 0.10, gopkg.in/yaml.v2). */
const NAMES = [
  'golang.org/x/net/html.Parse',
  'golang.org/x/net/html.(*Tokenizer).Next',
  'golang.org/x/net/html.(*Tokenizer).Next-fm',
  'golang.org/x/net/html.NodeType.String',
  'golang.org/x/net/html.inBodyIM.func1',
  'golang.org/x/net/html.init.0',
  'gopkg.in/yaml%2ev2.Unmarshal',
  'slices.partialInsertionSortCmpFunc[go.shape.struct { net/http.priority uint8; x/y.z int }]',
  'sync/atomic.(*Pointer[go.shape.struct { a/b.c int }]).Load',
  'runtime.goexit.abi0.func2',
  'internal/godebug.(*Setting).Value.deferwrap1',
  'main.main',
  'type:.eq.net/http.http2priority',
  'go:struct{}',
];

function readIn(bytes: Buffer, size: number): LinkedCode | undefined {
  const functions = goFunctions();
  const stream = elfStream(bytes.length, (view) => functions.visit(view));
  for (let at = 0; at < bytes.length; ) {
    const chunk = bytes.subarray(at, at + size);
    at += chunk.length + stream.push(chunk, at);
  }
  stream.end();
  return functions.end('example.org/app');
}

const told = (code: LinkedCode | undefined, ...paths: readonly string[]) =>
  code && [...linkedFunctions(code.packed, new Set(paths))].map(([path, names]) => [path, [...names].sort()]);

describe('functions that a Go program holds', () => {
  it('are told by the names in its line table, as advisories write them', () => {
    const code = readIn(goProgram({ functions: NAMES }), 4096);
    expect(told(code, 'golang.org/x/net/html', 'gopkg.in/yaml.v2', 'slices', 'sync/atomic')).toEqual([
      ['golang.org/x/net/html', ['NodeType.String', 'Parse', 'Tokenizer.Next']],
      ['gopkg.in/yaml.v2', ['Unmarshal']],
      ['slices', ['partialInsertionSortCmpFunc']],
      ['sync/atomic', ['Pointer.Load']],
    ]);
    expect(told(code, 'example.org/app', 'main', 'type', 'go', 'net/http')).toEqual([['example.org/app', ['main']]]);
    // A package of which only a function within a function is named is linked all the same.
    expect(told(code, 'internal/godebug')).toEqual([['internal/godebug', ['']]]);
  });

  it.each([
    ['Go 1.16', { magic: 0xfa }],
    ['Go 1.18', { magic: 0xf0 }],
    ['a machine of 32 bits', { width: 4 as const }],
    ['a machine with the other order of bytes', { little: false, magic: 0xf0 }],
  ])('in the form of %s', (_, form) => {
    expect(told(readIn(goProgram({ functions: NAMES, ...form }), 4096), 'gopkg.in/yaml.v2')).toEqual([
      ['gopkg.in/yaml.v2', ['Unmarshal']],
    ]);
  });

  it('are the same in whatever pieces the file comes', () => {
    const bytes = goProgram({ functions: NAMES });
    const whole = readIn(bytes, bytes.length);
    expect(whole?.functions).toBe(7);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (size) => {
        expect(readIn(bytes, size)).toEqual(whole);
      }),
    );
  });

  it('are not known where there is no table, where it is cut off, or of the form before Go 1.16', () => {
    expect(readIn(goProgram({}), 4096)).toBeUndefined();
    expect(readIn(goProgram({ functions: NAMES, magic: 0xfb }), 4096)).toBeUndefined();
    const bytes = goProgram({ functions: NAMES });
    const names = bytes.indexOf('gopkg.in/yaml');
    expect(readIn(bytes.subarray(0, names), 4096)).toBeUndefined();
  });

  it('a table that lies about where its names are says nothing, and costs nothing', () => {
    const honest = goProgram({ functions: NAMES });
    const at = honest.indexOf(Buffer.from([0xf1, 0xff, 0xff, 0xff, 0, 0]));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 63 }), fc.uint8Array({ minLength: 8, maxLength: 8 }), (offset, noise) => {
        const bytes = Buffer.from(honest);
        bytes.set(noise, at + 8 + (offset & ~7));
        const code = readIn(bytes, 4096);
        expect(code === undefined || code.packed.length < 4096).toBe(true);
      }),
    );
  });
});

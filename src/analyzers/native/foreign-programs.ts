import { slidingWindow } from '../../formats/compression/index.ts';
import { goStream, goTraces } from '../../formats/executables/index.ts';
import type { Entry } from '../../model.ts';
import { analyzer } from '../analyzer.ts';
import { goFacts, traced } from './go-facts.ts';

/** No program of Go's is smaller, for whatever system. */
const SMALLEST = 1 << 20;
/** Longest header of Go's build information that has to be seen at once. */
const AHEAD = 1024;
/** Architectures in one file of macOS: the same four bytes begin a Java class, whose version stands there and is 45 or more. */
const ARCHITECTURES = 20;

/** How programs begin that Go writes for other systems than Linux. https://go.dev/src/debug/buildinfo/buildinfo.go, https://go.dev/src/cmd/link/internal/ld */
const BEGINS: readonly (readonly [kind: string, bytes: string])[] = [
  ['PE', 'MZ'],
  ['Mach-O', '\xcf\xfa\xed\xfe'],
  ['Mach-O', '\xce\xfa\xed\xfe'],
  ['Mach-O', '\xfe\xed\xfa\xcf'],
  ['Mach-O', '\xfe\xed\xfa\xce'],
  ['Mach-O of several architectures', '\xca\xfe\xba\xbe'],
  ['XCOFF', '\x01\xf7'],
  ['XCOFF', '\x01\xdf'],
  ['WebAssembly', '\0asm'],
  ['Plan 9', '\0\0\x8a\x97'],
  ['Plan 9', '\0\0\x06\x47'],
  ['Plan 9', '\0\0\x01\xeb'],
];
const FIRST_BYTES = [...new Set(BEGINS.map(([, bytes]) => bytes.charCodeAt(0)))];

/**
 * Go programs for other systems: Windows, macOS, AIX, Plan 9, and WebAssembly. Images bring them along (tools for every platform, modules for a
 * WebAssembly runtime), and what was compiled into them has no other list. WebAssembly's has no header of Go's; its modules stand between their marks.
 */
export const foreignPrograms = analyzer({
  name: 'foreign-programs',
  version: 2,
  begins: FIRST_BYTES,
  leastBytes: SMALLEST,
  magic: (head) => foreignKind(head) !== undefined,
  unownedOnly: true,
  stream: (_entry: Entry) => {
    const go = goStream(() => [], true);
    const traces = goTraces();
    const window = slidingWindow(0, AHEAD, (view) => {
      go.visit(view);
      traces.visit(view);
    });
    return {
      push(chunk, offset) {
        window.push(chunk, offset);
        return 0;
      },
      *end() {
        window.end();
        const info = go.end();
        if (info === undefined) yield* traced(traces.end());
        else yield* goFacts(info, traces.compiled());
      },
    };
  },
});

function foreignKind(head: Buffer): string | undefined {
  const text = head.toString('latin1', 0, 4);
  const [kind] = BEGINS.find(([, bytes]) => text.startsWith(bytes)) ?? [];
  const isClass = text === '\xca\xfe\xba\xbe' && (head.length < 8 || head.readUInt32BE(4) > ARCHITECTURES);
  return isClass ? undefined : kind;
}

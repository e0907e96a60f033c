import { spawnSync } from 'node:child_process';

/** What Python's standard library makes of bytes (`bz2.compress`, `lzma.compress`); undefined without a Python that has it. */
export function packedByPython(expression: string, bytes: Uint8Array): Buffer | undefined {
  const program = `import bz2, lzma, sys\nd = sys.stdin.buffer.read()\nsys.stdout.buffer.write(${expression})`;
  const { status, stdout } = spawnSync('python3', ['-c', program], {
    input: bytes,
    timeout: 20_000,
    maxBuffer: 1 << 28,
  });
  return status === 0 ? stdout : undefined;
}

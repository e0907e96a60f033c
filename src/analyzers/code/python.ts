import { extensionNames, pythonImports } from '../../formats/python/index.ts';
import { analyzer } from '../analyzer.ts';

/** The line that names a script's interpreter, and pip's way round lines that are too long for the kernel: `#!/bin/sh`, `'''exec' /.../python "$0"`. */
const RUN_BY_PYTHON = /^#![^\n]*python|^#!\/bin\/sh\n'''exec' [^\n]*python/;

/** What of each Python file bears on what it imports (`pythonImports`). */
export const pythonCode = analyzer({
  name: 'code-python',
  version: 17,
  onDemand: true,
  files: ['**/*.py'],
  magic: (head) => head[0] === 0x23 && head[1] === 0x21 && RUN_BY_PYTHON.test(head.toString('latin1')),
  *read(file) {
    const text = pythonImports(file.bytes, file.path.endsWith('/__init__.py'));
    if (text !== '') yield { kind: 'code', language: 'python', text };
  },
});

/** Modules that compiled modules could import, by the names in them. */
export const pythonExtensionCode = analyzer({
  name: 'code-python-extension',
  version: 2,
  onDemand: true,
  files: ['**/*.cpython-*.so', '**/*.abi3.so', '**/*.pypy*.so'],
  stream: () => {
    const names = extensionNames();
    return {
      push(chunk) {
        names.push(chunk);
        return 0;
      },
      *end() {
        const told = names.end();
        if (told.length > 0) yield { kind: 'code', language: 'python', text: `names ${told.join(' ')}` };
      },
    };
  },
});

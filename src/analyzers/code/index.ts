export { elfCode } from './elf.ts';
export { ownedCode } from './owned.ts';
export { pythonCode } from './python.ts';
export { scriptCode, textCode } from './texts.ts';

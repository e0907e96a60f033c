export { elfCode } from './elf.ts';
export { pythonCode } from './python.ts';
export { scriptCode, textCode } from './texts.ts';

export { elfCode } from './elf.ts';
export { scriptCode, textCode } from './texts.ts';

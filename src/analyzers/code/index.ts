export { elfCode } from './elf.ts';
export { ownedCode } from './owned.ts';
export { pythonCode, pythonExtensionCode } from './python.ts';
export { scriptCode, textCode } from './texts.ts';

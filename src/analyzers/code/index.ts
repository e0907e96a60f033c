export { elfCode } from './elf.ts';
export { javaCode } from './java.ts';
export { javascriptCode, packageCode } from './javascript.ts';
export { ownedCode } from './owned.ts';
export { pickleCode } from './pickle.ts';
export { pythonCode, pythonExtensionCode } from './python.ts';
export { scriptCode, textCode } from './texts.ts';

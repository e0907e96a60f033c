export { extensionNames } from './python-extension.ts';
export { pythonImports } from './python-imports.ts';

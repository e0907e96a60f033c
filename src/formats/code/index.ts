export { pythonImports } from './python-imports.ts';

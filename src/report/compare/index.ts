export { compareFormatNamed, compareFormats } from './format.ts';

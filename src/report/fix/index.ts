export { fixFormatNamed, fixFormats } from './formats.ts';

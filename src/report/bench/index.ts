export { benchFormatNamed, benchFormats } from './formats.ts';

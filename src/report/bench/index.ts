export type { BenchFormat } from './format.ts';
export { benchFormatNamed, benchFormats } from './formats.ts';

export { type AwkNames, awkNames } from './awk.ts';
export { type JuliaNames, juliaNames } from './julia.ts';
export { type PerlNames, perlNames } from './perl.ts';
export { type RNames, rNames } from './r.ts';
export { type RubyNames, rubyNames } from './ruby.ts';
export type { StartedPrograms, StartedWords } from './started.ts';

import { awk } from './awk.ts';
import { java } from './java/index.ts';
import { juliaLanguage } from './julia.ts';
import type { Language } from './model.ts';
import { native } from './native/index.ts';
import { node } from './node/index.ts';
import { others } from './others.ts';
import { perl } from './perl/index.ts';
import { python } from './python/index.ts';
import { r } from './r.ts';
import { ruby } from './ruby/index.ts';
import { shell } from './shell/index.ts';
import { spark } from './spark.ts';
import { execline, wrappers } from './start/index.ts';
import { triton } from './triton.ts';

/** Every way of loading code that is understood. A new one is one file, one fixture and one line here. */
export const languages: readonly Language[] = [
  native,
  shell,
  execline,
  wrappers,
  awk,
  python,
  node,
  java,
  perl,
  ruby,
  r,
  juliaLanguage,
  triton,
  spark,
  others,
];

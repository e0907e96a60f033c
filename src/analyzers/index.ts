import type { Analyzer } from './analyzer.ts';
import * as code from './code/index.ts';
import * as conda from './conda/index.ts';
import * as configuration from './configuration/index.ts';
import * as languages from './languages/index.ts';
import * as models from './models/index.ts';
import * as native from './native/index.ts';
import * as python from './python/index.ts';
import * as secrets from './secrets/index.ts';
import * as systems from './systems/index.ts';

/** Rooms show more than their analyzers: functions that others call, constants. */
const isAnalyzer = (shown: unknown): shown is Analyzer =>
  typeof shown === 'object' && shown !== null && ('read' in shown || 'stream' in shown);

/** Every analyzer that a room's face shows: a new one is one file, one fixture and one line there. */
export const analyzers: readonly Analyzer[] = [
  systems,
  python,
  conda,
  languages,
  native,
  models,
  configuration,
  secrets,
  code,
].flatMap((room) => Object.values<unknown>(room).filter(isAnalyzer));

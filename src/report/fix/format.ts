import type { Plan } from '../../remediate/plan.ts';
import type { RenderOptions } from '../report-format.ts';

/** What a rendering of a plan is told besides. */
export interface FixRenderOptions extends RenderOptions {
  /** Files that were written. */
  readonly written?: readonly string[];
  /** True: the plan was asked for the files of a build (`--dockerfile`). */
  readonly forBuild?: boolean;
}

/** An output format of a plan: a value with a pure renderer. */
export interface FixFormat {
  readonly name: string;
  readonly render: (plan: Plan, options: FixRenderOptions) => Iterable<string>;
}

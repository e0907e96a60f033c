import { PYTHON_INDEX } from '../../advisories/feeds/index.ts';
import { type OwnChannels, ownCondaChannels } from '../../coverage/own-channels.ts';
import { type OwnIndex, ownNpmRegistry, ownPipIndex } from '../../coverage/own-indexes.ts';
import type { PythonEnvironment } from '../installed/index.ts';
import type { Change, PlanStep } from '../plan.ts';
import type { Planning } from './make-plan.ts';

/** A step, as far as it is looked at here. */
interface Doubtable {
  readonly kind: PlanStep['kind'];
  readonly changes: readonly Change[];
}

/**
 * Marks the changes of which nobody can tell whether the image's own installer gets them: its settings name no index, or another than
 * the one that versions are known from.
 */
export function doubtingOf(
  { report, pythonIndex }: Planning,
  environments: readonly PythonEnvironment[],
): <Step extends Doubtable>(step: Step) => Step {
  const variables = report.subject.config?.run.Env ?? [];
  const recorded = report.database.feeds.find(({ name }) => name === PYTHON_INDEX)?.url;
  const known: Readonly<Record<Change['verified'], readonly string[]>> = {
    index: pythonIndex?.hosts ?? [],
    recorded: recorded === undefined ? [] : [recorded],
    advisory: [],
  };
  const npm = ownNpmRegistry(report.packageSources, variables);
  const doubtOf = (kind: PlanStep['kind'], { environment, verified }: Change): string | undefined => {
    if (kind === 'npm') return npm && ownIndexInWords('npm', npm);
    if (kind === 'conda') {
      const own = ownCondaChannels(report.packageSources, variables, environment ?? '');
      return own && channelsInWords(own);
    }
    if (kind !== 'python') return undefined;
    const prefix = environments.find(({ id }) => id === environment)?.prefix ?? '';
    const own = ownPipIndex(report.packageSources, variables, prefix);
    return own === undefined || (own.host !== undefined && known[verified].includes(own.host))
      ? undefined
      : ownIndexInWords('pip', own);
  };
  return (step) => ({
    ...step,
    changes: step.changes.map((change) => {
      const doubt = change.to === undefined ? undefined : doubtOf(step.kind, change);
      return doubt === undefined ? change : { ...change, doubt };
    }),
  });
}

const ownIndexInWords = (installer: string, { host, by }: OwnIndex): string =>
  host === undefined
    ? `the image's ${installer} is told to ask no index (${by})`
    : `the image's ${installer} asks ${host} (${by}), which nobody asked`;

/** As many channels as fit into a line. */
const FEW = 3;

function channelsInWords({ channels, by, unread }: OwnChannels): string {
  if (unread !== undefined)
    return `the image's conda has settings in ${unread} (CONDARC or MAMBARC), which were not read: nobody asked its channels`;
  if (channels.length === 0) return `the image's conda is told to ask no channel (${by})`;
  const more = channels.length > FEW ? ` and ${channels.length - FEW} more` : '';
  return `the image's conda takes packages from ${channels.slice(0, FEW).join(', ')}${more} (${by}), which nobody asked`;
}

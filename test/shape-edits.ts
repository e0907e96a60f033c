import { join } from 'node:path';
import { makeEdits, matchDockerfile, readBuildFiles } from '../src/remediate/files/index.ts';
import type { Change, FileEdit, PlannedFinding, PlanStep } from '../src/remediate/plan.ts';
import type { Shape } from './dockerfile-shapes.ts';

const finding = (type: string, name: string): PlannedFinding => ({
  id: 'CVE-2024-3651',
  type,
  name,
  version: '1',
  severity: 'HIGH',
  fix: { state: 'fixed' },
  state: 'fixed',
  purl: `pkg:${type}/${name}@1`,
  goal: true,
});
const change = (type: string, name: string, from: string, to: string): Change => ({
  type,
  name,
  from,
  to,
  jump: 'minor',
  verified: 'index',
});
const step = (
  kind: PlanStep['kind'],
  title: string,
  commands: readonly string[],
  changes: readonly Change[],
): PlanStep => ({
  id: kind,
  kind,
  title,
  commands,
  changes,
  clears: changes.filter(({ name }) => name !== 'requests').map(({ type, name }) => finding(type, name)),
  leaves: [],
  brings: [],
  risk: { level: 'low', why: [] },
  applied: true,
  edits: [],
});

/** The plan of a shape: requests and idna, or openssl of the system. */
const stepOf = ({ os }: Shape): PlanStep =>
  os
    ? step(
        'os',
        'upgrade 1 OS package',
        ['apt-get update && apt-get install -y --only-upgrade openssl'],
        [change('deb', 'openssl', '1.1.1n-0+deb11u3', '1.1.1n-0+deb11u4')],
      )
    : step(
        'python',
        'upgrade 2 Python packages',
        ['pip install --no-cache-dir idna==3.7 requests==2.32.4'],
        [change('pypi', 'requests', '2.25.1', '2.32.4'), change('pypi', 'idna', '3.6', '3.7')],
      );

/** What the files of a shape, which lie in the folder, become; and the places, as `fix` names them. */
export async function editedShape(
  shape: Shape,
  folder: string,
): Promise<{ readonly files: readonly FileEdit[]; readonly places: readonly string[] }> {
  const build = await readBuildFiles(join(folder, 'Dockerfile'), new Map(Object.entries(shape.arguments ?? {})));
  const plain = matchDockerfile(build.dockerfile, undefined, shape.stage);
  const by = plain.chain.find(({ range }) => range.start.line === shape.by);
  if (by === undefined) throw new Error(`no instruction of the built stage begins in line ${shape.by}`);
  const edits = await makeEdits({
    build,
    match: { ...plain, instructions: new Map([[0, by]]) },
    steps: [stepOf(shape)],
    layersOf: () => [0],
    inherited: () => false,
    pip: () => 'pip',
    hashes: async () => [],
    user: undefined,
  });
  return { files: edits.files, places: [...edits.places.values()].flat() };
}

/** node plan.ts IMAGE DOCKERFILE [BASE]: the smallest change that clears what can be cleared, as a diff and as a promise. */
import { dirname } from 'node:path';
import { planFix, surroundings, writeEdits } from 'plimsoll';

const [target = '', dockerfile = 'Dockerfile', base, write] = process.argv.slice(2);
const { plan } = await planFix(
  target,
  { goal: 'no fixable', dockerfile, bases: base ? [base] : [], majors: 'never', offline: true },
  surroundings(),
);
for (const step of plan.steps.filter(({ applied }) => applied)) console.log(`${step.kind}: ${step.title}`);
console.log(`base: ${plan.attribution.base.name ?? 'unknown'}, by ${plan.attribution.base.by}`);
for (const { diff } of plan.edits) console.log(diff);
if (write === 'write') console.log(`written: ${(await writeEdits(plan, dirname(dockerfile), true)).join(', ')}`);

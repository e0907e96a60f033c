/** node inventory.ts IMAGE: what is in an image and which file proves it. Needs no database. */
import { inventory, surroundings } from 'plimsoll';

const [target = ''] = process.argv.slice(2);
const { subject, inventory: contents } = await inventory(target, { attestations: 'none' }, surroundings());
console.log(`${subject.name}: ${contents.os?.name ?? 'no operating system'}, ${contents.files} files`);
for (const { purl, evidence } of contents.packages)
  console.log(`${purl}  ${evidence[0]?.path} in layer ${evidence[0]?.layer}`);

/** node inventory.ts IMAGE: what is in an image and which file proves it. Needs no database. */
import { inventory, surroundings } from 'plimsoll';

const [target = ''] = process.argv.slice(2);
const { subject, inventory: found } = await inventory(target, { attestations: 'none' }, surroundings());
console.log(`${subject.name}: ${found.os?.name ?? 'no operating system'}, ${found.files} files`);
for (const { purl, evidence } of found.packages)
  console.log(`${purl}  ${evidence[0]?.path} in layer ${evidence[0]?.layer}`);

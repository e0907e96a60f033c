/** node compare.ts IMAGE: what Trivy and Grype would say of an image, and why they differ. */
import { compareFormatNamed, compareTargets, surroundings } from 'plimsoll';

const [target = ''] = process.argv.slice(2);
const comparison = await compareTargets([], { image: target, lenses: ['trivy', 'grype'] }, surroundings());
console.log(`${comparison.unexplained.count} differences without a known cause`);
for (const piece of compareFormatNamed('markdown').render(comparison, {})) console.log(piece);

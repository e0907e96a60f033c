import { cyclonedxJson } from './cyclonedx-json.ts';
import { cyclonedxXml } from './cyclonedx-xml.ts';
import { scanner } from './scanner.ts';

/** CycloneDX with vulnerabilities, in either notation, by whatever tool. */
export const cyclonedx = scanner({
  name: 'cyclonedx',
  title: 'CycloneDX',
  formats: [cyclonedxJson, cyclonedxXml],
  lenses: [],
});

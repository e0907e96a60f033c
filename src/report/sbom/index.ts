export { cyclonedxReport } from './cyclonedx.ts';
export { spdxReport } from './spdx.ts';

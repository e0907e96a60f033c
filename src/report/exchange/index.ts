export { asffFindings, asffReport } from './asff.ts';
export { csvReport } from './csv.ts';
export { ecrReport } from './ecr.ts';
export { gitlabReport } from './gitlab.ts';
export { grypeReport } from './grype.ts';
export { junitReport } from './junit.ts';

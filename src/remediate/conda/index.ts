export { planConda } from './plan.ts';
export { type CondaProgram, condaCommand, condaProgram } from './program.ts';

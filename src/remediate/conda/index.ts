export { planConda } from './plan.ts';

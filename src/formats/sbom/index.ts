export { billOfJson, billOfText } from './bill.ts';

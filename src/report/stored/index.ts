export { readStored, type Stored } from './read.ts';

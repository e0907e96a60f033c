export { vectorRating } from './cvss.ts';
export { distinctRatings } from './distinct.ts';
export { chooseRating, type Scheme, schemeNamed, schemes, severityOfScore, wordRating } from './severity.ts';

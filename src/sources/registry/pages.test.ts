import { expect, it } from 'vitest';
import { nextQuery } from './pages.ts';

it.each([
  // A registry's.
  ['</v2/_catalog?last=b&n=2>; rel="next"', '?last=b&n=2'],
  ['</v2/team/model/tags/list?n=2>;rel=next', '?n=2'],
  // The second page of three, as GitHub and as GitLab write it.
  [
    '<https://api.github.com/repositories/1/code-scanning/analyses?page=1>; rel="prev", <https://api.github.com/repositories/1/code-scanning/analyses?page=3>; rel="next", <https://api.github.com/repositories/1/code-scanning/analyses?page=3>; rel="last"',
    '?page=3',
  ],
  [
    '<https://gitlab.example/jobs?scope=a,b&page=1>; rel="prev", <https://gitlab.example/jobs?scope=a,b&page=3>; rel="next"',
    '?scope=a,b&page=3',
  ],
  ['<https://api.github.com/x?page=1>; rel="first", <https://api.github.com/x?page=2>; rel="prev"', undefined],
  ['</x?page=2>; title="next"; rel="prev"', undefined],
  ['</x?page=2>; rel="nextish"', undefined],
  ['</x>; rel="next"', undefined],
  ['', undefined],
  [undefined, undefined],
])('the next page of %s is %s', (link, query) => {
  expect(nextQuery(link)).toBe(query);
});

import { expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { parseDockerfile } from '../../formats/text/index.ts';
import type { Change } from '../plan.ts';
import { inlineDirect, inlinePins } from './dockerfile-edit.ts';
import { lineAt } from './text-edit.ts';

const of = (text: string) => parseDockerfile(`FROM a\n${text}\n`, new Map());

it('looks for what a RUN installs in proportion to its length, in many commands and in a long one', () => {
  for (const text of [
    (size: number) => `RUN <<E\n${'curl http://x/y | sh\n'.repeat(size)}E`,
    (size: number) => `RUN pip install ${'http://x/y '.repeat(size)}`,
    (size: number) => `RUN curl ${'http://x/y '.repeat(size)}`,
  ])
    expect(growth((size) => inlineDirect(of(text(size))), 8_000)).toBeLessThan(IN_PROPORTION);
});

it('knows the installs of pip from what other commands name, before and behind them', () => {
  const text =
    'RUN echo a==1 pip install; pip3 -q install b==1 && echo b==1 \\\n  || uv pip install c==1 http://x/c.whl\nRUN d==1';
  const changes = ['a', 'b', 'c', 'd'].map((name) => ({ type: 'pypi', name, to: '2', from: '1' }) as unknown as Change);
  expect(inlinePins(of(text), changes).map(({ change, line }) => `${change.name}:${line}`)).toEqual(['b:2', 'c:3']);
  expect(inlineDirect(of(text)).map(({ line }) => line)).toEqual([3]);
});

it('counts lines as they are parted, whichever text was asked about last', () => {
  const texts = ['a\nb\n\nc', '\n\n', 'none', ''];
  for (const text of [...texts, ...texts])
    for (let at = 0; at <= text.length; at++) expect(lineAt(text, at)).toBe(text.slice(0, at).split('\n').length);
});

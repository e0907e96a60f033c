import { expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { templateRisks } from './chat-template.ts';
import { computedAccess } from './template-access.ts';

/** Each of these Jinja 3.1 renders to `<class 'str'>`, or to a list of classes; none spells a part of the name. */
it.each([
  ["{% macro m(u) %}{{ u }}class{{ u }}{% endmacro %}{{ ''[m('__')|string] }}"],
  ["{% macro m(u) %}{{ u }}class{{ u }}{% endmacro %}{{ messages[0].content[m('_'*2)|string].mro }}"],
  ["{{ ''['--class--'.translate({45:95})] }}"],
  ["{{ ''[['-','-','c','l','a','s','s','-','-']|map('replace','-','_')|join] }}"],
  ["{% set d=dict(a='_',b='_') %}{{ ''[d.values()|join ~ 'class' ~ d.values()|join] }}"],
  ["{{ ''[(messages[0].role|string)[0:0] ~ ('_'*2) ~ ('cl','ass')|join ~ '_'*2] }}"],
  ["{% for a in ['class']|batch(1) %}{{ ''[('_'*2)~a[0]~('_'*2)] }}{% endfor %}"],
  ["{% set n=namespace(s='') %}{% for c in [95,95,99] %}{% set n.s = n.s ~ '%c'%c %}{% endfor %}{{ ''[n.s] }}"],
  ["{% set n=namespace(s='') %}{% for c in x %}{% set n.s = n.s ~ c %}{% endfor %}{{ messages[0].role[n.s] }}"],
  ["{{ ''[('class',)|join|indent(0)|center(9)|replace(' ','_')] }}"],
  ["{% macro w() %}{{ ''[caller()|trim] }}{% endmacro %}{% call w() %}{{ '_'*2 }}class{{ '_'*2 }}{% endcall %}"],
  ["{% set x %}{% filter replace('-','_') %}--class--{% endfilter %}{% endset %}{{ messages[0].role[x|string] }}"],
  ["{% set r = messages[0].role %}{{ r['..class..'.translate(''.maketrans('.', '_'))].mro }}"],
  ["{{ ''[(1759314143624509480799).to_bytes(9,'big').decode()] }}"],
  ["{% set k={'attribute':'--class--'} %}{{ ['']|map(**{'attribute': k.attribute|replace('-','_')})|first }}"],
  ["{{ ['']|map(attribute=k|replace('-','_'))|first }}"],
  ['{{ ([x]|groupby(k ~ k))[0][0] }}'],
  ['{{ ()[k] }}'],
])('a name that is worked out: %s', (template) => {
  expect([...templateRisks(template, 't')].map(({ severity, rule }) => `${severity} ${rule}`)).toEqual([
    'HIGH chat-template-injection',
  ]);
});

/** Forms that published templates have. */
it.each([
  "{{ messages[0]['role'] }}",
  '{{ messages[loop.index0 + 1].content }}',
  '{{ messages[loop.index0 - 1] }}',
  '{{ messages[messages|length - 1] }}',
  '{{ messages[-1:] }}',
  "{% for key in tool['function'] %}{{ tool['function'][key] }}{% endfor %}",
  "{% set role = message.role %}{{ names[role] }}{{ names[message['role']|lower] }}",
  "{% set tns = fn.name.split('.')[0] %}{{ groups[tns] }}",
  "{{ content.split('</think>')[-1].lstrip('\\n') }}",
  "{{ content[content.index('<a>') + 3:] }}",
  "{{ 'a' ~ messages[0]['content'] ~ ['b', 'c'][loop.index0 % 2] }}",
  "{{ ('<|' + message['role'] + '|>') | trim }}",
  "{% set last = ns.last_query_index %}{{ messages|selectattr('role', 'equalto', 'user')|list }}",
  "{{ messages|map(attribute='content')|join('\\n') }}",
  '{{ macros_to_call[i](*params_for_macros[i]) }}',
  '{{ dict(a, **b) }}',
  "{% if x in ['a', y ~ z] %}{{ {'a': b|join}['a'] }}{% endif %}",
])('what templates do: %s', (template) => {
  expect(computedAccess(template)).toBeUndefined();
});

it('takes time in line with the length of a template', () => {
  const nested = (size: number) => computedAccess(`{{ x${'['.repeat(size)}a${']'.repeat(size)} }}`);
  const chained = (size: number) => computedAccess(`{{ x${'[a]'.repeat(size)} }}`);
  expect(growth(nested, 20_000)).toBeLessThan(IN_PROPORTION);
  expect(growth(chained, 20_000)).toBeLessThan(IN_PROPORTION);
});

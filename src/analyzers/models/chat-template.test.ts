import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantTexts } from '../../formats/text/jinja-constants.ts';
import { templateRisks } from './chat-template.ts';

const flagged = (template: string): boolean => [...templateRisks(template, 'chat_template')].length > 0;

it('a text that never ends is looked for once: Jinja refuses such a template', () => {
  expect(flagged(`{{ "${'\\"'.repeat(90_000)}`)).toBe(false);
});

describe('a chat template that puts the name of an internal together', () => {
  it.each([
    ["x['__in' + 'it__']"],
    ["x['__in' ~ 'it__']"],
    ["x['__in' 'it__']"],
    ["x['_' * 2 ~ 'class' ~ '_' * 2]"],
    ["x[['__', 'class', '__'] | join]"],
    ["x[['__cl', 'ss__'] | join('a')]"],
    ["x[''.join(['__cla', 'ss__'])]"],
    ["x['%s%s' % ('__cla', 'ss__')]"],
    ["x['%c%cclass%c%c' % (95, 95, 95, 95)]"],
    ["x['{}{}'.format('__cla', 'ss__')]"],
    ["x['{0:c}{0:c}class{0:c}{0:c}'.format(95)]"],
    ["x['%s__' | format('__class')]"],
    ["x['__ssalc__'[::-1]]"],
    ["x['__ssalc__' | reverse]"],
    ["x['xx__class__yy'[2:-2]]"],
    ["x['__CLASS__' | lower]"],
    ["x['--class--' | replace('-', '_')]"],
    ["x['--class--'.replace('-', '_')]"],
    ["x['..__class__'.strip('.')]"],
    ["x['class'.center(9, '_')]"],
    ['x[dict(__cla=x, ss__=x) | join]'],
    ["x['__a,class__'.split(',a')[0]] and x[('__,class,__'.split(',')) | join]"],
    ["x['\\x5f\\x5fclass\\x5f\\x5f']"],
    ["x['\\137\\137class\\137\\137']"],
    ["x['\\N{LOW LINE}_class__']"],
    ['"}}" ~ x.__class__'],
    ["x[('__' ~ 'cl') ~ ('ass' ~ '__')]"],
    ["{'a': '__cla'}['a'] ~ 'ss__'"],
  ])('{{ %s }}', (code) => {
    expect(flagged(`{{ ${code} }}`)).toBe(true);
    expect(flagged(`{%- if ${code} -%}{% endif %}`)).toBe(true);
  });

  it.each([
    ["{% set a = '__cla' %}{% set b = 'ss__' %}{{ x[a ~ b] }}"],
    ["{% set a %}__cla{% endset %}{{ x[a + 'ss__'] }}"],
    ["{% set ns = namespace(n='__cla') %}{% set ns.n = ns.n ~ 'ss__' %}{{ x[ns.n] }}"],
    ["{% for part in ['__', 'class', '__'] %}{% set n = n ~ part %}{% endfor %}"],
    ["{% set u = '_' %}{{ x[u ~ u ~ 'globals' ~ u ~ u] }}"],
    ['{{ self._TemplateReference__context }}'],
    // Each of these comes to `<class 'str'>` in Jinja 3.1: parts of a name, put together in ways that are not worked out.
    ["{% for a in ['__cl'] %}{{ ''[a~'ass__'] }}{% endfor %}"],
    ["{{ ''[('__cl' if true else '')~'ass__'] }}"],
    ["{{ ''[(nope|default('__cl')) ~ 'ass__'] }}"],
    ["{{ ''[(none or '__cl') ~ 'ass__'] }}"],
    ["{{ ''[(['b','__cl']|sort|first) ~ 'ass__'] }}"],
    ["{% with a='__cl' %}{{ ''[a~'ass__'] }}{% endwith %}"],
    ["{% set a,b='__cl','ass__' %}{{ ''[a~b] }}"],
    ["{% for k,v in {'__cl':'ass__'}.items() %}{{ ''[k~v] }}{% endfor %}"],
    ["{{ ''[['__CL','ASS__']|map('lower')|join] }}"],
    ["{% macro m4(x='__cl') %}{{ ''[x~'ass__'] }}{% endmacro %}{{ m4() }}"],
    ["{# {{ #}{{ x['__cla' ~ 'ss__'] }}"],
    ["{% raw %}{{ '{% endraw %}{{ x['__cla' ~ 'ss__'] }}"],
  ])('%s', (template) => expect(flagged(template)).toBe(true));

  it.each([
    // Llama 3, ChatML, Mistral, Qwen's tools: as published.
    [
      "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
    ],
    [
      "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}",
    ],
    [
      "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% endfor %}",
    ],
    [
      "{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}{%- for message in messages[::-1] %}{%- set index = (messages|length - 1) - loop.index0 %}{%- if ns.multi_step_tool and message.role == \"user\" and not(message.content.startswith('<tool_response>')) %}{%- set ns.multi_step_tool = false %}{%- endif %}{%- endfor %}{{ '__' ~ '_'*20 }}",
    ],
    ['{% raw %}{{ x.__class__ }}{% endraw %}{# {{ x.__class__ }} #}'],
    ['Plain text with __class__ and __init__ in it.'],
    ["{{ '__' ~ name ~ '__' }}{{ message['tool__name'] }}{{ '__tool' ~ '_name' }}"],
  ])('is no other template: %s', (template) => expect(flagged(template)).toBe(false));
});

describe('constant expressions of a template', () => {
  it('end within their budget, whatever is written', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      "'a'",
      '~',
      '+',
      '*',
      '9',
      '[',
      ']',
      '(',
      ')',
      '|join',
      '|',
      'x',
      '.',
      ':',
      ',',
      'set',
      '=',
      '{',
      '}',
      '{#',
      ' ',
      "'",
      '%',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        expect(constantTexts(parts.join('')).size).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
    for (const hostile of [
      `{{ ${'('.repeat(20_000)} }}`,
      `{{ ${"'a'*9999~".repeat(2_000)}'a' }}`,
      `{{ ${'['.repeat(5_000)} }}`,
      `{% set a = 'aaaaaaaaaaaaaaaa' %}${'{% set a = a ~ a %}'.repeat(1_000)}`,
      `{{ 'a'${'[::-1]'.repeat(5_000)} }}`,
      `{{ 'x'${"|replace('x','xxxxxxxxxxxxxxxx')".repeat(500)} }}`,
      '{{ "'.repeat(20_000),
      '{'.repeat(50_000),
    ])
      expect(Math.max(0, ...[...constantTexts(hostile)].map(({ length }) => length))).toBeLessThanOrEqual(1024);
  });
});

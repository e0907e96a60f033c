import { describe, expect, it } from 'vitest';
import { growth, IN_PROPORTION } from '../../../test/growth.ts';
import { otpApplication } from './otp-application.ts';

describe('the resource file of an application of Erlang or Elixir', () => {
  it('as rebar wrote it: fast_yaml 1.0.36 of Debian 12', () => {
    const text =
      '{application,fast_yaml,\n             [{description,"Fast YAML native library for Erlang / Elixir"},\n              {vsn,"1.0.36"},\n              {modules,[fast_yaml,fast_yaml_app,fast_yaml_sup]},\n              {registered,[]},\n              {applications,[kernel,stdlib,p1_utils]},\n              {mod,{fast_yaml_app,[]}}]}.\n';
    expect(otpApplication(text)).toEqual({ name: 'fast_yaml', version: '1.0.36' });
  });

  it('as mix wrote it, the version behind the rest: logger 1.14.0', () => {
    const text =
      '{application,logger,\n             [{applications,[kernel,stdlib,elixir]},\n              {description,"logger"},\n              {modules,[\'Elixir.Logger\',\'Elixir.Logger.App\']},\n              {registered,[\'Elixir.Logger\']},\n              {vsn,"1.14.0"},\n              {env,[{vsn,"9.9"},{level,debug}]}]}.\n';
    expect(otpApplication(text)).toEqual({ name: 'logger', version: '1.14.0' });
  });

  it('with comments before and within: crypto 5.1.2', () => {
    const text =
      '%%\n%% {application, other, [{vsn, "0"}]}.\n{application, crypto,\n   [{description, "CRYPTO, 100% \\"{vsn, 1}\\""}, % {vsn, "2"}\n    {vsn, "5.1.2"}]}.\n';
    expect(otpApplication(text)).toEqual({ name: 'crypto', version: '5.1.2' });
  });

  it.each([
    ['a version of what surrounds it: an environment', '{application,a,[{env,[{vsn,"9.9"}]},{vsn,"1.0"}]}.', '1.0'],
    ['the name in quotes', '{application,\'a\',[{vsn,"1.0"}]}.', '1.0'],
    ['no version', '{application,a,[{description,"x"}]}.', undefined],
    ['a version that git would tell', '{application,a,[{vsn,git}]}.', undefined],
  ])('%s', (_, text, version) => expect(otpApplication(text)).toEqual({ name: 'a', ...(version && { version }) }));

  it.each(['', 'x', '[{application,a,[{vsn,"1.0"}]}].', '{release,{"a","1"},{erts,"2"},[]}.', '{application,"'])(
    '%j is none',
    (text) => expect(otpApplication(text)).toBeUndefined(),
  );

  it('is gone through once, and no further than its budget', () => {
    for (const part of ['{', '"', '%', "'\\", '[a,', '\\"'])
      expect(growth((size) => otpApplication(`{application,a,[{env,${part.repeat(size)}`), 400_000)).toBeLessThan(
        IN_PROPORTION,
      );
  });
});

import { hex } from '../../ecosystems/hex.ts';
import { otpApplication } from '../../formats/text/index.ts';
import { analyzer, unknown } from '../analyzer.ts';
import { disputedBy, type VersionDispute } from '../disputed.ts';

/** What Erlang/OTP and Elixir bring themselves, which is none of Hex's packages. https://www.erlang.org/doc/applications.html, https://hexdocs.pm/elixir */
const OF_THE_LANGUAGES: ReadonlySet<string> = new Set(
  (
    'asn1 common_test compiler crypto debugger dialyzer diameter edoc eldap erl_docgen erl_interface erts et eunit ftp hipe inets jinterface kernel ' +
    'megaco mnesia observer odbc os_mon parsetools public_key reltool runtime_tools sasl snmp ssh ssl stdlib syntax_tools tftp tools wx xmerl ' +
    'eex elixir ex_unit iex logger mix'
  ).split(' '),
);

/**
 * Applications of Erlang and Elixir as they are installed or released, by the resource file that the runtime loads each by: a release brings no lock file.
 * Most bear the name of their package on Hex. https://www.erlang.org/doc/apps/kernel/app.html
 */
export const otpApplications = analyzer({
  name: 'otp-applications',
  version: 1,
  files: ['**/ebin/*.app'],
  maxBytes: 1024 * 1024,
  *read(file) {
    const application = otpApplication(file.text());
    if (application === undefined) return yield unknown('no resource file of an application');
    const { name, version } = application;
    if (version === undefined || !/^\d[\w.+-]{0,100}$/.test(version) || OF_THE_LANGUAGES.has(name)) return;
    yield {
      type: hex.type,
      name,
      version,
      certainty: 'content',
      ...disputedBy(version, [calledVersion(file.path, name)]),
    };
  },
});

/** `lib/plug-1.10.0/ebin/plug.app`, as releases and Erlang's own folder of libraries are laid out. https://www.erlang.org/doc/system/release_structure.html */
function calledVersion(path: string, name: string): VersionDispute | undefined {
  const folder = path.split('/').at(-3) ?? '';
  const version = folder.slice(name.length + 1);
  return folder.startsWith(`${name}-`) && /^\d[\w.+-]{0,100}$/.test(version)
    ? { version, because: `its folder is called ${folder}` }
    : undefined;
}

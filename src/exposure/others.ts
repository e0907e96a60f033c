import { fileNameOf } from '../formats/paths.ts';
import type { Language } from './model.ts';

/** Interpreters whose code is not followed, and where that code lies; where that may be anywhere, no folders. */
const NOT_FOLLOWED: readonly (readonly [RegExp, string, (readonly string[])?])[] = [
  [/^(?:bun|bunx|deno|electron)$/, 'JavaScript of another engine than Node'],
  [
    /^perl[\d.]*$/,
    'Perl',
    [
      'usr/share/perl',
      'usr/share/perl5',
      'usr/lib/x86_64-linux-gnu/perl',
      'usr/lib/x86_64-linux-gnu/perl5',
      'usr/lib/x86_64-linux-gnu/perl-base',
      'usr/lib/aarch64-linux-gnu/perl',
      'usr/lib/aarch64-linux-gnu/perl-base',
      'usr/local/share/perl',
      'usr/local/lib/perl5',
      'usr/lib/perl5',
      'usr/lib64/perl5',
      'usr/share/perl6',
    ],
  ],
  [
    /^ruby[\d.]*$/,
    'Ruby',
    [
      'usr/lib/ruby',
      'usr/local/lib/ruby',
      'usr/local/bundle',
      'var/lib/gems',
      'usr/share/gems',
      'usr/share/rubygems-integration',
    ],
  ],
  [
    /^php(?:-fpm|-cgi)?[\d.]*(?:-fpm|-cgi)?$/,
    'PHP',
    ['usr/share/php', 'usr/lib/php', 'usr/local/lib/php', 'var/www', 'app'],
  ],
  [/^lua(?:jit)?[\d.]*$/, 'Lua', ['usr/share/lua', 'usr/lib/lua', 'usr/local/share/lua']],
  [/^(?:tclsh|wish)[\d.]*$/, 'Tcl', ['usr/share/tcltk', 'usr/lib/tcltk']],
  [/^(?:R|Rscript)$/, 'R', ['usr/lib/R', 'usr/local/lib/R', 'usr/share/R']],
  [/^julia$/, 'Julia', ['opt/julia', 'usr/local/julia', 'usr/share/julia', 'root/.julia', 'opt/julia-depot']],
  [/^(?:beam\.smp|erlexec|elixir)$/, 'Erlang', ['usr/lib/erlang', 'usr/local/lib/erlang']],
  [/^(?:dotnet|mono)$/, '.NET', ['usr/share/dotnet', 'usr/lib/dotnet', 'app']],
  [/^guile[\d.]*$/, 'Guile', ['usr/share/guile', 'usr/lib/guile']],
];
/** Init programs that start what their own files say, which are not read. */
const INIT = /^(?:systemd|openrc-init|busybox-init)$/;

/** What is not supported is not taken for not loaded: it is said, and what lies in its folders is unknown. */
export const others: Language = {
  name: 'another language',
  begin({ program, calledAs = program }, world, note) {
    const names = [calledAs, program].map((path) => fileNameOf(path));
    for (const [pattern, language, folders] of NOT_FOLLOWED) {
      if (!names.some((name) => pattern.test(name))) continue;
      if (folders === undefined) {
        note({
          message: `${language} is started, whose code is not followed: what is not reached otherwise is unknown`,
          widens: 'all',
        });
        continue;
      }
      for (const below of folders)
        if (world.tree.isFolder(below))
          note({
            message: `${language} is started, whose code is not followed: what lies in /${below} is unknown where nothing else leads to it`,
            widens: { below },
          });
    }
    if (names.some((name) => INIT.test(name)))
      note({ message: `${names[0]} starts what its own files say, which are not read`, widens: 'all' });
    return undefined;
  },
};

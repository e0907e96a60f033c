import { rubygems } from '../../ecosystems/rubygems.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';
import { withValues } from '../fact-values.ts';

/** `gems/rack-2.0.1/lib/rack/version.rb`, `gems/net-ssh-6.1.0/lib/net/ssh/version.rb`: the gem's name, and where its code begins. */
const CODE_OF_GEM = /\/gems\/([A-Za-z0-9_][\w.-]{0,200}?)-\d[\w.-]{0,100}\/lib\/([\w/-]{1,200})\/version\.rb$/;

/**
 * The version that the code of a gem states, where its folder is called as the gem: what its specification says is held to it
 * (`hiding/second-lists.ts`). https://guides.rubygems.org/make-your-own-gem/
 */
export const rubyGemCode = analyzer({
  name: 'ruby-gem-code',
  version: 1,
  files: ['**/lib/**/version.rb'],
  maxBytes: 64 * 1024,
  *read(file) {
    const [, name, folder] = CODE_OF_GEM.exec(`/${file.path}`.slice(-2 * LIMITS.nameBytes)) ?? [];
    if (name === undefined || folder === undefined || plain(name) !== plain(folder)) return;
    const stated = /^[ \t]{0,40}(?:VERSION|RELEASE)[ \t]{0,8}=[ \t]{0,8}["'](\d[\w.]{0,60})["']/m.exec(
      file.text(),
    )?.[1];
    if (stated !== undefined) yield { kind: 'told', type: rubygems.type, of: name, madeOf: name, stated };
  },
});

const plain = (name: string): string => name.toLowerCase().replace(/[-_/]/g, '');

/**
 * Installed gems: RubyGems writes one specification each, as Ruby code of fixed form.
 * https://guides.rubygems.org/specification-reference/
 */
export const rubyGems = analyzer({
  name: 'ruby-gems',
  version: 1,
  files: ['**/specifications/*.gemspec', '**/specifications/default/*.gemspec'],
  maxBytes: 1024 * 1024,
  *read(file) {
    const content = file.text();
    // Blanks only: with \s a file of empty lines would be searched anew from each of them.
    const value = (key: string): string | undefined =>
      new RegExp(`^[ \\t]*\\w+\\.${key}[ \\t]*=[ \\t]*(?:Gem::Version\\.new *\\(? *)?["']([^"'\\n]+)["']`, 'm').exec(
        content,
      )?.[1];
    const fromName = /([^/]+)-(\d[^/]*?)(?:-(?:x86_64|aarch64|arm64|java|universal)[\w-]*)?\.gemspec$/.exec(
      file.path.slice(-LIMITS.nameBytes),
    );
    const name = value('name') ?? fromName?.[1];
    const version = value('version') ?? fromName?.[2];
    if (name === undefined || version === undefined) return;
    const licences = /^[ \t]*\w+\.licenses[ \t]*=[ \t]*\[([^\]\n]*)\]/m.exec(content)?.[1];
    const licenses = [...(licences ?? '').matchAll(/["']([^"']+)["']/g)].map((match) => match[1]!);
    yield withValues({ type: 'gem', name, version, licenses: licenses.length > 0 ? licenses : undefined });
  },
});

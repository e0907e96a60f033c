import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';
import { withValues } from '../fact-values.ts';

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

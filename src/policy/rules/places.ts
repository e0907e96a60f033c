import { repositoryIn } from '../../ecosystems/oci.ts';
import { before } from '../../formats/ends.ts';
import type { Subject } from '../../model.ts';
import { glob } from '../exceptions/index.ts';

/** `docker.io/library/python:3.9` is what people write as `python:3.9`: every spelling of a name. */
function spellings(name: string): readonly string[] {
  const first = name.split('/')[0] ?? '';
  const hasRegistry = name.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const whole = hasRegistry ? name : `docker.io/${name.includes('/') ? name : `library/${name}`}`;
  const short = whole.replace(/^(?:index\.)?docker\.io\/(?:library\/)?/, '');
  return [...new Set([name, whole, short])];
}

/** Whether a pattern names an image; one without a tag names all its tags. */
function isNamed(pattern: string, name: string): boolean {
  return spellings(name).some((spelling) => {
    const bare = before(spelling, '@');
    const untagged = repositoryIn(bare);
    return [spelling, bare, untagged].some((name) => glob(pattern, name));
  });
}

/** Whether an image's name is one of those allowed. */
export const isAllowedImage = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => isNamed(pattern, name));

/** Whether an image lies in a registry, or in a part of it: `registry.example/ml` is that and what is below. */
export const isInRegistry = (patterns: readonly string[], name: string): boolean =>
  spellings(name).some((spelling) =>
    patterns.some((pattern) => {
      const depth = pattern.split('/').length;
      const parts = spelling.split('/');
      return parts.length > depth && glob(pattern, parts.slice(0, depth).join('/'));
    }),
  );

/** The names under which registries are known to hold it: a tag in an archive is only a word. Empty: nothing proves one. */
export const registryNames = ({ source, name, repoDigests = [] }: Subject): readonly string[] =>
  source === 'registry' ? [name] : repoDigests;

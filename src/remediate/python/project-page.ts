import { PlimsollError } from '../../errors.ts';
import { readJson } from '../../formats/json-values.ts';
import { fileNameOf } from '../../formats/paths.ts';
import { isObject, type Json, text } from '../../formats/text/index.ts';
import type { IndexFile } from './installable.ts';

/**
 * Files of a project page, JSON (PEP 691) or HTML (PEP 503). Relative addresses are relative to the page, or to what its `<base>` says. Undefined: it is no
 * such page, as that of a portal which asks for a login first; throws `unsupported` for a version of the interface that is not known.
 */
export function parseProject(body: string, contentType: string, base: string): IndexFile[] | undefined {
  return /json/.test(contentType) ? parseJson(body, base) : parseHtml(body, base);
}

function parseJson(body: string, base: string): IndexFile[] | undefined {
  const document = readJson(body) as Json;
  if (!isObject(document) || !Array.isArray(document.files)) return undefined;
  const version = isObject(document.meta) ? text(document.meta['api-version']) : undefined;
  // What another major version means by its words, this one need not say. https://peps.python.org/pep-0629/
  if (version !== undefined && !/^1(?:\.|$)/.test(version))
    throw new PlimsollError(
      'unsupported',
      `the index speaks version ${version} of its interface, and only 1 is known`,
      {
        where: base,
      },
    );
  const { files } = document;
  return files.flatMap((file): IndexFile[] => {
    if (!isObject(file as Json)) return [];
    const entry = file as { readonly [key: string]: Json | undefined };
    const [filename, url] = [text(entry.filename), text(entry.url)];
    if (filename === undefined || url === undefined || !URL.canParse(url, base)) return [];
    const python = text(entry['requires-python']);
    const sha256 = isObject(entry.hashes) ? text((entry.hashes as { readonly [key: string]: Json }).sha256) : undefined;
    return [
      {
        filename,
        url: new URL(url, base).href,
        page: base,
        yanked: entry.yanked !== undefined && entry.yanked !== null && entry.yanked !== false,
        ...(python ? { requiresPython: python } : {}),
        ...(sha256 && SHA256.test(sha256) ? { sha256 } : {}),
        ...metadataOf(entry['core-metadata'] ?? entry['dist-info-metadata']),
      },
    ];
  });
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Of what an index says of the metadata beside a file: the hash. */
function metadataOf(told: Json | undefined): Pick<IndexFile, 'metadata'> {
  const hash = isObject(told) ? text(told.sha256) : undefined;
  return hash !== undefined && SHA256.test(hash) ? { metadata: hash } : {};
}

/** What pages of an index say of themselves where they list nothing: PyPI's, devpi's, Artifactory's, Nexus'. https://peps.python.org/pep-0629/ */
const OF_AN_INDEX = /pypi:repository-version|\blinks\b/i;

function parseHtml(body: string, page: string): IndexFile[] | undefined {
  const files: IndexFile[] = [];
  const [, told = ''] = /<base\s[^<>]{0,999}?href\s*=\s*["']([^"'<>]{1,2000})["']/i.exec(body) ?? [];
  const base = told !== '' && URL.canParse(told, page) ? new URL(told, page).href : page;
  let links = 0;
  for (const [, attributes = ''] of body.matchAll(/<a\s([^<>]{1,8192})>/gi)) {
    const attribute = (name: string): string | undefined => {
      const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(attributes);
      const value = match?.[1] ?? match?.[2];
      return value
        ?.replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&');
    };
    links += 1;
    const href = attribute('href');
    if (href === undefined || !URL.canParse(href, base)) continue;
    const url = new URL(href, base);
    const sha256 = /^#sha256=([0-9a-f]{64})$/.exec(url.hash)?.[1];
    url.hash = '';
    const python = attribute('data-requires-python');
    const told = attribute('data-core-metadata') ?? attribute('data-dist-info-metadata');
    files.push({
      filename: lastSegment(url.pathname),
      url: url.href,
      page,
      yanked: /(?:^|\s)data-yanked(?:\s|=|$)/i.test(attributes),
      ...(python ? { requiresPython: python } : {}),
      ...(sha256 ? { sha256 } : {}),
      ...metadataOf({ sha256: told?.replace(/^sha256=/, '') ?? '' }),
    });
  }
  return links === 0 && !OF_AN_INDEX.test(body) ? undefined : files;
}

function lastSegment(path: string): string {
  const segment = fileNameOf(path);
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

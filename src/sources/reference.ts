import { PlimsollError } from '../errors.ts';
import type { SourceName } from '../model.ts';
import { isDigest } from './digest.ts';

/** An image in a registry, completed: `python` is `docker.io/library/python:latest`. */
export interface ImageReference {
  /** Host and port: `docker.io`, `localhost:5000`. */
  readonly registry: string;
  /** `library/python` */
  readonly repository: string;
  /** Absent when only a digest was given. */
  readonly tag?: string;
  readonly digest?: string;
  /** `docker.io/library/python:3.9.16`, with the digest where one was given. */
  readonly name: string;
}

/** What the user wants scanned, the prefix taken off. */
export interface Target {
  /** Absent: to be found out. */
  readonly source?: SourceName;
  /** The engine that was named (`podman:`). */
  readonly engine?: 'podman';
  /** Reference or path. */
  readonly target: string;
  /** When nothing is found: what else the user may have meant, since a prefix may also be an image's name (`registry:2`). */
  readonly hint?: string;
}

const DEFAULT_REGISTRY = 'docker.io';
const NAME_BYTES = 255;
/** Far above the longest legal reference: 255 of name, 128 of tag, a sha512 digest and a host. */
const REFERENCE_BYTES = 1_024;

// The grammar of https://github.com/distribution/reference/blob/main/reference.go
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::\d+)?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;

/**
 * What follows `docker:` or `registry:` where those images themselves are meant (`docker:24-dind`, `registry:2`): a release or a word that their
 * publishers use. Any name of a container can be a tag too (`docker:shop`), and whoever wrote one is not helped by being told of the image.
 */
const TAG_OF_ENGINE = /^(?:v?\d+(?:[.-][\w.-]*)?|(?:latest|stable|edge|test|rc|dind|cli|git)(?:-[\w.-]*)?)$/;

/** Whether a text can be a tag. */
export const isTag = (text: string): boolean => TAG.test(text);

/** Prefixes and the spellings of skopeo, Podman, Grype, Trivy and Scout for the same. */
const PREFIXES: ReadonlyMap<string, SourceName> = new Map<string, SourceName>([
  ['registry', 'registry'],
  ['docker', 'docker'],
  ['docker-daemon', 'docker'],
  ['podman', 'docker'],
  ['archive', 'archive'],
  ['docker-archive', 'archive'],
  ['oci', 'oci'],
  ['oci-archive', 'oci'],
  ['oci-dir', 'oci'],
  ['oci-layout', 'oci'],
  ['dir', 'dir'],
  ['fs', 'dir'],
  ['rootfs', 'dir'],
  ['project', 'project'],
  ['sbom', 'sbom'],
]);

/** Prefixes of other programs for places that cannot be read, and what to do instead. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['containers-storage', 'export it first: skopeo copy containers-storage:NAME oci-archive:image.tar'],
  ['singularity', 'scan the image it was made from, or its unpacked folder with dir:'],
  ['ostree', 'scan the checked-out folder with dir:'],
]);

/**
 * Takes the prefix off what the user wrote: `docker:my-model`, `oci:./layout`. `docker://` is a registry, as skopeo
 * has it; with other prefixes `//` is optional.
 * Throws `usage` for an empty target and `unsupported` for another program's prefix that cannot be served.
 */
export function parseTarget(text: string): Target {
  const match = /^([a-z-]+):(\/\/)?(.*)$/s.exec(text);
  const refused = match && REFUSED.get(match[1]!);
  if (match && refused)
    throw new PlimsollError('unsupported', `cannot read from ${match[1]}`, { where: text, hint: refused });
  const source = match ? PREFIXES.get(match[1]!) : undefined;
  if (!match || source === undefined) {
    if (text === '')
      throw new PlimsollError('usage', 'nothing to scan was named', { hint: 'name an image, an archive or a folder' });
    return { target: text };
  }
  const [, prefix = '', slashes = '', target = ''] = match;
  if (target === '') throw new PlimsollError('usage', `nothing follows ${prefix}:`, { hint: `write ${prefix}:NAME` });
  if (prefix === 'docker' && slashes) return { source: 'registry', target };
  const mayBeTag = !slashes && (prefix === 'registry' || prefix === 'docker') && TAG_OF_ENGINE.test(target);
  return {
    source,
    target,
    ...(prefix === 'podman' ? { engine: 'podman' } : {}),
    ...(mayBeTag
      ? {
          hint: `if you mean the image ${prefix} itself by its tag ${target}, write docker.io/library/${prefix}:${target}`,
        }
      : {}),
  };
}

/**
 * Completes a reference as Docker does: registry `docker.io`, `library/`, tag `latest`.
 * Throws `reference` saying which part is wrong.
 */
export function parseReference(text: string): ImageReference {
  if (text.length > REFERENCE_BYTES) throw bad('is too long', `${text.slice(0, 60)}...`);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
  if (scheme !== undefined)
    throw bad(
      'begins as an address does',
      text,
      scheme === 'file'
        ? 'give the path of the file or folder'
        : `leave ${scheme}:// and pages around it out, and name the image as docker pull takes it`,
    );
  if (/^(?:purl:)?pkg:/.test(text))
    throw bad('is the address of a package', text, 'write name==version into a requirements.txt, and scan that');
  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : text.slice(at + 1);
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon === -1 ? undefined : named.slice(colon + 1);
  const path = colon === -1 ? named : named.slice(0, colon);
  if (digest !== undefined && !isDigest(digest))
    throw bad('has a malformed digest', text, 'a digest is sha256: and 64 hexadecimal digits');
  if (tag !== undefined && !TAG.test(tag)) throw badTag(tag, text);
  const { registry, repository } = splitRegistry(path);
  checkRepository(registry, repository, text);
  return reference(registry, repository, tag ?? (digest === undefined ? 'latest' : undefined), digest);
}

function reference(
  registry: string,
  repository: string,
  tag: string | undefined,
  digest: string | undefined,
): ImageReference {
  const name = `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
  return {
    registry,
    repository,
    name,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The repository as Docker shows it: without `docker.io` and `library`. */
export function familiarName({ registry, repository }: ImageReference): string {
  if (registry !== DEFAULT_REGISTRY) return `${registry}/${repository}`;
  return /^library\/[^/]+$/.test(repository) ? repository.slice('library/'.length) : repository;
}

/** The first component is a registry when it looks like a host: a dot, a port, upper case, or `localhost`. */
function splitRegistry(path: string): { registry: string; repository: string } {
  const slash = path.indexOf('/');
  const first = path.slice(0, Math.max(slash, 0));
  const isHost = slash !== -1 && (/[.:[]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const registry = isHost ? first : DEFAULT_REGISTRY;
  const repository = isHost ? path.slice(slash + 1) : path;
  if (registry !== DEFAULT_REGISTRY && registry !== 'index.docker.io') return { registry, repository };
  return {
    registry: DEFAULT_REGISTRY,
    repository: repository === '' || repository.includes('/') ? repository : `library/${repository}`,
  };
}

function checkRepository(registry: string, repository: string, text: string): void {
  if (!HOST.test(registry))
    throw bad('has a malformed registry', text, 'a registry is a host name with an optional port');
  const bare = registry === DEFAULT_REGISTRY ? repository.replace(/^library\//, '') : repository;
  if (bare === '') throw bad('names no image', text);
  if (/^[0-9a-f]{64}$/.test(bare) && registry === DEFAULT_REGISTRY) {
    throw bad('looks like the id of an image', text, 'with Docker write docker:sha256:... or the name of the image');
  }
  if (repository.length > NAME_BYTES) throw bad(`has a name longer than ${NAME_BYTES} characters`, text);
  if (repository.split('/').every((component) => COMPONENT.test(component))) return;
  if (
    /[A-Z]/.test(repository) &&
    repository
      .toLowerCase()
      .split('/')
      .every((component) => COMPONENT.test(component))
  ) {
    throw bad('has upper-case letters', text, `image names are lower-case: ${text.replace(bare, bare.toLowerCase())}`);
  }
  throw bad(
    'is malformed',
    text,
    'a reference is [registry/]name[:tag][@digest]; for a file or folder give a path that exists',
  );
}

function badTag(tag: string, text: string): PlimsollError {
  if (tag === '') return bad('has an empty tag', text);
  return bad(
    'has a malformed tag',
    text,
    'a tag is up to 128 letters, digits, _, . and -, and begins with none of the last two',
  );
}

const bad = (what: string, where: string, hint?: string): PlimsollError =>
  new PlimsollError('reference', `the image reference ${what}`, { where, ...(hint === undefined ? {} : { hint }) });

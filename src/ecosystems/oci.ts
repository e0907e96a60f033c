import { before } from '../formats/ends.ts';
import { fileNameOf } from '../formats/paths.ts';
import { formatPurl, type Purl } from './purl.ts';

/** An image in a registry, or one that is only known by its digest. */
interface ImageName {
  /** With the registry, without tag and digest: `docker.io/library/python`. */
  readonly repository: string;
  readonly digest?: string | undefined;
  readonly architecture?: string | undefined;
  /** False where the repository is no address that anything can be fetched from. */
  readonly fetchable?: boolean;
}

/**
 * purl of an image: `pkg:oci/python@sha256:1a...?arch=amd64&repository_url=docker.io%2Flibrary%2Fpython`; undefined without a name.
 * https://github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md
 */
export function imagePurl({ repository, digest, architecture, fetchable = true }: ImageName): string | undefined {
  const name = fileNameOf(repository).toLowerCase();
  if (name === '') return undefined;
  return formatPurl({
    type: 'oci',
    name,
    ...(digest !== undefined && { version: digest }),
    qualifiers: new Map([
      ['arch', architecture ?? ''],
      ['repository_url', fetchable ? repository : ''],
    ]),
  });
}

/** Whether a purl names an image: `docker` is the older type of the two. https://github.com/package-url/purl-spec/blob/main/types-doc/docker-definition.md */
export const isImagePurl = ({ type }: Pick<Purl, 'type'>): boolean => type === 'oci' || type === 'docker';

/** `docker.io/library/python` of `docker.io/library/python:3.9@sha256:...`. */
export const repositoryIn = (reference: string): string => before(reference, '@').replace(/:[^:/]*$/, '');

/** `sha256:...` of `python@sha256:...`. */
export const digestIn = (reference: string): string => reference.slice(reference.indexOf('@') + 1);

import { ecosystemOf } from '../../ecosystems/index.ts';
import { digestIn, isImagePurl, repositoryIn } from '../../ecosystems/oci.ts';
import { type Purl, parsePurl } from '../../ecosystems/purl.ts';
import type { Subject } from '../../model.ts';

/** `debian/openssl`, `@babel/core`: the name with its namespace, in the one spelling of its world where it has several. */
function wholeName({ type, namespace, name }: Purl): string {
  const normalized = ecosystemOf(type)?.normalize(name) ?? name;
  return namespace === undefined ? normalized : `${namespace}/${normalized}`;
}

/** Whether a package URL speaks of a package: what it states has to agree, what it leaves out may be anything. */
export function covers(stated: string, actual: string): boolean {
  const [wanted, own] = [parsePurl(stated), parsePurl(actual)];
  if (!wanted || !own) return stated.trim() !== '' && stated.trim() === actual;
  return (
    wanted.type === own.type &&
    wholeName(wanted) === wholeName(own) &&
    (wanted.version === undefined || wanted.version === own.version) &&
    [...wanted.qualifiers].every(([key, value]) => !own.qualifiers.has(key) || own.qualifiers.get(key) === value)
  );
}

/** Whether a product is this image: an OCI package URL of its digest or repository, or one of its names. */
export function imageHas(product: string, subject: Subject): boolean {
  const names = [subject.reference, subject.name, ...(subject.repoTags ?? []), ...(subject.repoDigests ?? [])];
  const purl = parsePurl(product);
  if (!purl) return names.includes(product.trim());
  if (!isImagePurl(purl)) return false;
  const digests = [subject.digest, subject.imageId, ...(subject.repoDigests ?? []).map(digestIn)];
  if (purl.version?.startsWith('sha256:')) return digests.includes(purl.version);
  const repository = purl.qualifiers.get('repository_url');
  const tag = purl.qualifiers.get('tag') ?? purl.version;
  return names.some((name) => {
    const whole = repositoryIn(name);
    const isNamed =
      repository === undefined
        ? whole.split('/').at(-1) === purl.name.split('/').at(-1)
        : sameRepository(whole, repository);
    return isNamed && (tag === undefined || name.endsWith(`:${tag}`));
  });
}

const sameRepository = (name: string, repository: string): boolean =>
  [name, `docker.io/${name}`, `docker.io/library/${name}`, `index.docker.io/library/${name}`].includes(repository);

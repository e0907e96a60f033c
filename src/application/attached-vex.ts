import { asPlimsollError, PlimsollError, printable } from '../errors.ts';
import { isObject, type Json } from '../formats/text/index.ts';
import { LIMITS } from '../limits.ts';
import type { Attestation, Image, Notice } from '../model.ts';
import type { Exception } from '../policy/exceptions/index.ts';
import type { SignatureCheck } from '../sources/signatures/index.ts';

/** What `--vex` calls the statements that are attached to the image: ours, and Trivy's word. */
const ATTACHED: readonly string[] = ['attached', 'oci'];

/** Splits the words of `--vex` into files and whether attached statements are wanted. */
export function vexSources(words: readonly string[] | undefined): {
  readonly files?: readonly string[];
  readonly attached: boolean;
} {
  const files = (words ?? []).filter((word) => !ATTACHED.includes(word));
  const attached = (words ?? []).some((word) => ATTACHED.includes(word));
  return { ...(words !== undefined && files.length > 0 ? { files } : {}), attached };
}

/** Rules of attached statements, and what is to be said of them. */
interface AttachedVex {
  readonly rules: readonly Exception[];
  readonly notices: readonly Notice[];
}

/**
 * VEX documents that are attached to an image (in-toto statements of cosign or as OCI referrers). Each has to name this image; with
 * `check` it has to be signed as well, else each rule says that its signature was not checked. What cannot be read hides nothing and is a notice; throws only `interrupted`.
 */
export async function attachedVex(image: Image, signal: AbortSignal, check?: SignatureCheck): Promise<AttachedVex> {
  const attached = image.attestations ? await image.attestations({ search: true, signal }) : undefined;
  // Where a descriptor does not say what a statement is about, only the statement does.
  const asked = [
    ...(attached?.vex ?? []),
    ...(attached?.found ?? []).filter((attestation) => attestation.predicateType === undefined),
  ];
  const rules: Exception[] = [];
  const notices: Notice[] = [];
  let bytes = 0;
  let documents = 0;
  for (const attestation of asked) {
    bytes += attestation.size;
    if (bytes > LIMITS.attestationsBytes) break;
    try {
      const read = await readOne(attestation, image, { signal, check });
      if (read === undefined) continue;
      documents += 1;
      rules.push(...read);
    } catch (cause) {
      const error = asPlimsollError(cause, 'corrupt');
      if (error.code === 'interrupted' || signal.aborted) throw error;
      const message = `an attached VEX document is not used: ${error.line}`;
      notices.push({ level: 'warning', code: 'vex-unread', message: printable(message, 300) });
    }
  }
  if (documents === 0 && notices.length === 0)
    notices.push({ level: 'info', code: 'vex-none', message: 'no VEX document is attached to the image' });
  return { rules, notices };
}

const VEX_TYPE = /openvex|\/vex|csaf/i;

async function readOne(
  attestation: Attestation,
  image: Image,
  { signal, check }: { readonly signal: AbortSignal; readonly check: SignatureCheck | undefined },
): Promise<readonly Exception[] | undefined> {
  const [{ attestedPredicate, provedStatement }, { asAttached, readVex }] = await Promise.all([
    import('../sources/attestations/index.ts'),
    import('../policy/exceptions/index.ts'),
  ]);
  const { subject } = image;
  const where = subject.name;
  const own = [subject.digest, subject.imageId, attestation.attachedTo];
  const bytes = await attestation.open(signal);
  const statement = check && provedStatement(bytes, attestation, { check, own, where });
  const { predicateType, predicate, subjects } = attestedPredicate(statement ?? bytes, where);
  const isVex =
    VEX_TYPE.test(predicateType ?? attestation.predicateType ?? attestation.mediaType) || isOpenVex(predicate);
  if (!isVex) return undefined;
  if (check !== undefined && statement === undefined)
    throw new PlimsollError('digest-mismatch', `it is not signed by ${check.signer}, or is about another image`, {
      where: attestation.digest,
    });
  if (subjects.length > 0 && !subjects.some((digest) => own.includes(digest)))
    throw new PlimsollError('corrupt', 'its statement is about another image', { where: attestation.digest });
  const place = `attached ${attestation.digest.slice(0, 19)}`;
  return readVex(predicate as Json, place, subject.reference).map((rule) => asAttached(rule, check?.signer));
}

const isOpenVex = (value: unknown): boolean =>
  isObject(value as Json) && String((value as { '@context'?: unknown })['@context']).startsWith('https://openvex.dev/');

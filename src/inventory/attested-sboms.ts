import { asPlimsollError, PlimsollError, printable } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type {
  Attachments,
  Attestation,
  AttestedPackage,
  AttestedSbom,
  Bill,
  Image,
  Inventory,
  Notice,
  Package,
} from '../model.ts';
import type { AttestedDocument } from '../sources/attestations/index.ts';
import type { SignatureCheck } from '../sources/signatures/index.ts';
import { attestedNotice } from './attested-notices.ts';

/**
 * How far attached SBOMs are looked for: `none`; `known`, those that the image's index names; `search`, with requests for
 * referrers and cosign's tags as well.
 */
export type AttestationReach = 'none' | 'known' | 'search';

/** Attached SBOMs as they compare with the files, and what to say of them. */
export interface AttestedSboms {
  readonly attestations: readonly AttestedSbom[];
  readonly notices: readonly Notice[];
}

interface AttestedOptions {
  readonly reach?: AttestationReach;
  readonly signal?: AbortSignal;
  /** Who must have signed one for it to count as proved. */
  readonly check?: SignatureCheck;
}

/**
 * Reads the SBOMs that are attached to an image, one after the other, and compares each with what the files prove. None is
 * ever used in place of the files. What cannot be read is data; throws only `interrupted`.
 */
export async function attestedSboms(
  image: Image,
  inventory: Inventory,
  { reach = 'known', signal, check }: AttestedOptions = {},
): Promise<AttestedSboms> {
  if (reach === 'none' || !image.attestations) return { attestations: [], notices: [] };
  const { found: attached, notices } = await image.attestations({
    search: reach === 'search',
    ...(signal ? { signal } : {}),
  });
  const attestations: AttestedSbom[] = [];
  let bytes = 0;
  for (const attestation of attached) {
    if (signal?.aborted) throw new PlimsollError('interrupted', 'interrupted');
    const within = bytes + attestation.size <= LIMITS.attestationsBytes;
    const sbom = within
      ? await readOne(attestation, image, inventory, { signal, check })
      : unread({ attestation, check }, tooMuch());
    bytes += within ? attestation.size : 0;
    if (sbom) attestations.push(sbom);
  }
  return {
    attestations,
    notices: [
      ...notices,
      ...attestations.map(attestedNotice),
      ...nothing(reach, { found: attached, notices }, attestations),
    ],
  };
}

const tooMuch = (): PlimsollError =>
  new PlimsollError('limit', `all attached SBOMs together have more than ${LIMITS.attestationsBytes} bytes`);

/** Who asked for a search wants to know that it ended with nothing. */
function nothing(reach: AttestationReach, { notices }: Attachments, all: readonly AttestedSbom[]): Notice[] {
  if (reach !== 'search' || all.length > 0 || notices.length > 0) return [];
  return [{ level: 'info', code: 'attestation-none', message: 'no SBOM is attached to the image' }];
}

async function readOne(
  attestation: Attestation,
  image: Image,
  inventory: Inventory,
  { signal, check }: Omit<AttestedOptions, 'reach'>,
): Promise<AttestedSbom | undefined> {
  try {
    const { attestedDocument, provedStatement } = await import('../sources/attestations/index.ts');
    const bytes = await attestation.open(signal);
    const where = image.subject.name;
    const statement =
      check && provedStatement(bytes, attestation, { check, own: digestsOf(attestation, image), where });
    const attested = attestedDocument(statement ?? bytes, where);
    return (
      attested && (await compared({ attestation, check, proved: statement !== undefined }, attested, image, inventory))
    );
  } catch (cause) {
    const error = asPlimsollError(cause, 'corrupt');
    if (error.code === 'interrupted' || signal?.aborted) throw error;
    return unread({ attestation, check }, error);
  }
}

/** A document, and whether whom the check is for has signed it. */
interface Held {
  readonly attestation: Attestation;
  readonly check: SignatureCheck | undefined;
  readonly proved?: boolean;
}

const place = ({ attestation: { digest, via, mediaType, attachedTo }, check, proved = false }: Held) => ({
  digest,
  via,
  mediaType,
  attachedTo,
  signatureVerified: proved,
  ...(check === undefined ? {} : { signer: check.signer }),
});

const digestsOf = ({ attachedTo }: Attestation, { subject }: Image) => [subject.digest, subject.imageId, attachedTo];

const unread = (held: Held, error: PlimsollError): AttestedSbom => ({
  ...place(held),
  problem: error.line,
});

async function compared(
  held: Held,
  { bill, subjects }: AttestedDocument,
  image: Image,
  inventory: Inventory,
): Promise<AttestedSbom> {
  const { attestation } = held;
  const own = digestsOf(attestation, image);
  const described = {
    ...place(held),
    ...originOf(bill),
    ...(subjects.length === 0 ? {} : { namesImage: subjects.some((digest) => own.includes(digest)) }),
  };
  const partial = partOf(attestation, bill);
  if (partial !== undefined) return { ...described, problem: partial };
  const [{ sbomInventory }, { compareAttested }] = await Promise.all([import('./sbom.ts'), import('./attested.ts')]);
  const attested = sbomInventory(bill);
  if (attested.packages.length === 0 && attestation.attachedTo !== image.subject.digest && attestation.via !== 'index')
    return { ...described, problem: 'it lists no package: it may only name the images of the index it is attached to' };
  const { unit, agreed, missing, phantom, versions, beyond } = compareAttested(inventory, attested);
  return {
    ...described,
    comparison: {
      unit,
      counts: {
        listed: attested.packages.length,
        agreed,
        missing: missing.length,
        phantom: phantom.length,
        versions: versions.length,
        beyond: beyond.length,
      },
      missing: missing.slice(0, LIMITS.attestedPackages).map(brief),
      phantom: phantom.slice(0, LIMITS.attestedPackages).map(brief),
      versions: versions.slice(0, LIMITS.attestedPackages),
    },
  };
}

const brief = ({ type, name, version, purl }: Package): AttestedPackage => ({ type, name, version, purl });

/** Why a document is about something else than the whole image. */
function partOf({ scope, via }: Attestation, { name = '' }: Bill): string | undefined {
  if (scope !== undefined) return printable(`it is about a part of the image only: ${scope}`, 200);
  // BuildKit names the image's own document `sbom`; those of other build stages follow as `sbom-<stage>`.
  return via === 'index' && /^sbom-./.test(name)
    ? printable(`it is about another stage of the build: ${name.slice('sbom-'.length)}`, 200)
    : undefined;
}

type Origin = Pick<AttestedSbom, 'format' | 'creator' | 'created'>;

/** What a document says of its making. */
const originOf = ({ format, creator, created }: Bill): Origin => ({
  format: printable(format, 40),
  ...(creator === undefined ? {} : { creator: printable(creator, 80) }),
  ...(created === undefined ? {} : { created: printable(created, 40) }),
});

/** What hangs on an image beside its layers, and bills of materials: testimony, not evidence. */
import type { Notice } from './inventory.ts';
import type { Supplier } from './package.ts';

/** A document attached to an image that may be a bill of materials: where it hangs, not yet fetched. */
export interface Attestation {
  /** The image's index names it (BuildKit), it refers to the image (OCI 1.1), a tag is made of the image's digest (cosign), or it lies in the same layout. */
  readonly via: 'index' | 'referrer' | 'tag' | 'layout';
  /** Digest and size (as stated) of the document. */
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  /** Digest of the manifest, or of the index of several platforms, that it is attached to. */
  readonly attachedTo: string;
  /** As its descriptor states it. https://github.com/in-toto/attestation/tree/main/spec/predicates */
  readonly predicateType?: string;
  /** The part of the image it is about, where that is not the whole. https://github.com/sigstore/cosign/blob/main/specs/SBOM_SPEC.md#scopes */
  readonly scope?: string;
  /** What cosign wrote beside it to prove its signature, by annotation. */
  readonly signature?: Readonly<Record<string, string>>;
  /** Its bytes, size and digest verified. Throws as the source's other reads, and `limit`. */
  open(signal?: AbortSignal): Promise<Uint8Array>;
}

/** What was found attached to an image, and what stood in the way of finding more. */
export interface Attachments {
  readonly found: readonly Attestation[];
  /** Statements on how the image was built; absent: there are none. */
  readonly provenance?: readonly Attestation[];
  /** What is said of vulnerabilities in it; absent: nothing is. */
  readonly vex?: readonly Attestation[];
  readonly notices: readonly Notice[];
}

/** One entry of a bill of materials, whatever its format. */
export interface BillEntry {
  readonly name?: string;
  readonly version?: string;
  /** Package URLs, as written. */
  readonly purls: readonly string[];
  /** CPE names, as written (2.3 or 2.2). */
  readonly cpes: readonly string[];
  /** What a program wrote besides, by its own names: `syft:metadata:source`, `plimsoll:role`. */
  readonly facts: ReadonlyMap<string, string>;
  /** Where in the image it was seen. */
  readonly paths: readonly string[];
  readonly supplier?: Supplier;
}

/** A software bill of materials as it was written: what it states is checked by nobody yet. */
export interface Bill {
  /** `CycloneDX 1.6`, `SPDX-2.3`, `Syft 16.0.34`. */
  readonly format: string;
  /** What it is about. */
  readonly name?: string;
  readonly digest?: string;
  readonly created?: string;
  /** Whom that is from. */
  readonly supplier?: Supplier;
  /** The program that wrote it. */
  readonly creator?: string;
  /** The operating system, in the words of the bill. */
  readonly system?: { readonly name: string; readonly version?: string; readonly title?: string };
  /** The operating system that the user says it has, where neither the bill nor the packages in it name one: `debian:12`. */
  readonly assumedSystem?: string;
  readonly entries: readonly BillEntry[];
  /** Entries beyond the limit. */
  readonly left?: number;
}

/** One package on one side of a comparison of a bill of materials with the files. */
export interface AttestedPackage {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

/** An SBOM that is attached to the image, held against what the files prove. It is never used in their place. */
export interface AttestedSbom {
  /** Digest of the attached document. */
  readonly digest: string;
  readonly via: Attestation['via'];
  readonly mediaType: string;
  /** Digest of the manifest or index it is attached to. */
  readonly attachedTo: string;
  /** `CycloneDX 1.5`, `SPDX-2.3`; absent where it could not be read. */
  readonly format?: string;
  /** The program that wrote it, as it says. */
  readonly creator?: string;
  readonly created?: string;
  /** Whether it is signed by whom `--attestation-key` or `--attestation-identity` named; without them nothing is checked, and anybody who can write to the registry can attach. */
  readonly signatureVerified: boolean;
  /** Whose signature was asked for, in words; absent: nobody's. */
  readonly signer?: string;
  /** Whether its statement names this image's digest among its subjects; absent where it names none. */
  readonly namesImage?: boolean;
  /** Why it was not compared. */
  readonly problem?: string;
  /** Absent where it was not compared. Lists are cut after `LIMITS.attestedPackages` entries; `counts` are whole. */
  readonly comparison?: {
    /** Whether it lists OS packages one by one or by the source they are built from. */
    readonly unit: 'binary' | 'source';
    readonly counts: {
      /** Entries of the document with a package URL. */
      readonly listed: number;
      readonly agreed: number;
      readonly missing: number;
      readonly phantom: number;
      readonly versions: number;
      /** Found by content or of kinds that SBOM programs do not look for, and not listed: no reproach. */
      readonly beyond: number;
    };
    /** Installed according to the files, not in the document. */
    readonly missing: readonly AttestedPackage[];
    /** In the document, not in the files. */
    readonly phantom: readonly AttestedPackage[];
    /** In both, in other versions. */
    readonly versions: readonly OtherVersions[];
  };
}

/** A package that document and files both have, in versions that differ. */
export interface OtherVersions {
  readonly type: string;
  readonly name: string;
  readonly files: readonly string[];
  readonly attested: readonly string[];
}

/** What an image is and says of itself before a layer is read. */
import type { Attachments, Bill } from './attachments.ts';
import type { Notice } from './inventory.ts';
import type { Layer, LayerInfo, PassingLayer } from './layer.ts';
import type { Supplier } from './package.ts';

/** Where an image can come from; also the prefixes of the command line (`docker:`, `registry:`, ...). */
export type SourceName = 'registry' | 'docker' | 'archive' | 'oci' | 'dir' | 'project' | 'sbom' | 'memory';

/** https://github.com/opencontainers/image-spec/blob/main/image-index.md#image-index-property-descriptions */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** What a folder is for, as its native files say: a folder names no platform of its own. */
export interface FolderPlatform extends Platform {
  /** The file that says so. */
  readonly by: string;
}

/** One entry of the image's history. https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface Instruction {
  readonly createdBy: string;
  readonly created?: string;
  /** Who made it, where the builder says so: `kaniko`. */
  readonly author?: string;
  readonly comment?: string;
  readonly emptyLayer: boolean;
}

/** The part of the image configuration that describes how a container is run. */
export interface RunConfig {
  readonly User?: string;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
  readonly Volumes?: Readonly<Record<string, unknown>> | null;
  readonly WorkingDir?: string;
  readonly StopSignal?: string;
  readonly Shell?: readonly string[] | null;
  readonly OnBuild?: readonly string[] | null;
  readonly Healthcheck?: Readonly<{
    Test?: readonly string[];
    Interval?: number;
    Timeout?: number;
    Retries?: number;
  }> | null;
}

/** The image configuration. https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  readonly platform: Platform;
  readonly created?: string;
  readonly author?: string;
  readonly run: RunConfig;
  readonly history: readonly Instruction[];
  /** diffIDs, lowest layer first. */
  readonly diffIDs: readonly string[];
}

/** What was scanned. */
export interface Subject {
  /** As the user wrote it. */
  readonly reference: string;
  readonly source: SourceName;
  /** Full name where there is one: `docker.io/library/python:3.9.16`, a path for archives. */
  readonly name: string;
  /** Manifest digest. */
  readonly digest?: string;
  /** Digest of the image configuration. */
  readonly imageId?: string;
  readonly repoTags?: readonly string[];
  readonly repoDigests?: readonly string[];
  readonly platform?: Platform;
  readonly created?: string;
  /** Bytes of the stored layers together. */
  readonly size?: number;
  readonly layers: readonly LayerInfo[];
  readonly config?: ImageConfig;
  /** Manifest or index annotations. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** As the user, a bill of materials or a project's own manifest states it. */
  readonly supplier?: Supplier;
}

/** An opened image: described, its layers not yet read. */
export interface Image {
  readonly subject: Subject;
  readonly layers: readonly Layer[];
  /** Files that analyzers know only under another name, by that: where they really are. */
  readonly places?: ReadonlyMap<string, string>;
  /** What the source states in place of layers. */
  readonly bill?: Bill;
  /** How long its files may be read; what was not read by then is told. Default: as long as it takes (`LIMITS.imageMs`). */
  readonly readingMs?: number;
  /** What the user should know of how it was opened (another platform than this machine's, for example). */
  readonly notices?: readonly Notice[];
  /**
   * What is attached to the image besides its layers: SBOM attestations. Listed only when asked for, opened one by one.
   * Without `search` only those that the image's own index names, which an image without one costs no request; with it
   * the registry is asked for referrers and cosign's tags as well. What goes wrong is a notice; only `interrupted` throws.
   */
  attestations?(options?: { readonly search?: boolean; readonly signal?: AbortSignal }): Promise<Attachments>;
  /**
   * For sources that give all layers in one pass and in their own order (an engine's export): where it exists, it is
   * used in place of `Layer.open`, which would go through the whole image for each layer. A layer whose diffID is known
   * beforehand passes only if `want` says so; one blob may be several layers of the image (equal diffIDs). Each content
   * is read or left before the next is asked for; leaving the iteration ends the transfer.
   */
  stream?(want: (diffID: string) => boolean, signal?: AbortSignal): AsyncIterable<PassingLayer>;
  close(): Promise<void>;
}

/** The one input of every output format. */
import type { AttestedSbom } from './attachments.ts';
import type { ChangeSummary } from './changes.ts';
import type { DatabaseInfo, NeededFeed } from './database.ts';
import type { StartPicture } from './exposure.ts';
import type { Finding } from './finding.ts';
import type { GateVerdict } from './gate.ts';
import type { Subject } from './image.ts';
import type { Assessment, Coverage, Notice, PackageSource, Risk, Sign, Unknown } from './inventory.ts';
import type { OperatingSystem, Package } from './package.ts';
import type { Severity } from './statement.ts';
import type { Suppressed } from './suppression.ts';

/** The result of a scan: the only input of every output format. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'plimsoll'; readonly version: string };
  readonly created: string;
  readonly subject: Subject;
  readonly database: DatabaseInfo;
  /** The feeds of the database that this image needed, the one with the oldest data first. */
  readonly needed?: readonly NeededFeed[];
  readonly os?: OperatingSystem;
  /** What the container starts; absent where that was not asked. */
  readonly start?: StartPicture;
  /** As in the inventory. */
  readonly packageSources?: readonly PackageSource[];
  readonly packages: readonly Package[];
  /** One entry for each (type, namespace) among the packages. */
  readonly coverage?: readonly Coverage[];
  readonly findings: readonly Finding[];
  readonly risks: readonly Risk[];
  readonly unknowns: readonly Unknown[];
  readonly notices: readonly Notice[];
  /** What speaks for something having been taken out of sight; absent: nothing does. */
  readonly signs?: readonly Sign[];
  readonly assessment?: Assessment;
  /** SBOMs attached to the image, compared with the files; absent where none was found or asked for. */
  readonly attestations?: readonly AttestedSbom[];
  /** What to change, where that was asked for. */
  readonly changes?: ChangeSummary;
  /** What `--severity` and `--fixable` kept back: the findings above are what remained. */
  readonly filtered: { readonly severity?: readonly Severity[]; readonly fixable?: boolean; readonly hidden: number };
  /** What exceptions took out of findings and risks; absent: there were none to apply. */
  readonly suppressed?: readonly Suppressed[];
  /** What `--fail-on` says of it; absent: no gate was asked for. */
  readonly gate?: GateVerdict;
  /** Milliseconds, and what the layer cache answered. */
  readonly statistics: {
    readonly milliseconds: number;
    readonly layers: number;
    readonly cachedLayers: number;
    readonly files: number;
  };
}

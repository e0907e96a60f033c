/** Who took findings out of the count. */
import type { Finding } from './finding.ts';
import type { Risk } from './inventory.ts';

/** Why a product is not affected. https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md#status-justifications */
export const JUSTIFICATIONS: readonly string[] = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
];

/** Who took a finding out of the count, and why. */
export interface Suppression {
  /** The kind of document that says so. */
  readonly source: 'policy' | 'trivyignore' | 'grype' | 'openvex' | 'csaf' | 'cyclonedx';
  /** File and place: `plimsoll.yaml:12:5`. */
  readonly where: string;
  /** `accepted`: it stays and somebody answers for it; the others are VEX. */
  readonly status: 'accepted' | 'not_affected' | 'fixed' | 'false_positive';
  readonly reason?: string;
  /** VEX's own word for why: `vulnerable_code_not_in_execute_path`. */
  readonly justification?: string;
  /** Who answers for it; of a VEX document its author, and in words that nobody checked a signature. */
  readonly owner?: string;
  /** Nobody proved that it is its author's word: of every VEX document but attached ones whose signature was checked. */
  readonly unverified?: true;
  readonly until?: string;
}

/** A finding or risk that an exception took out of the count. */
export interface Suppressed {
  readonly finding?: Finding;
  readonly risk?: Risk;
  readonly by: Suppression;
}

export { anchorSearch } from './anchors.ts';
export { auditableStream } from './auditable-stream.ts';
export type { AuditableCrate } from './cargo-auditable.ts';
export {
  type ElfSegment,
  elfArchitecture,
  elfEnd,
  elfHeader,
  elfSections,
  elfSegments,
  isElf,
  PT_LOAD,
  PT_NOTE,
} from './elf.ts';
export { elfConstants } from './elf-constants.ts';
export { type ElfNeeds, elfNeeds } from './elf-needs.ts';
export { type ElfFile, elfStream } from './elf-stream.ts';
export type { GoBuildInfo } from './go-buildinfo.ts';
export { goFunctions } from './go-functions.ts';
export { goStream } from './go-stream.ts';
export { goTraces } from './go-traces.ts';
export { linkedFunctions } from './linked-code.ts';
export { LANGUAGE_MARKS, type MarksSeen } from './marks.ts';
export { rustFunctions } from './rust-functions.ts';
export { isPackedByUpx, unpackUpx } from './upx.ts';

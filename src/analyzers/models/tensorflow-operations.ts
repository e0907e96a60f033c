import type { Severity } from '../../model.ts';
import type { RiskFact } from '../analyzer.ts';
import { modelRisk } from './model-risk.ts';

interface Danger {
  readonly severity: Severity;
  readonly why: string;
  /** Only where one of its attributes is an address of a file or of a server. */
  readonly addressed?: true;
}

/** Operations that reach out of the graph. https://github.com/tensorflow/tensorflow/blob/master/SECURITY.md */
const DANGEROUS_OPERATIONS: Readonly<Record<string, Danger>> = {
  ReadFile: { severity: 'HIGH', why: 'reads any file' },
  WriteFile: { severity: 'HIGH', why: 'writes any file' },
  PyFunc: { severity: 'HIGH', why: 'calls a Python function' },
  PyFuncStateless: { severity: 'HIGH', why: 'calls a Python function' },
  EagerPyFunc: { severity: 'HIGH', why: 'calls a Python function' },
  MatchingFiles: { severity: 'MEDIUM', why: 'lists files' },
  ImmutableConst: { severity: 'MEDIUM', why: 'maps a file into memory' },
  DecodeProtoV2: { severity: 'MEDIUM', why: 'reads a descriptor from a file' },
  EncodeProto: { severity: 'MEDIUM', why: 'reads a descriptor from a file' },
  CreateSummaryFileWriter: { severity: 'MEDIUM', why: 'writes files' },
  SaveDataset: { severity: 'MEDIUM', why: 'writes files' },
  SaveDatasetV2: { severity: 'MEDIUM', why: 'writes files' },
  TextLineDataset: { severity: 'MEDIUM', why: 'reads files' },
  TextLineReader: { severity: 'MEDIUM', why: 'reads files' },
  TextLineReaderV2: { severity: 'MEDIUM', why: 'reads files' },
  WholeFileReader: { severity: 'HIGH', why: 'reads any file' },
  WholeFileReaderV2: { severity: 'HIGH', why: 'reads any file' },
  FixedLengthRecordDataset: { severity: 'HIGH', why: 'reads any file' },
  FixedLengthRecordDatasetV2: { severity: 'HIGH', why: 'reads any file' },
  FixedLengthRecordReader: { severity: 'HIGH', why: 'reads any file' },
  FixedLengthRecordReaderV2: { severity: 'HIGH', why: 'reads any file' },
  TFRecordDataset: { severity: 'MEDIUM', why: 'reads files' },
  TFRecordDatasetV2: { severity: 'MEDIUM', why: 'reads files' },
  SqlDataset: { severity: 'MEDIUM', why: 'reads a database' },
  LoadDataset: { severity: 'MEDIUM', why: 'reads files' },
  CacheDataset: { severity: 'MEDIUM', why: 'writes files' },
  CacheDatasetV2: { severity: 'MEDIUM', why: 'writes files' },
  SnapshotDataset: { severity: 'MEDIUM', why: 'writes files' },
  SnapshotDatasetV2: { severity: 'MEDIUM', why: 'writes files' },
  PrintV2: { severity: 'HIGH', why: 'writes to a file that it names', addressed: true },
  DebugIdentity: { severity: 'HIGH', why: 'writes what passes to a file or an address', addressed: true },
  DebugIdentityV2: { severity: 'HIGH', why: 'writes what passes to a file or an address', addressed: true },
  DebugIdentityV3: { severity: 'HIGH', why: 'writes what passes to a file or an address', addressed: true },
  DebugNumericSummaryV2: { severity: 'MEDIUM', why: 'writes what passes to files', addressed: true },
  DataServiceDataset: { severity: 'HIGH', why: 'opens network connections' },
  DataServiceDatasetV2: { severity: 'HIGH', why: 'opens network connections' },
  DataServiceDatasetV3: { severity: 'HIGH', why: 'opens network connections' },
  DataServiceDatasetV4: { severity: 'HIGH', why: 'opens network connections' },
  RegisterDataset: { severity: 'HIGH', why: 'opens network connections' },
  RegisterDatasetV2: { severity: 'HIGH', why: 'opens network connections' },
  RpcClient: { severity: 'HIGH', why: 'opens network connections' },
  RpcCall: { severity: 'HIGH', why: 'opens network connections' },
  RemoteCall: { severity: 'MEDIUM', why: 'runs on another device' },
};

/** What an operation reaches out for; undefined: it stays within the graph. */
export const dangerousOperation = (name: string): Danger | undefined =>
  Object.hasOwn(DANGEROUS_OPERATIONS, name) ? DANGEROUS_OPERATIONS[name] : undefined;

/** The risk of an operation that is dangerous; `detail` says where in the graph. */
export function operationRisk(operation: string, danger: Danger, detail: string): RiskFact {
  return modelRisk(
    `tensorflow-op-${operation.toLowerCase()}`,
    danger.severity,
    `the graph ${danger.why} (${operation})`,
    detail,
  );
}

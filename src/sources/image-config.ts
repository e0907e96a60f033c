import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { ImageConfig, Instruction, RunConfig } from '../model.ts';
import { checkedDigest } from './digest.ts';
import { isObject, jsonObject, textMapOf, textOf, textsOf, type UnknownRecord } from './json.ts';
import { UNSTATED } from './platform.ts';

/**
 * The image configuration that the bytes hold; members that are missing or of the wrong type are left out.
 * Throws `corrupt` when it is no configuration of an image or its diffIDs are no digests, `limit` when it is too large.
 * https://github.com/opencontainers/image-spec/blob/main/config.md
 */
export function parseImageConfig(bytes: Uint8Array, where: string): ImageConfig {
  if (bytes.length > LIMITS.configBytes) {
    throw new PlimsollError('limit', `the image configuration is larger than ${LIMITS.configBytes} bytes`, { where });
  }
  const value = jsonObject(bytes, where, 'image configuration');
  const rootfs = isObject(value.rootfs) ? value.rootfs : {};
  if (!Array.isArray(rootfs.diff_ids))
    throw new PlimsollError('corrupt', 'the image configuration lists no layers', { where });
  return {
    platform: {
      os: textOf(value.os) ?? 'linux',
      architecture: textOf(value.architecture) ?? UNSTATED,
      ...text('variant', value.variant),
    },
    ...text('created', value.created),
    ...text('author', value.author),
    run: parseRunConfig(value.config),
    history: (Array.isArray(value.history) ? value.history : []).filter(isObject).map(parseInstruction),
    diffIDs: parseDiffIDs(rootfs.diff_ids, where),
  };
}

/** diffIDs, lowest layer first: at most `LIMITS.layers`, each a digest. */
export function parseDiffIDs(values: readonly unknown[], where: string): string[] {
  if (values.length > LIMITS.layers) throw new PlimsollError('limit', `more than ${LIMITS.layers} layers`, { where });
  return values.map((diffID, index) => checkedDigest(diffID, `${where}, layer ${index}`));
}

function parseInstruction(value: UnknownRecord): Instruction {
  return {
    createdBy: textOf(value.created_by) ?? '',
    ...text('created', value.created),
    ...text('author', value.author),
    ...text('comment', value.comment),
    emptyLayer: value.empty_layer === true,
  };
}

/** The `config` member of an image configuration, or `Config` of an engine's answer: both are spelt alike. */
export function parseRunConfig(value: unknown): RunConfig {
  if (!isObject(value)) return {};
  const labels = textMapOf(value.Labels);
  const healthcheck = parseHealthcheck(value.Healthcheck);
  return {
    ...text('User', value.User),
    ...texts('Env', value.Env),
    ...texts('Entrypoint', value.Entrypoint),
    ...texts('Cmd', value.Cmd),
    ...(labels ? { Labels: labels } : {}),
    ...(isObject(value.ExposedPorts) ? { ExposedPorts: value.ExposedPorts } : {}),
    ...(isObject(value.Volumes) ? { Volumes: value.Volumes } : {}),
    ...text('WorkingDir', value.WorkingDir),
    ...text('StopSignal', value.StopSignal),
    ...texts('Shell', value.Shell),
    ...texts('OnBuild', value.OnBuild),
    ...(healthcheck ? { Healthcheck: healthcheck } : {}),
  };
}

function parseHealthcheck(value: unknown): NonNullable<RunConfig['Healthcheck']> | undefined {
  if (!isObject(value)) return undefined;
  return {
    ...texts('Test', value.Test),
    ...count('Interval', value.Interval),
    ...count('Timeout', value.Timeout),
    ...count('Retries', value.Retries),
  };
}

function text<Name extends string>(name: Name, value: unknown): { [key in Name]?: string } {
  const known = textOf(value);
  return known === undefined ? {} : ({ [name]: known } as { [key in Name]: string });
}

/** Ancient builders wrote a command as one text. */
function texts<Name extends string>(name: Name, value: unknown): { [key in Name]?: readonly string[] } {
  const known = typeof value === 'string' && value !== '' ? [value] : textsOf(value);
  return known === undefined ? {} : ({ [name]: known } as { [key in Name]: string[] });
}

function count<Name extends string>(name: Name, value: unknown): { [key in Name]?: number } {
  return typeof value === 'number' && Number.isFinite(value) ? ({ [name]: value } as { [key in Name]: number }) : {};
}

import type { Instruction } from '../../model.ts';
import { isObject, textOf } from '../json.ts';

interface Step {
  readonly instruction: Instruction;
  readonly size: number;
}

/** Instructions that only change the configuration; those of a Dockerfile stand after `#(nop)` or alone. */
const CONFIGURES =
  /^(?:\/bin\/sh -c #\(nop\)\s+)?(?:ENV|CMD|LABEL|ENTRYPOINT|EXPOSE|USER|VOLUME|ARG|STOPSIGNAL|HEALTHCHECK|SHELL|ONBUILD|MAINTAINER|AUTHOR)\b/i;

/**
 * The history as an engine tells it, first instruction first. The engine leaves out which instructions made a layer:
 * those with bytes did; where these are too few for the layers, those without bytes that do more than configure did
 * too (`RUN true` and `WORKDIR` make layers without bytes). If that is still not the number of layers, `layerInfos`
 * blames no line at all.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageHistory
 */
export function engineHistory(list: unknown, layers: number): Instruction[] {
  const steps = (Array.isArray(list) ? list : []).filter(isObject).map(parseStep).reverse();
  const enough = steps.filter(({ size }) => size > 0).length >= layers;
  const makesLayer = ({ size, instruction }: Step): boolean =>
    size > 0 || !(enough || CONFIGURES.test(instruction.createdBy));
  return steps.map((step) => ({ ...step.instruction, emptyLayer: !makesLayer(step) }));
}

function parseStep(step: Readonly<Record<string, unknown>>): Step {
  const created = typeof step.Created === 'number' && step.Created > 0 ? dateOf(step.Created) : undefined;
  const comment = textOf(step.Comment);
  const createdBy = textOf(step.CreatedBy) ?? '';
  return {
    instruction: {
      createdBy,
      ...(created === undefined ? {} : { created }),
      ...(comment === undefined ? {} : { comment }),
      emptyLayer: false,
    },
    size: typeof step.Size === 'number' ? step.Size : 0,
  };
}

/** Seconds since the epoch as ISO 8601; undefined beyond what a date can be. */
function dateOf(seconds: number): string | undefined {
  const date = new Date(seconds * 1_000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

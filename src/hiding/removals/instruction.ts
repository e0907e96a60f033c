import { readJson } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';

/** What an instruction of an image's history runs. */
interface Run {
  readonly text: string;
  /** Build arguments that the builder wrote before it, `|1 NAME=value /bin/sh -c ...`. */
  readonly variables: ReadonlyMap<string, readonly string[]>;
}

const OTHER =
  /^(?:ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\s/;
const SHELL = /^\S*\/(?:ba|da|z|k|a)?sh\s+(?:-\S+\s+(?:pipefail\s+)?)*?-\w*c\s+/;

/** The command of one `created_by`, as the classic builder, BuildKit, buildah and kaniko write it; undefined where it runs none. */
export function runOf(instruction: string): Run | undefined {
  let text = instruction.slice(0, LIMITS.dockerfileWordBytes).trim();
  if (OTHER.test(text) || /^\S*sh\s+-c\s+#\(nop\)/.test(text)) return undefined;
  text = text.replace(/^RUN\s+/, '').replace(/^(?:--[a-z]+=\S+\s+)+/, '');
  const variables = new Map<string, readonly string[]>();
  const given = /^\|\d+\s/.exec(text);
  if (given !== null) {
    const shell = /\s(?=\/\S*sh\s+-)/.exec(text);
    for (const word of text.slice(given[0].length, shell?.index ?? 0).split(/\s/))
      if (word.includes('=')) variables.set(word.slice(0, word.indexOf('=')), [word.slice(word.indexOf('=') + 1)]);
    text = text.slice((shell?.index ?? given[0].length - 1) + 1);
  }
  text = text.replace(SHELL, '').replace(/(?<=\s)# buildkit$/, '');
  return { text: listed(text) ?? text, variables };
}

/** The form that names the words itself: `["rm", "-rf", "/x"]`. */
function listed(text: string): string | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const words: unknown = readJson(text);
    if (!Array.isArray(words) || !words.every((word): word is string => typeof word === 'string')) return undefined;
    return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  } catch {
    return undefined;
  }
}

/** The folder that `WORKDIR` names. */
export const workdirOf = (instruction: string): string | undefined =>
  /^(?:\S*sh\s+-c\s+#\(nop\)\s+)?WORKDIR\s+(\S+)/.exec(instruction.trim())?.[1];

/** What switches a verification off: options, settings and variables of programs that a build starts. */

import type { ShellCommand } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { BuildStep } from './steps.ts';

interface Looseness {
  readonly programs: RegExp;
  readonly word: RegExp;
  readonly detail: string;
}

/** Options that switch a verification off. */
const LOOSE: readonly Looseness[] = [
  {
    programs: /^pip\d?(?:\.\d+)?$|^uv$|^python[\d.]*$/,
    word: /^--trusted-host/,
    detail: 'pip does not verify that host',
  },
  {
    programs: /^pip\d?(?:\.\d+)?$|^uv$/,
    word: /^(?:--index-url|--extra-index-url|-i|--find-links|-f)?=?http:\/\//,
    detail: 'packages come unencrypted',
  },
  {
    programs: /^apt(?:-get|itude)?$/,
    word: /^(?:--allow-unauthenticated|--force-yes|--allow-insecure-repositories)$/,
    detail: 'apt accepts packages without signature',
  },
  {
    programs: /^apt(?:-get)?$/,
    word: /Allow(?:Unauthenticated|InsecureRepositories|DowngradeToInsecureRepositories)=(?:true|1|yes)/i,
    detail: 'apt accepts packages without signature',
  },
  { programs: /^apk$/, word: /^--allow-untrusted$/, detail: 'apk accepts packages without signature' },
  {
    programs: /^(?:yum|dnf|microdnf|tdnf)$/,
    word: /^--nogpgcheck$|^--setopt=.*gpgcheck=(?:0|false)/,
    detail: 'packages are not verified',
  },
  { programs: /^rpm$/, word: /^--(?:nosignature|nodigest|noverify)$/, detail: 'packages are not verified' },
  { programs: /^zypper$/, word: /^--(?:no-gpg-checks|allow-unsigned-rpm)$/, detail: 'packages are not verified' },
  { programs: /^dpkg$/, word: /^--force-bad-verify$/, detail: 'packages are not verified' },
  { programs: /^curl$/, word: /^(?:-[a-jl-zA-Z]*k[a-zA-Z]*|--insecure)$/, detail: 'the server is not verified' },
  { programs: /^wget$/, word: /^--no-check-certificate$/, detail: 'the server is not verified' },
  { programs: /^git$/, word: /^http\.sslVerify=(?:false|0)$/i, detail: 'the server is not verified' },
  {
    programs: /^(?:conda|mamba|micromamba)$/,
    word: /^(?:--insecure|-k|--no-channel-priority-and-ssl)$/,
    detail: 'the server is not verified',
  },
  { programs: /^npm$/, word: /^--(?:no-)?strict-ssl(?:=false)?$/, detail: 'the server is not verified' },
];

/** The option or setting of a command that switches a verification off; undefined: none. */
export function looseness(command: ShellCommand): string | undefined {
  for (const { programs, word, detail } of LOOSE) {
    if (!programs.test(command.program)) continue;
    const loose = command.words.find((written) => word.test(written));
    if (loose !== undefined && !(command.program === 'npm' && loose === '--strict-ssl')) return `${loose}: ${detail}`;
  }
  if (/\[(?:[^[\]]*\s)?trusted=yes/.test(command.text)) return 'trusted=yes: apt accepts packages without signature';
  if (/\b(?:conda|mamba)\s+config\b.*\bssl_verify\s+(?:false|no)/i.test(command.text))
    return 'ssl_verify false: the server is not verified';
  if (/\bpip[\d.]*\s+config\s+set\s+(?:global|install)\.trusted-host/.test(command.text))
    return 'pip does not verify that host';
  if (/\bgit\s+config\b.*\bhttp\.sslVerify\s+(?:false|0)\b/i.test(command.text))
    return 'http.sslVerify false: the server is not verified';
  return /\b(?:npm|yarn|pnpm)\s+config\s+set\s+strict-ssl[= ](?:false|0)\b/.test(command.text)
    ? 'strict-ssl false: the server is not verified'
    : undefined;
}

/** Variables by which programs of the build verify less; `value` says which values do that. */
const VARIABLES: readonly { readonly name: string; readonly value: RegExp; readonly detail: string }[] = [
  { name: 'PIP_TRUSTED_HOST', value: /\S/, detail: 'pip does not verify that host' },
  { name: 'UV_INSECURE_HOST', value: /\S/, detail: 'uv does not verify that host' },
  { name: 'PIP_INDEX_URL', value: /^http:/i, detail: 'packages come unencrypted' },
  { name: 'PIP_EXTRA_INDEX_URL', value: /^http:/i, detail: 'packages come unencrypted' },
  { name: 'UV_INDEX_URL', value: /^http:/i, detail: 'packages come unencrypted' },
  { name: 'UV_DEFAULT_INDEX', value: /^http:/i, detail: 'packages come unencrypted' },
  { name: 'NODE_TLS_REJECT_UNAUTHORIZED', value: /^0$/, detail: 'no server is verified' },
  { name: 'NPM_CONFIG_STRICT_SSL', value: /^(?:false|0)$/i, detail: 'no server is verified' },
  { name: 'GIT_SSL_NO_VERIFY', value: /^(?!(?:false|0|no)$)\S/i, detail: 'no server is verified' },
  { name: 'PYTHONHTTPSVERIFY', value: /^0$/, detail: 'no server is verified' },
  { name: 'CONDA_SSL_VERIFY', value: /^(?:false|0|no)$/i, detail: 'no server is verified' },
  { name: 'GONOSUMDB', value: /\S/, detail: 'Go does not verify these modules' },
  { name: 'GONOSUMCHECK', value: /\S/, detail: 'Go verifies no module' },
  { name: 'GOINSECURE', value: /\S/, detail: 'Go does not verify these servers' },
  { name: 'GOFLAGS', value: /-insecure\b/, detail: 'Go verifies no server' },
  { name: 'GOSUMDB', value: /^off$/i, detail: 'Go verifies no module' },
];

/** Settings in ENV, ARG, and the assignments of a RUN that switch a verification off. */
export function looseVariables({ keyword, text, documents }: BuildStep): string[] {
  if (keyword !== 'ENV' && keyword !== 'ARG' && keyword !== 'RUN') return [];
  return [text, ...documents].flatMap((part) => {
    const shown = part.slice(0, LIMITS.dockerfileWordBytes);
    const assigned = [...shown.matchAll(/(?<![\w.-])([A-Za-z_]{4,40})=(["']?)([^\s"';&|]{1,200})\2/g)];
    const old = keyword === 'ENV' ? /^([A-Za-z_]{4,40})[ \t]+(["']?)([^\s"']{1,200})\2\s*$/.exec(shown) : null;
    return [...assigned, ...(old === null ? [] : [old])].flatMap(([, name = '', , value = '']) => {
      const known = VARIABLES.find((variable) => variable.name === name.toUpperCase() && variable.value.test(value));
      return known === undefined ? [] : [`${name}: ${known.detail}`];
    });
  });
}

import { printable } from '../../errors.ts';
import type { ImageConfig, Severity } from '../../model.ts';
import type { RiskFact } from '../analyzer.ts';

/** One setting of Jupyter as a file, a command line or Python code states it. */
export interface JupyterSetting {
  /** `token`, `allow_root`...: the trait's name without its class. */
  readonly name: string;
  /** As Python or JSON would print it: `''`, `True`, `*`. */
  readonly value: string;
  /** Where it stands. */
  readonly at?: string;
}

interface SettingRule {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly test: (value: string) => boolean;
}

const isTrue = (value: string): boolean => /^(?:true|1)$/i.test(value);

/** https://jupyter-server.readthedocs.io/en/latest/other/full-config.html */
const RULES: ReadonlyMap<string, SettingRule> = new Map([
  [
    'token',
    {
      rule: 'jupyter-no-token',
      severity: 'HIGH',
      title: 'Jupyter runs without a token: whoever reaches it runs code',
      test: (value: string) => value === '',
    },
  ],
  [
    'allow_origin',
    {
      rule: 'jupyter-any-origin',
      severity: 'MEDIUM',
      title: 'Jupyter answers pages of any origin',
      test: (value: string) => value === '*',
    },
  ],
  [
    'allow_origin_pat',
    {
      rule: 'jupyter-any-origin',
      severity: 'MEDIUM',
      title: 'Jupyter answers pages of any origin',
      test: (value: string) => /^\^?\.\*\$?$/.test(value),
    },
  ],
  [
    'disable_check_xsrf',
    {
      rule: 'jupyter-no-xsrf-check',
      severity: 'MEDIUM',
      title: 'Jupyter does not check for forged requests',
      test: isTrue,
    },
  ],
  [
    'allow_root',
    { rule: 'jupyter-as-root', severity: 'MEDIUM', title: 'Jupyter is allowed to run as root', test: isTrue },
  ],
  [
    'allow_unauthenticated_access',
    { rule: 'jupyter-no-token', severity: 'HIGH', title: 'Jupyter allows access without authentication', test: isTrue },
  ],
  [
    'authenticator_class',
    {
      rule: 'jupyterhub-no-password',
      severity: 'HIGH',
      title: 'JupyterHub lets everybody in',
      test: (value: string) => /dummy|nullauthenticator/i.test(value),
    },
  ],
  [
    'identity_provider_class',
    {
      rule: 'jupyter-no-token',
      severity: 'HIGH',
      title: 'Jupyter allows access without authentication',
      test: (value: string) => /AllowAll/i.test(value),
    },
  ],
]);

/** The risks in settings, in their order; a password makes up for the missing token. */
export function* settingRisks(settings: readonly JupyterSetting[]): Iterable<RiskFact> {
  const last = new Map(settings.map((setting) => [setting.name, setting]));
  const password = ['password', 'hashed_password'].some((name) => (last.get(name)?.value ?? '') !== '');
  for (const setting of last.values()) {
    const rule = RULES.get(setting.name);
    if (!rule?.test(setting.value) || (setting.name === 'token' && password)) continue;
    yield {
      kind: 'risk',
      category: 'configuration',
      rule: rule.rule,
      severity: rule.severity,
      title: rule.title,
      detail: printable(`${setting.name} = ${setting.value === '' ? "''" : setting.value}`, 200),
      ...(setting.at === undefined ? {} : { at: setting.at }),
    };
  }
}

/** What follows `--ServerApp.token=` and its like on a command line. */
function commandSettings(words: readonly string[], at: string): readonly JupyterSetting[] {
  const settings: JupyterSetting[] = [];
  for (const word of words) {
    const match = /^--(?:[A-Za-z]+\.)?([a-z_-]+?)(?:=(.*))?$/s.exec(word);
    if (!match) continue;
    const name = (match[1] as string).replaceAll('-', '_');
    settings.push({ name, value: unquote(match[2] ?? (name === 'allow_root' ? 'True' : 'unset')), at });
  }
  return settings;
}

/** `'x'`, `"x"`, `u'x'` -> `x`. */
export const unquote = (text: string): string => /^[urb]{0,2}(["'])(.*)\1$/s.exec(text.trim())?.[2] ?? text.trim();

/** A command line taken apart as a shell does, as far as quotes go. */
function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  for (const match of line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g))
    words.push(match[0].replace(/(["'])([^"']*)\1/g, '$2'));
  return words;
}

/** Jupyter in the image's own command, without a token or as root. */
export function* jupyterCommandRisks(config: ImageConfig): Iterable<RiskFact> {
  const { Cmd, Entrypoint, Env, User } = config.run;
  const words = [...(Entrypoint ?? []), ...(Cmd ?? [])].flatMap((word) =>
    /\s/.test(word) ? shellWords(word) : [word],
  );
  const start = words.findIndex((word) =>
    /(?:^|\/)(?:jupyter(?:-(?:lab|notebook|server))?|start-notebook\.(?:sh|py))$/.test(word),
  );
  if (start < 0) return;
  const settings = commandSettings(words.slice(start), 'CMD');
  const risks = [...settingRisks(settings)];
  yield* risks;
  const rootUser = User === undefined || /^(?:|0|root)(?::.*)?$/.test(User);
  if (rootUser && !risks.some((risk) => risk.rule === 'jupyter-as-root')) {
    yield {
      kind: 'risk',
      category: 'configuration',
      rule: 'jupyter-as-root',
      severity: 'MEDIUM',
      title: 'Jupyter runs as root',
      detail: 'the image sets no other user',
      at: 'USER',
    };
  }
  const token = (Env ?? []).find((variable) => /^JUPYTER_TOKEN=/.test(variable));
  if (token === 'JUPYTER_TOKEN=' && !risks.some((risk) => risk.rule === 'jupyter-no-token')) {
    yield* settingRisks([{ name: 'token', value: '', at: 'ENV JUPYTER_TOKEN' }]);
  }
}

import { readJson } from '../../formats/json-values.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer } from '../analyzer.ts';
import { type JupyterSetting, settingRisks, unquote } from './jupyter-rules.ts';

/** Jupyter's configuration files: an empty token, any origin, root. https://jupyter-server.readthedocs.io/en/latest/operators/security.html */
export const jupyterConfig = analyzer({
  name: 'jupyter-config',
  version: 1,
  files: [
    ...[
      'jupyter_server_config',
      'jupyter_notebook_config',
      'jupyter_lab_config',
      'jupyter_config',
      'jupyter_nbclassic_config',
    ].flatMap((name) => [`**/${name}.py`, `**/${name}.json`, `**/${name}.d/*.json`]),
    '**/jupyterhub_config.py',
    '**/ipython_notebook_config.py',
  ],
  maxBytes: 1024 * 1024,
  *read(file) {
    yield* settingRisks(file.path.endsWith('.json') ? jsonSettings(file.text()) : pythonSettings(file.text()));
  },
});

/** `c.ServerApp.token = ''`, one to a line; what is commented out or computed does not count. */
function pythonSettings(text: string): readonly JupyterSetting[] {
  const settings: JupyterSetting[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    // Longer lines are no settings; patterns tried on them could take for ever.
    if (line.length > LIMITS.pathBytes) continue;
    const match = /^\s{0,40}c\.[A-Za-z]{1,60}\.([a-z_]{1,60})\s{0,8}=\s{0,8}(\S.*)$/.exec(line);
    if (!match) continue;
    const value = (match[2] as string).replace(/(?<!\s)\s+#.*$/, '');
    settings.push({ name: match[1] as string, value: unquote(value), at: `line ${index + 1}` });
  }
  return settings;
}

/** `{"ServerApp": {"token": ""}}` */
function jsonSettings(text: string): readonly JupyterSetting[] {
  const settings: JupyterSetting[] = [];
  const value: unknown = readJson(text);
  if (typeof value !== 'object' || value === null) return settings;
  for (const [app, traits] of Object.entries(value)) {
    if (typeof traits !== 'object' || traits === null || Array.isArray(traits)) continue;
    for (const [name, setting] of Object.entries(traits)) {
      if (typeof setting === 'string' || typeof setting === 'boolean')
        settings.push({ name, value: String(setting), at: app });
    }
  }
  return settings;
}

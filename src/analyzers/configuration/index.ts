export { jupyterConfig } from './jupyter-config.ts';
export { notebook } from './notebook.ts';
export { pathFile } from './path-file.ts';
export { hider, maskedConfig, risksInConfig } from './risks.ts';

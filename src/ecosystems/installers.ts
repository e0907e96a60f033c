/** How commands look that install packages of a type, whatever these are called. */
const INSTALLERS: ReadonlyMap<string, readonly RegExp[]> = new Map(
  Object.entries({
    pypi: [
      /\b(?:pip[\d.]*|uv|poetry|pdm|pipenv)\b[^\n;&|]{0,200}?\b(?:install|sync|add)\b/,
      /\b(?:conda|mamba|micromamba|pixi)\b[^\n;&|]{0,200}?\b(?:install|create|update)\b/,
    ],
    conda: [/\b(?:conda|mamba|micromamba|pixi)\b[^\n;&|]{0,200}?\b(?:install|create|update)\b/],
    deb: [/\bapt(?:-get)?\b[^\n;&|]{0,200}?\b(?:install|upgrade)\b|\bdpkg\s+-i\b/],
    apk: [/\bapk\b[^\n;&|]{0,200}?\b(?:add|upgrade)\b/],
    rpm: [/\b(?:dnf|yum|microdnf|zypper|rpm)\b[^\n;&|]{0,200}?(?:\b(?:install|upgrade|update)\b|\s-[a-zA-Z]{0,8}[iU])/],
    npm: [/\b(?:npm|yarn|pnpm)\b[^\n;&|]{0,200}?\b(?:install|ci|add|i)\b/],
    gem: [/\b(?:gem|bundle)\s+install\b/],
  }),
);

/** Whether a shell text installs packages of a type. */
export const installsType = (type: string, text: string): boolean =>
  (INSTALLERS.get(type) ?? []).some((command) => command.test(text));

/** How commands look that install packages of a type, whatever these are called: a word of its own, which `apt-cache` and `app.apk` are not. */
const INSTALLERS: ReadonlyMap<string, readonly RegExp[]> = new Map(
  Object.entries({
    pypi: [
      /(?<![\w.-])(?:pip[\d.]*|uv|poetry|pdm|pipenv)(?![\w.-])[^\n;&|]{0,200}?\b(?:install|sync|add)\b/,
      /(?<![\w.-])(?:conda|mamba|micromamba|pixi)(?![\w.-])[^\n;&|]{0,200}?\b(?:install|create|update)\b/,
    ],
    conda: [/(?<![\w.-])(?:conda|mamba|micromamba|pixi)(?![\w.-])[^\n;&|]{0,200}?\b(?:install|create|update)\b/],
    deb: [/(?<![\w.-])apt(?:-get)?(?![\w.-])[^\n;&|]{0,200}?\b(?:install|upgrade)\b|(?<![\w.-])dpkg\s+-i\b/],
    apk: [/(?<![\w.-])apk(?![\w.-])[^\n;&|]{0,200}?\b(?:add|upgrade)\b/],
    rpm: [
      /(?<![\w.-])(?:dnf|yum|microdnf|zypper|rpm)(?![\w.-])[^\n;&|]{0,200}?(?:\b(?:install|upgrade|update)\b|\s-[a-zA-Z]{0,8}[iU])/,
    ],
    npm: [/(?<![\w.-])(?:npm|yarn|pnpm)(?![\w.-])[^\n;&|]{0,200}?\b(?:install|ci|add|i)\b/],
    gem: [/(?<![\w.-])(?:gem|bundle)\s+install\b/],
  }),
);

/** Whether a shell text installs packages of a type. */
export const installsType = (type: string, text: string): boolean =>
  (INSTALLERS.get(type) ?? []).some((command) => command.test(text));

/** Whether commands are known that install packages of a type. */
export const installsAny = (type: string): boolean => INSTALLERS.has(type);

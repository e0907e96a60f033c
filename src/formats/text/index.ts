export { type AptSource, isWholeAptSources, readAptSources } from './apt-sources.ts';
export { condaPin, environmentItems, isExported } from './conda-environment.ts';
export { condaSettings, isYes } from './conda-settings.ts';
export { type CpeName, splitCpe } from './cpe-name.ts';
export { deb822, type Paragraph } from './deb822.ts';
export { type Dockerfile, type DockerInstruction, parseDockerfile, type Stage } from './dockerfile.ts';
export { type RawWord, splitWords } from './dockerfile-words.ts';
export { encodedStarts } from './encoded-start.ts';
export { matchesGlob } from './glob.ts';
export { type IgnoreRules, ignoreRules } from './ignore-rules.ts';
export {
  folded,
  type HistoryStep,
  historySteps,
  isHollow,
  isUnnamed,
  layerInstructions,
  makesLayer,
  mergedLayers,
  targetPath,
} from './image-history.ts';
export { type JinjaToken, jinjaParts } from './jinja.ts';
export { constantTexts } from './jinja-constants.ts';
export { type JsonPath, jsonMembers, jsonReader } from './json-stream.ts';
export { isObject, type Json, type JsonObject, list, number, object, text, texts } from './json-value.ts';
export { kernelPath } from './kernel-paths.ts';
export { asItLooks, isConfusing } from './look-alikes.ts';
export { type MailHeaders, mailHeaders } from './mail-headers.ts';
export { netrcLogin } from './netrc.ts';
export { NPM_NAME, NPM_VERSION, pnpmPackages, yarnPackages } from './node-locks.ts';
export { parseOsRelease } from './os-release.ts';
export { otpApplication } from './otp-application.ts';
export { pipWords } from './pip-command.ts';
export { pipSettings, settingName } from './pip-settings.ts';
export type { Marker, Operand } from './python-marker.ts';
export { parseRequirement, type Requirement } from './python-requirement.ts';
export { repoSections } from './repo-file.ts';
export {
  exactVersion,
  hasWordsBehind,
  includedFile,
  pinned,
  pinnedByWheel,
  requirementLines,
  wheelAt,
  withoutOptions,
} from './requirement-lines.ts';
export { commandsStartedBy, isShell, type ShellCommand, shellCommands } from './shell-commands.ts';
export { prepareShell, shellScript } from './shell-script.ts';
export { type ParsedLicence, spdxLicence } from './spdx-licence.ts';
export { shortLines } from './text-lines.ts';
export { readToml } from './toml.ts';
export { child, children, childText, readXml, type XmlElement } from './xml.ts';
export { type YamlPair, yamlPairs } from './yaml-pairs.ts';

/**
 * Words of Trivy and Grype that this program has other words for, by what it is told instead: who comes from them types these first.
 * Options and commands that mean the same here are taken as they are (`--ignore-unfixed`, `--only-fixed`, `image`).
 */
export const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['--exit-code', 'a gate decides it: --fail-on HIGH ends with 1'],
  ['--input', 'name the archive itself: plimsoll scan image.tar'],
  ['--vuln-type', 'all types are judged; thresholds for each are in a policy (docs/policy.md)'],
  ['--pkg-types', 'all types are judged; thresholds for each are in a policy (docs/policy.md)'],
  ['--scanners', 'all is looked for at once; a gate says what counts: --fail-on secret, --fail-on finding:HIGH'],
  ['--security-checks', 'all is looked for at once; a gate says what counts: --fail-on secret, --fail-on finding:HIGH'],
  ['--skip-db-update', 'that is --skip-update here; --offline asks nobody at all'],
  ['--download-db-only', 'run: plimsoll db update'],
  ['--ignorefile', 'that is --ignore-file here; a .trivyignore can be given to it'],
  ['--ignore-policy', 'a policy is written in plimsoll.yaml (docs/policy.md)'],
  ['--by-cve', 'findings are named by their CVE, with the other names beside it'],
  ['--add-cpes-if-none', 'programs and libraries without a package are looked up in NVD anyway'],
  ['--list-all-pkgs', 'run: plimsoll inventory'],
  ['--light', 'there is one database, of what the image needs'],
  ['--db-repository', 'run: plimsoll db pull REFERENCE'],
  ['fs', 'run: plimsoll scan FOLDER'],
  ['filesystem', 'run: plimsoll scan FOLDER'],
  ['rootfs', 'run: plimsoll scan FOLDER'],
  ['repo', 'run: plimsoll scan FOLDER, in a clone of it'],
  ['repository', 'run: plimsoll scan FOLDER, in a clone of it'],
  ['config', 'run: plimsoll bench --dockerfile FILE'],
  ['convert', 'run: plimsoll report FILE -f FORMAT'],
  ['check', 'run: plimsoll db status; a scan renews what is older than a day by itself'],
  ['providers', 'run: plimsoll db status'],
  ['list', 'run: plimsoll db status'],
  ['k8s', 'clusters are not asked: name their images, plimsoll scan IMAGE IMAGE ...'],
  ['kubernetes', 'clusters are not asked: name their images, plimsoll scan IMAGE IMAGE ...'],
  ['vm', 'disks are not read: mount it, and run: plimsoll scan FOLDER'],
  ['version', 'run: plimsoll --version'],
]);

/** Options of ours that another command takes, by the command that was given them. */
const ELSEWHERE_HERE: ReadonlyMap<string, string> = new Map([
  ['report --fail-on', 'report only writes a result again; gates are judged by: plimsoll scan TARGET --fail-on GATE'],
]);

/** What to do instead of an option or command of another scanner; undefined for what none of them knows. */
export function saidElsewhere(message: string, command?: string): string | undefined {
  const word = /^error: unknown (?:option|command) '([^'\s=]+)/.exec(message)?.[1];
  if (word === undefined) return undefined;
  const here = ELSEWHERE_HERE.get(`${command} ${word}`);
  if (here !== undefined) return here;
  // Grype names what it scans by its kind: dir:., sbom:file, registry:image.
  const scheme = /^(?:dir|file|sbom|registry|docker|podman|oci-archive|docker-archive|oci-dir|purl):./.exec(word);
  return scheme ? 'a command goes first: plimsoll scan TARGET' : ELSEWHERE.get(word);
}

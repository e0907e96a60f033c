const PATHS =
  'the whole image is read; what lies under a path is excepted by a rule with a reason (docs/exceptions.md)';
const NO_SERVER = 'there is no server: each run is whole; a database is shared by plimsoll db push and db pull';

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
  ['--policy', 'a policy is written in plimsoll.yaml, or in the file that --config names (docs/policy.md)'],
  ['--ignore-policy', 'a policy is written in plimsoll.yaml (docs/policy.md)'],
  ['--by-cve', 'findings are named by their CVE, with the other names beside it'],
  ['--add-cpes-if-none', 'programs and libraries without a package are looked up in NVD anyway'],
  ['--list-all-pkgs', 'run: plimsoll inventory'],
  ['--light', 'there is one database, of what the image needs'],
  ['--db-repository', 'run: plimsoll db pull REFERENCE'],
  ['--ignore-status', 'a gate says what counts: --fail-on fixable:HIGH; --fixable shows only what has a fix'],
  ['--ignore-states', 'a gate says what counts: --fail-on fixable:HIGH; --fixable shows only what has a fix'],
  ['--only-notfixed', 'the state of each fix is in the JSON report: -f json'],
  ['--skip-dirs', PATHS],
  ['--skip-files', PATHS],
  ['--file-patterns', 'files are told by what is in them'],
  ['--scope', 'every layer is read: what a later one hides is told apart'],
  ['--removed-pkgs', 'every layer is read: what a later one hides is told apart'],
  ['--dependency-tree', 'run: plimsoll explain CVE TARGET, which says what needs it; relations are in -f cyclonedx'],
  ['--sort-by', 'the worst goes first; -f html and -f csv sort by anything'],
  ['--name', 'a report is named after its target'],
  ['--cache-dir', 'the folder of all that is kept is said by PLIMSOLL_HOME in the environment'],
  ['--clear-cache', 'what is kept is bounded and renewed by itself; it lies in the folder that PLIMSOLL_HOME names'],
  ['--reset', 'run: plimsoll db update, which takes only what is new'],
  ['--no-progress', 'that is --quiet here'],
  ['--offline-scan', 'that is --offline here'],
  ['--skip-java-db-update', 'there is one database; --skip-update takes it as it is'],
  ['--java-db-repository', 'there is one database: plimsoll db pull REFERENCE'],
  ['--image-src', 'a prefix chooses the source: docker:NAME, registry:NAME, archive:FILE, oci:FOLDER, dir:FOLDER'],
  ['--file', 'that is --output here'],
  ['--docker-host', 'the engine is where DOCKER_HOST in the environment says'],
  ['--podman-host', 'the engine is where CONTAINER_HOST in the environment says'],
  ['--cacert', 'a certificate that is to be believed is named by NODE_EXTRA_CA_CERTS in the environment'],
  ['--exit-on-eol', 'a gate decides it: --fail-on end-of-life ends with 1'],
  ['--vuln-severity-source', 'that is --severity-from here'],
  ['--verbose', '--debug prints the stack of an error; why something was found says: plimsoll explain CVE TARGET'],
  ['--parallel', 'that is --threads here'],
  ['--sbom-sources', 'that is --attestations here'],
  ['--detection-priority', 'what is not certain is marked so; nothing is left out for it'],
  ['--disable-telemetry', 'there is none: nobody is told anything'],
  ['--skip-version-check', 'nobody is asked for newer versions of this program'],
  ['--compliance', 'run: plimsoll bench --image IMAGE, for the CIS Docker Benchmark'],
  ['--server', NO_SERVER],
  ['--token', NO_SERVER],
  ['server', NO_SERVER],
  ['client', NO_SERVER],
  ['clean', 'what is kept is bounded and renewed by itself; all of it lies in the folder that PLIMSOLL_HOME names'],
  ['delete', 'all that is kept lies in the folder that PLIMSOLL_HOME names; plimsoll db status says where'],
  ['plugin', 'there are none to install; a program of your own may use the library (docs/library.md)'],
  ['module', 'there are none to install; a program of your own may use the library (docs/library.md)'],
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
  ['scan --exclude', PATHS],
  [
    'scan --from',
    'a prefix chooses the source: docker:NAME, podman:NAME, registry:NAME, archive:FILE, oci:FOLDER, dir:FOLDER',
  ],
  ['scan --report', 'a summary comes first, and -f chooses the format; --all shows every finding'],
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

/** Section 4: images and the files they are built from. Every check works on an opened image, without an Engine. */

import {
  type Check,
  type CheckVerdict,
  check,
  couldNotRead,
  notApplicable,
  note,
  pass,
  together,
  Unreadable,
  warn,
} from '../check.ts';
import type { DockerfileFacts, Facts } from '../facts.ts';
import type { ImageFacts } from '../image/index.ts';
import {
  type BuildStep,
  judgeAdd,
  judgeArtifacts,
  judgeBase,
  judgeFrom,
  judgeInstalls,
  judgePackages,
  judgeScan,
  judgeSecrets,
  judgeSetuid,
  judgeSetuidSteps,
  judgeSignatures,
  judgeSoftware,
  judgeUpdates,
  judgeUser,
  stepsOfDockerfile,
  stepsOfImage,
  untoldLayers,
} from '../image/index.ts';
import { secretsOfDockerfile, userOfDockerfile } from './dockerfile-checks.ts';
import { judgeRunningUsers } from './running-users.ts';

interface ImageCheck extends Omit<Check, 'run' | 'level' | 'scoring'> {
  readonly level?: 1 | 2;
  readonly manual?: boolean;
  readonly image: (image: ImageFacts, facts: Facts) => CheckVerdict | Promise<CheckVerdict>;
  /** What the Dockerfile alone can tell. */
  readonly dockerfile?: (file: DockerfileFacts, facts: Facts) => CheckVerdict;
  /** True where the files alone can tell: then a root file system can be judged, too. */
  readonly byFiles?: boolean;
  /** What else of the host belongs to it. */
  readonly host?: (facts: Facts) => Promise<CheckVerdict | undefined>;
}

const BARE = notApplicable('a root file system has neither configuration nor history');

/** A check that asks every image within the scope, and the Dockerfile where one is given. */
const imageCheck = ({ image, dockerfile, host, level, manual, byFiles, ...rest }: ImageCheck): Check =>
  check({
    ...rest,
    level: level ?? 1,
    scoring: manual ? 'manual' : 'automated',
    async run(facts) {
      const verdicts: CheckVerdict[] = [];
      if (facts.dockerfile !== undefined)
        verdicts.push(dockerfile?.(facts.dockerfile, facts) ?? note('only the built image can tell'));
      const images = await facts.images();
      if (!images.ok && facts.dockerfile === undefined) throw new Unreadable(images.why, images.reason);
      for (const about of images.ok ? images.value : [])
        verdicts.push(about.bare && !byFiles ? BARE : await readable(about, () => image(about, facts)));
      const running = await host?.(facts);
      if (running !== undefined) verdicts.push(running);
      return together(verdicts, notApplicable('there are no images'));
    },
  });

/** One image that cannot be read must not hide what the others show. */
async function readable(image: ImageFacts, judge: () => CheckVerdict | Promise<CheckVerdict>): Promise<CheckVerdict> {
  try {
    return await judge();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    // Not looked into, rather than not readable: the host's images without --deep.
    if (error.why === 'absent' || error.why === 'not-read') return note(error.message);
    return couldNotRead(error.message, [{ subject: image.name, detail: error.message }]);
  }
}

type StepJudge = (steps: readonly BuildStep[], look?: (path: string) => string | undefined) => CheckVerdict;

/** A history without a fault shows nothing where it does not say how a layer came about (`docker import`, `commit`, other builders). */
function told(verdict: CheckVerdict, image: ImageFacts): CheckVerdict {
  const layers = verdict.result === 'pass' ? untoldLayers(image) : 0;
  if (layers === 0) return verdict;
  const detail = `layers without a build step: ${layers} of ${Math.max(layers, image.config.diffIDs.length)}`;
  return note('the history does not say how all layers were made', [{ subject: image.name, detail }]);
}

/** The same judgement for the history of an image and for a Dockerfile. */
const bySteps = (judge: StepJudge): Pick<ImageCheck, 'image' | 'dockerfile'> => ({
  image: (image) => told(judge(stepsOfImage(image)), image),
  dockerfile: (file) => judge(stepsOfDockerfile(file), (path) => file.context?.text(path)),
});

function healthOfImage(image: ImageFacts): CheckVerdict {
  const test = image.config.run.Healthcheck?.Test;
  if (test !== undefined && test.length > 0 && test[0] !== 'NONE') return pass('images have a HEALTHCHECK');
  const detail = test?.[0] === 'NONE' ? 'HEALTHCHECK NONE' : 'no HEALTHCHECK (images in OCI format lose theirs)';
  return warn('nothing tells whether a container still serves', [{ subject: image.name, detail }]);
}

function healthOfDockerfile(docker: DockerfileFacts): CheckVerdict {
  const last = stepsOfDockerfile(docker, 'final').findLast((step) => step.keyword === 'HEALTHCHECK' && !step.deferred);
  if (last === undefined)
    return warn('nothing tells whether a container still serves', [
      { subject: docker.path, detail: 'no HEALTHCHECK', path: docker.path },
    ]);
  return /^NONE\b/i.test(last.text)
    ? warn('the health check is switched off', [last.item(last.text)])
    : pass('has a HEALTHCHECK');
}

/** Section 4 in order. */
export const imageChecks: readonly Check[] = [
  imageCheck({
    id: '4.1',
    title: 'Containers run as a user of their own',
    looksAt:
      "USER, resolved in the image's /etc/passwd and /etc/group, sudoers, the entrypoint's script; processes of running containers",
    remediation:
      'Make an account in the Dockerfile (useradd --uid 10001 app) and end with USER 10001; give it only the folders it writes to.',
    impact: 'Mounted volumes must belong to that user, and ports below 1024 are out of reach.',
    peer: 'Looks at Config.User of running containers only: warns where it is empty, root or 0',
    image: judgeUser,
    dockerfile: userOfDockerfile,
    host: judgeRunningUsers,
  }),
  imageCheck({
    id: '4.2',
    title: 'Base images are trusted',
    manual: true,
    looksAt: 'base image annotations, FROM and COPY --from, the patterns of --trusted-base',
    remediation: 'Build from images of publishers you know, fixed by digest, and renew the digest on a schedule.',
    impact: 'Somebody has to move the digests on.',
    peer: 'Prints a note, tests nothing',
    image: judgeBase,
    dockerfile: judgeFrom,
  }),
  imageCheck({
    id: '4.3',
    title: 'No unnecessary packages are installed',
    manual: true,
    byFiles: true,
    looksAt:
      'programs in the folders of PATH of the final file system; packages that the Dockerfile installs in its last stage',
    remediation:
      'Build in one stage and copy the result into a slim or distroless one; leave compilers, debuggers and sshd in the first.',
    impact: 'Debugging needs a second image (docker debug, an ephemeral container).',
    peer: 'Prints a note, tests nothing',
    image: judgeSoftware,
    dockerfile: (docker) => judgeInstalls(stepsOfDockerfile(docker, 'final'), docker),
  }),
  imageCheck({
    id: '4.4',
    title: 'Images are scanned and rebuilt with patches',
    manual: true,
    byFiles: true,
    looksAt: "this program's own scan of the image",
    remediation: 'Rebuild from a newer base and upgrade what the scan names: plimsoll fix IMAGE.',
    impact: 'Newer versions can break what depends on them; the fix says what it would break.',
    peer: 'Prints a note, tests nothing',
    image: judgeScan,
  }),
  imageCheck({
    id: '4.5',
    title: 'Signatures of images are used',
    level: 2,
    looksAt: 'cosign and notation signatures beside the image in its registry, else DOCKER_CONTENT_TRUST',
    remediation:
      'Sign images when they are pushed (cosign sign, notation sign) and let the cluster admit signed ones only.',
    impact: 'Unsigned images can no longer be run.',
    peer: 'Looks at the variable DOCKER_CONTENT_TRUST of whoever runs it',
    image: judgeSignatures,
  }),
  imageCheck({
    id: '4.6',
    title: 'Images have a HEALTHCHECK',
    looksAt: 'the health check of the configuration',
    remediation:
      'Add HEALTHCHECK CMD with a request to the endpoint that says ready; orchestrators may use their own probes instead.',
    impact: 'A check that is too eager makes slow starts look like failures.',
    peer: 'Inspects every local image',
    image: healthOfImage,
    dockerfile: healthOfDockerfile,
  }),
  imageCheck({
    id: '4.7',
    title: 'The package index is not refreshed alone',
    manual: true,
    looksAt: 'RUN instructions of history or Dockerfile, command by command',
    remediation:
      'Refresh and install in one RUN: apt-get update && apt-get install -y NAME=VERSION && rm -rf /var/lib/apt/lists/*.',
    impact: 'The step is run again in whole when one package changes.',
    peer: 'Searches the history for "update", wherever the word stands',
    ...bySteps(judgeUpdates),
  }),
  imageCheck({
    id: '4.8',
    title: 'No setuid and setgid programs',
    level: 2,
    manual: true,
    byFiles: true,
    looksAt: 'modes of every file of the final file system, from the layers',
    remediation:
      'End the build with: find / -xdev -perm /6000 -type f -exec chmod a-s {} + (or start from a distroless base).',
    impact: 'su, sudo, passwd, mount and ping stop working for ordinary users.',
    peer: 'Prints a note, tests nothing',
    image: judgeSetuid,
    dockerfile: (docker) => judgeSetuidSteps(stepsOfDockerfile(docker, 'final')),
  }),
  imageCheck({
    id: '4.9',
    title: 'COPY is used instead of ADD',
    manual: true,
    looksAt: 'ADD instructions of history or Dockerfile; the root file system of a base image apart',
    remediation:
      'Use COPY for files of the build context, and ADD --checksum=sha256:... for what comes from the network.',
    impact: 'Archives have to be unpacked by a RUN.',
    peer: 'Searches the history for ADD, that of base images included',
    ...bySteps(judgeAdd),
  }),
  imageCheck({
    id: '4.10',
    title: 'No secrets in images',
    manual: true,
    byFiles: true,
    looksAt:
      'ENV, labels, build arguments, commands, and file names in every layer, deleted files included; what the scan found inside files',
    remediation:
      'Use RUN --mount=type=secret for the build and mounted secrets at run time. A secret that was in an image is known: replace it.',
    impact: 'Builds need BuildKit, applications read a file.',
    peer: 'Prints a note, tests nothing',
    image: judgeSecrets,
    dockerfile: secretsOfDockerfile,
  }),
  imageCheck({
    id: '4.11',
    title: 'Only verified packages are installed',
    level: 2,
    manual: true,
    looksAt:
      'RUN instructions: downloads piped into a shell, options that switch verification off, versions left open, missing checksums',
    remediation:
      'Fix versions (pip --require-hashes), compare a checksum for every download, and never pipe a download into a shell.',
    impact: 'Somebody has to move versions and checksums on.',
    peer: 'Prints a note, tests nothing',
    ...bySteps(judgePackages),
  }),
  imageCheck({
    id: '4.12',
    title: 'Signatures of what the build fetches are verified',
    manual: true,
    looksAt: 'downloads, models and repositories that RUN instructions fetch, and whether the same step verifies them',
    remediation:
      'Verify with gpg --verify or cosign verify-blob where the publisher signs; fix commits and model revisions.',
    impact: 'Builds fail when a publisher changes the key.',
    peer: 'Prints a note, tests nothing',
    ...bySteps(judgeArtifacts),
  }),
];

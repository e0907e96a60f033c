/** Section 6: images and containers that nobody needs. */
import { type BenchItem, type Check, check, info, need, pass } from '../check.ts';

const images = check({
  id: '6.1',
  title: 'No image sprawl',
  level: 1,
  scoring: 'manual',
  looksAt: 'all images and which of them containers use',
  remediation: 'Remove what nothing uses: docker image prune -a, after a look at the list.',
  impact: 'Removed images are pulled again when they are needed.',
  peer: 'Prints the numbers of images and of those in use',
  async run({ engine }) {
    const all = need(await engine.images());
    const containers = need(await engine.allContainers());
    const used = new Set(containers.map((container) => container.ImageID));
    const idle = all.filter((image) => !used.has(image.Id));
    const size = idle.reduce((sum, image) => sum + (image.Size ?? 0), 0);
    const counts = `${all.length} images, ${all.length - idle.length} in use`;
    if (idle.length === 0) return pass(counts);
    const items = idle.map((image): BenchItem => {
      const name = image.RepoTags?.[0];
      return {
        subject: name ?? image.Id.replace('sha256:', '').slice(0, 12),
        detail: name ? 'not used' : 'not used, has no tag',
      };
    });
    return info(`${counts}; ${idle.length} unused ones hold up to ${Math.round(size / 1e6)} MB`, items);
  },
});

const containers = check({
  id: '6.2',
  title: 'No container sprawl',
  level: 1,
  scoring: 'manual',
  looksAt: 'all containers and which of them run',
  remediation: 'Remove containers that ended: docker container prune; start jobs with --rm.',
  impact: 'Logs and files of ended containers are gone.',
  peer: 'Prints the numbers of containers and of those running',
  async run({ engine }) {
    const all = need(await engine.allContainers());
    const ended = all.filter((container) => container.State !== 'running' && container.State !== 'paused');
    const counts = `${all.length} containers, ${all.length - ended.length} running`;
    if (ended.length === 0) return pass(counts);
    const items = ended.map((container) => ({
      subject: container.Names?.[0]?.replace(/^\//, '') ?? container.Id.slice(0, 12),
      detail: container.State ?? 'unknown',
    }));
    return info(`${counts}: ${ended.length} are left over`, items);
  },
});

/** Section 6 in order. */
export const operationChecks: readonly Check[] = [images, containers];

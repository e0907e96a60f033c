/** 5.28: whether a container runs what its image's name means today, as far as this host knows. */
import { type BenchItem, type CheckVerdict, info, need, notApplicable, pass, warn } from '../check.ts';
import { containerName, type Facts } from '../facts.ts';

const OLD_DAYS = 90;

/** Warns where the tag has moved on since the container started; informs about images that are old. */
export async function judgeLatest(facts: Facts): Promise<CheckVerdict> {
  const containers = need(await facts.containers());
  if (containers.length === 0) return notApplicable('no containers are running');
  const images = need(await facts.engine.images());
  const byId = new Map(images.map((image) => [image.Id, image]));
  const byTag = new Map(images.flatMap((image) => (image.RepoTags ?? []).map((tag) => [tag, image] as const)));
  const moved: BenchItem[] = [];
  const old: BenchItem[] = [];
  for (const container of containers) {
    const subject = containerName(container);
    const name = container.Config?.Image ?? '';
    const tagged = byTag.get(name) ?? byTag.get(`${name}:latest`);
    if (tagged !== undefined && tagged.Id !== container.Image)
      moved.push({ subject, detail: `${name} means another image by now` });
    const days = Math.floor((facts.now - Date.parse(byId.get(container.Image ?? '')?.Created ?? '')) / 86_400_000);
    if (days > OLD_DAYS && days < 20_000) old.push({ subject, detail: `${name} was built ${days} days ago` });
  }
  if (moved.length > 0) return warn('containers run older images than their tags mean here', [...moved, ...old]);
  if (old.length > 0) return info(`images older than ${OLD_DAYS} days: look for newer ones`, old);
  return pass('every container runs what its tag means here, and no image is old');
}

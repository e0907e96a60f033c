/** What the images of https://github.com/anchore/vulnerability-match-labels are: the labels name nothing but digests. */

export interface LabelledImage {
  /** As the `distro` of a package URL; absent: the image has no system. */
  readonly system?: string;
  /** Types of package URL of everything else in it; `generic` where programs are its own, and not those of system packages. */
  readonly languages: readonly string[];
}

const image = (system: string | undefined, ...languages: readonly string[]): LabelledImage => ({
  languages,
  ...(system === undefined ? {} : { system }),
});

/** By the first twelve digits of the digest. */
const IMAGES: ReadonlyMap<string, LabelledImage> = new Map([
  ['d48f0546b4cf', image('rhel-8', 'maven')],
  ['4c564f473d38', image('rhel-8', 'maven')],
  ['9cd85ee84e40', image('rhel-8', 'maven')],
  ['f56164678054', image(undefined, 'npm')],
  ['b2b58a55c0b0', image(undefined, 'pypi')],
  ['b3534fc2e379', image(undefined, 'maven')],
  ['7536ee345532', image(undefined, 'golang')],
  ['1a5a5f870924', image(undefined, 'gem')],
  ['92f1981518e9', image(undefined, 'pypi')],
  ['808f6cf3cf44', image('centos-8', 'pypi')],
  ['c8d664b0e728', image('ol-8', 'pypi')],
  ['524ff8a75f21', image('rhel-8', 'pypi')],
  ['10008791acbc', image('alpine-3.14', 'maven')],
  ['ba42ded8613f', image('alpine-3.12', 'npm')],
  ['5763c8a225f9', image('alpine-3.14', 'gem')],
  ['d1819e59e89e', image('alpine-3.14', 'golang')],
  ['f8e72da9f67c', image('ubuntu-20.04', 'maven', 'pypi', 'npm', 'gem')],
  ['01c78cee3fe3', image('alpine-3.11')],
  ['347fba6fbfa1', image(undefined, 'generic')],
  ['ff80ae5de344', image('alpine-3.12', 'golang')],
  ['ddac200f3ebc', image('alpine-3.2')],
  ['3688aa867eb8', image('centos-6', 'pypi')],
  ['8dc9652808dc', image('ubuntu-16.10')],
  ['cd49d7250ed7', image('almalinux-8.5', 'pypi')],
  ['72afc2e1a20c', image('rocky-8.4', 'pypi')],
  ['a06327c0f1d1', image('ol-6', 'pypi')],
  ['81e88820a775', image('debian-7')],
  ['2107a35b5859', image(undefined, 'generic')],
  ['1301cc9f889f', image('amzn-2', 'pypi')],
  ['68fecea0d255', image('rhel-8', 'pypi')],
  ['5e96e03a493a', image('debian-10', 'pypi', 'generic')],
  ['42137b9bd1fa', image('debian-11', 'npm', 'generic')],
  ['d8a88e8e15fd', image('debian-9', 'npm', 'generic')],
  ['b9e3e52f61e0', image('ubuntu-20.04', 'npm', 'generic')],
  ['6fd5699ab182', image('debian-11', 'maven')],
  ['fcfcbb026e0e', image('debian-11', 'maven')],
  ['e8fea6b4279f', image('rhel-8', 'maven')],
  ['be3834598c3c', image('wolfi-20220914')],
  ['04d4219d5dfb', image('ubuntu-20.04', 'gem', 'golang', 'npm')],
  ['1a67ab960138', image('debian-10')],
]);

/** The first twelve digits of the digest in a reference. */
export const digestOf = (reference: string): string => /@sha256:([0-9a-f]{12})/.exec(reference)?.[1] ?? '';

/** What is known of an image, by its reference with digest. */
export function labelledImage(reference: string): LabelledImage | undefined {
  return IMAGES.get(digestOf(reference));
}

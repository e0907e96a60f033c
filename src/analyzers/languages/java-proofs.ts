import { compareMaven } from '../../versions/maven.ts';
import { isOneRelease } from '../../versions/releases.ts';
import type { PackageFact } from '../analyzer.ts';
import type { FileNamed } from './java-file-names.ts';
import { type JarManifest, releaseOf } from './java-manifest.ts';
import type { Pom } from './java-poms.ts';

/** One place of an archive that states its version. */
interface Proof {
  readonly where: NonNullable<Pom['file']> | 'file name' | 'manifest';
  readonly version: string;
}

/** What Maven noted in its two files. */
export const notedIn = ({ version, file, besides }: Pom): readonly Proof[] => [
  ...(file === undefined ? [] : [{ where: file, version }]),
  ...(besides === undefined ? [] : [{ where: 'pom.xml', version: besides } as const]),
];

/** What the name of the file says, where that is called after the artifact. */
export const namedAs = ({ group, artifact }: Pom, named: FileNamed | undefined): readonly Proof[] =>
  named !== undefined && (named.artifact === artifact || named.artifact === `${group}.${artifact}`)
    ? [{ where: 'file name', version: named.version }]
    : [];

/** What the manifest says, where it is of this artifact and not of the product that the archive came with: its title or its module has all words of the name. */
export function statedOf({ artifact }: Pom, manifest: JarManifest | undefined): readonly Proof[] {
  const value = (key: string): string => manifest?.main.get(key) ?? '';
  const names = wordsOf(
    `${value('Implementation-Title')} ${value('Bundle-SymbolicName')} ${value('Automatic-Module-Name')}`,
  );
  if (!wordsOf(artifact.replace(/_\d.*$/, '')).every((word) => names.includes(word))) return [];
  return ['Implementation-Version', 'Bundle-Version'].flatMap((key): Proof[] => {
    const version = releaseOf(value(key));
    return version === undefined ? [] : [{ where: 'manifest', version }];
  });
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[-._;#\s]+/, 64)
    .filter((word) => word !== '');

/**
 * What its own archive says against the version of a package: whoever raises one of them to hide something leaves the others. Of 1,009 archives of Maven's
 * central repository and of Debian none has another version in its name or its `pom.xml` than in `pom.properties`, and six have an older one in their
 * manifest. So a manifest alone decides where its two lines stand against one other proof, and is told where they do not (commons-beanutils 1.7.0 was published with
 * one line, of 1.6); one that agrees in one of its lines is not asked.
 */
export function disputedByProofs(fact: PackageFact, proofs: readonly Proof[]): PackageFact {
  const agreeing = proofs.filter(({ version }) => isOneRelease(version, fact.version));
  const isManifest = ({ where }: Proof): boolean => where === 'manifest';
  const older = proofs.filter(
    (proof) => isBefore(proof.version, fact.version) && !(isManifest(proof) && agreeing.some(isManifest)),
  );
  if (older.length === 0) return fact;
  const isLight = older.every(isManifest);
  const { version } = older.reduce((least, proof) => (isBefore(proof.version, least.version) ? proof : least));
  const said = new Set(older.map(({ where, version }) => `its ${where} says ${version}`));
  return {
    ...fact,
    disputed: {
      version,
      because: [...said].join(', '),
      ...(isLight && { isLight }),
      ...(isLight && agreeing.length >= older.length && { isKept: true }),
    },
  };
}

const isBefore = (version: string, other: string): boolean =>
  !isOneRelease(version, other) && compareMaven(version, other) < 0;

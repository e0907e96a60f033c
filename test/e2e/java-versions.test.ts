/**
 * Some 250 Java archives as Maven's registry has them, in a folder that is scanned: none is told to be edited; and each of a few, after one line in it was
 * raised, is.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeInventory } from '../../src/inventory/take.ts';
import { openDirectory } from '../../src/sources/files/directory.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { javaArchivesOf } from './fetched.ts';
import { lacking, titled } from './machine.ts';

const [noProgram] = lacking('mvn', 'java', 'python3');
const library =
  noProgram === undefined
    ? javaArchivesOf(
        'org.apache.spark:spark-core_2.12:3.3.1',
        'org.springframework.boot:spring-boot-starter-web:2.5.6',
        'org.apache.struts:struts2-core:2.5.22',
        'io.quarkus:quarkus-resteasy-jackson:2.16.0.Final',
        'org.apache.kafka:kafka-clients:3.3.1',
      )
    : undefined;
const missing =
  noProgram !== undefined
    ? `${noProgram} is not installed`
    : library === undefined
      ? 'Maven could not fetch the archives'
      : undefined;

/** Raises the version in what Maven noted of an archive itself, and leaves all else as it was. */
const RAISE = `
import re, sys, zipfile
source, target, artifact = sys.argv[1:]
with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as new:
    for member in old.infolist():
        body = old.read(member)
        if member.filename.endswith('/' + artifact + '/pom.properties'):
            body = re.sub(rb'(?m)^version=.*$', b'version=99.0.0', body)
        new.writestr(member, body)
`;

async function seen(folder: string) {
  const opened = await openDirectory(`dir:${folder}`, folder);
  const { inventory } = await takeInventory(opened);
  await opened.close();
  return inventory;
}

describe.skipIf(missing !== undefined)(titled('Java archives of a registry', missing), () => {
  it('are not told to be edited', async () => {
    const { packages, signs } = await seen(library!);
    expect(readdirSync(library!).filter((name) => name.endsWith('.jar')).length).toBeGreaterThan(200);
    expect(packages.length).toBeGreaterThan(200);
    expect((signs ?? []).filter(({ level }) => level === 'warning')).toEqual([]);
    expect(packages.filter(({ recovered }) => recovered !== undefined)).toEqual([]);
  });

  it.each(['log4j-to-slf4j', 'jackson-databind', 'struts2-core', 'commons-text', 'hadoop-client-api', 'snakeyaml'])(
    'are once the note in %s was raised, whatever their file is called',
    async (artifact) => {
      const file = readdirSync(library!).find((name) => name.startsWith(`${artifact}-`))!;
      const version = file.slice(artifact.length + 1, -'.jar'.length);
      const folder = temporaryFolder();
      for (const name of [file, `${artifact}.jar`]) {
        const place = join(folder, name);
        mkdirSync(place);
        const { status } = spawnSync('python3', ['-c', RAISE, join(library!, file), join(place, name), artifact]);
        expect(status).toBe(0);
      }
      const { packages, signs } = await seen(folder);
      const own = packages.filter(({ name }) => name.endsWith(`:${artifact}`));
      expect(own.map((pkg) => pkg.version)).toEqual([version]);
      expect(own[0]).toMatchObject({ certainty: 'name', recovered: 'trace', properties: { contradictedBy: '99.0.0' } });
      expect(own[0]?.evidence).toHaveLength(2);
      expect(signs?.filter(({ level }) => level === 'warning').map(({ check }) => check)).toEqual([
        'versions-contradicted',
      ]);
    },
  );
});

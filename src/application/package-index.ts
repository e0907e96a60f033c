import type { IndexAsker } from '../advisories/build/index.ts';
import { type Sources, sourcesInRecord } from '../formats/python/index.ts';
import { createHttp } from '../network/http.ts';
import { pipIndexes, pythonIndex, recordedVersions, releaseWheels } from '../remediate/python/index.ts';
import { certified } from './fix-indexes.ts';
import type { Surroundings } from './surroundings.ts';

/** The package index that this machine's pip is configured for, for a database update to ask; undefined: there is none. */
export async function indexAsker({ environment, progress, signal }: Surroundings): Promise<IndexAsker | undefined> {
  const configured = await pipIndexes(environment);
  if (configured === undefined || configured.none) return undefined;
  const http = createHttp({ environment: certified(environment), progress });
  const index = pythonIndex(configured, http, certified(environment), signal);
  return {
    address: new URL(configured.addresses[0] as string).host,
    async versions(name) {
      const files = await index.files(name);
      return files && recordedVersions(name, files);
    },
    async sources(name, known, most) {
      const files = await index.files(name);
      if (files === undefined) return undefined;
      const wanted = [...releaseWheels(files)].filter(([version]) => !known.has(version)).slice(0, most);
      const told = new Map<string, ReadonlyMap<string, Sources>>();
      for (const [version, wheel] of wanted) {
        signal?.throwIfAborted();
        const record = await index.recordedFiles?.(wheel);
        if (record !== undefined) told.set(version, sourcesInRecord(record));
      }
      return told;
    },
    close: () => http.close(),
  };
}

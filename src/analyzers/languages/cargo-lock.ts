import { list, object, readToml, text } from '../../formats/text/index.ts';
import { analyzer, type PackageFact } from '../analyzer.ts';
import { properties, withValues } from '../fact-values.ts';

/**
 * What a Cargo.lock declares: on an image it is what is left of a build, and no proof of what was compiled in.
 * https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html
 */
export const cargoLock = analyzer({
  name: 'cargo-lock',
  version: 3,
  files: ['**/Cargo.lock'],
  *read(file) {
    for (const entry of list(readToml(file.text()).package)) {
      const crate = object(entry);
      const [name, version] = [text(crate.name), text(crate.version)];
      // A package without a source is the workspace's own.
      if (name !== undefined && version !== undefined && text(crate.source) !== undefined)
        yield withValues({ type: 'cargo', name, version, role: 'declared', properties: digest(text(crate.checksum)) });
    }
  },
});

/** The registry's checksum of the crate is SHA-256. */
const digest = (checksum: string | undefined): PackageFact['properties'] =>
  properties({ sha256: checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum) ? checksum : undefined });

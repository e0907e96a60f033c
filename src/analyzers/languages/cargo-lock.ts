import { analyzer } from '../analyzer.ts';

/**
 * What a Cargo.lock declares: on an image it is what is left of a build, and no proof of what was compiled in.
 * https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html
 */
export const cargoLock = analyzer({
  name: 'cargo-lock',
  version: 1,
  files: ['**/Cargo.lock'],
  *read(file) {
    for (const table of file
      .text()
      .split(/^\[\[package\]\]\s*$/m)
      .slice(1)) {
      const value = (key: string): string | undefined => new RegExp(`^${key} = "([^"\\n]+)"`, 'm').exec(table)?.[1];
      const name = value('name');
      const version = value('version');
      // A package without a source is the workspace's own.
      if (name !== undefined && version !== undefined && value('source') !== undefined)
        yield { type: 'cargo', name, version, role: 'declared' };
    }
  },
});

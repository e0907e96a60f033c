import { analyzer } from '../analyzer.ts';

/** Toolchains that keep their version in a file: the Go distribution. https://go.dev/doc/install/source#environment */
export const toolchainFiles = analyzer({
  name: 'toolchain-files',
  version: 1,
  files: ['**/go/VERSION'],
  maxBytes: 4 * 1024,
  *read(file) {
    const go = /^go(\d+\.\d+(?:\.\d+)?(?:(?:rc|beta)\d+)?)\s*$/m.exec(file.text())?.[1];
    if (go !== undefined)
      yield { type: 'generic', name: 'go', version: go, certainty: 'exact', properties: { cpe: 'golang:go' } };
  },
});

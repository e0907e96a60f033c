import { shortLines } from '../../formats/text/index.ts';
import { analyzer } from '../analyzer.ts';

/**
 * What pip and setuptools carry along, from the list they keep of it: no metadata of its own lies beside most of these
 * copies, yet they are imported and run. https://github.com/pypa/pip/blob/main/src/pip/_vendor/README.rst
 */
export const pythonVendor = analyzer({
  name: 'python-vendor',
  version: 1,
  files: ['**/_vendor/vendor.txt', '**/_vendor/vendored.txt', '**/_vendor/requirements.txt'],
  maxBytes: 1024 * 1024,
  *read(file) {
    const carrier = /([^/]+)\/_vendor\/[^/]+$/.exec(file.path)?.[1];
    for (const line of shortLines(file.text())) {
      const match = /^\s*([A-Za-z0-9][\w.-]*)\s*==\s*([^\s;#]+)/.exec(line);
      if (match === null || isPartOnly(match[1]!, carrier)) continue;
      yield {
        type: 'pypi',
        name: match[1]!,
        version: match[2]!,
        role: 'vendored',
        ...(carrier === undefined ? {} : { properties: { bundledIn: carrier } }),
      };
    }
  },
});

/** pip carries pkg_resources only, under the name and version of the setuptools it was taken from; the flaws of that lie elsewhere. */
const isPartOnly = (name: string, carrier: string | undefined): boolean => name === 'setuptools' && carrier === 'pip';

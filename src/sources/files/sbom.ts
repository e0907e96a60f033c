import { readFile, stat } from 'node:fs/promises';
import { PlimsollError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import type { Image } from '../../model.ts';
import { isObject, jsonObject, textOf } from '../json.ts';

/**
 * A software bill of materials in place of an image: what it lists is taken for what is there, since there is nothing else.
 * CycloneDX and SPDX 2.x, as JSON. Throws `not-found`, `limit`, `corrupt`, and `unsupported` for other documents, naming what was expected.
 * https://cyclonedx.org/docs/1.6/json/ https://spdx.github.io/spdx-spec/v2.3/
 */
export async function openSbom(reference: string, path: string): Promise<Image> {
  const status = await stat(path).catch(() => undefined);
  if (!status?.isFile()) throw new PlimsollError('not-found', 'there is no such file', { where: path });
  if (status.size > LIMITS.sbomBytes)
    throw new PlimsollError('limit', `the SBOM is larger than ${LIMITS.sbomBytes} bytes`, { where: path });
  const document = jsonObject(await readFile(path), path, 'SBOM');
  const isCycloneDx = document.bomFormat === 'CycloneDX';
  if (!isCycloneDx && textOf(document.spdxVersion)?.startsWith('SPDX-2') !== true) {
    throw new PlimsollError('unsupported', 'neither CycloneDX JSON nor SPDX 2 JSON', {
      where: path,
      hint: 'make one with plimsoll inventory -f cyclonedx, syft -o cyclonedx-json or trivy image --format cyclonedx',
    });
  }
  const metadata = isObject(document.metadata) ? document.metadata : {};
  const component = isObject(metadata.component) ? metadata.component : {};
  const name = isCycloneDx ? textOf(component.name) : textOf(document.name);
  const version = textOf(component.version);
  const created = isCycloneDx
    ? textOf(metadata.timestamp)
    : isObject(document.creationInfo)
      ? textOf(document.creationInfo.created)
      : undefined;
  return {
    subject: {
      reference,
      source: 'sbom',
      name: name ?? path,
      ...(version?.startsWith('sha256:') ? { digest: version } : {}),
      ...(created === undefined ? {} : { created }),
      layers: [],
    },
    layers: [],
    document,
    notices: [
      {
        level: 'info',
        code: 'sbom',
        message: 'judged by a bill of materials: what it does not list was not looked at',
      },
    ],
    close: async () => {},
  };
}

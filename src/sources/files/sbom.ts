import { readFile, stat } from 'node:fs/promises';
import { decodedText } from '../../bounded-file.ts';
import { PlimsollError } from '../../errors.ts';
import { billOfJson, billOfText } from '../../formats/sbom/index.ts';
import { LIMITS } from '../../limits.ts';
import { missingFile } from '../../missing-file.ts';
import type { Bill, Image } from '../../model.ts';
import { isObject, jsonObject, type UnknownRecord } from '../json.ts';

/** The target that means standard input. */
const STANDARD_INPUT = '-';

/**
 * A software bill of materials in place of an image: what it lists is taken for what is there, since there is nothing else.
 * CycloneDX as JSON or XML, SPDX 2 as JSON or tag-value, SPDX 3 as JSON-LD, Syft's JSON, GitHub's export; `-` is standard input.
 * Throws `not-found`, `limit`, `corrupt`, and `unsupported` for other documents, naming what was expected.
 * https://cyclonedx.org/specification/overview/ https://spdx.github.io/spdx-spec/
 */
export async function openSbom(reference: string, path: string): Promise<Image> {
  const where = path === STANDARD_INPUT ? 'standard input' : path;
  const bytes = path === STANDARD_INPUT ? await readAll(process.stdin) : await bytesOf(path);
  const bill = readBill(bytes, where);
  return {
    subject: {
      reference,
      source: 'sbom',
      name: bill.name ?? where,
      ...(bill.digest === undefined ? {} : { digest: bill.digest }),
      ...(bill.created === undefined ? {} : { created: bill.created }),
      ...(bill.supplier === undefined ? {} : { supplier: bill.supplier }),
      layers: [],
    },
    layers: [],
    bill,
    notices: [
      {
        level: 'info',
        code: 'sbom',
        message: `judged by a bill of materials (${bill.format}${bill.creator === undefined ? '' : ` of ${bill.creator}`}): what it does not list was not looked at`,
      },
    ],
    close: async () => {},
  };
}

async function bytesOf(path: string): Promise<Buffer> {
  const status = await stat(path).catch(() => undefined);
  if (!status) throw missingFile(path);
  if (!status.isFile()) throw new PlimsollError('unsupported', 'this is no file', { where: path });
  if (status.size > LIMITS.sbomBytes) throw tooLarge(path);
  return readFile(path);
}

const tooLarge = (where: string): PlimsollError =>
  new PlimsollError('limit', `the SBOM is larger than ${LIMITS.sbomBytes} bytes`, { where });

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LIMITS.sbomBytes) throw tooLarge('standard input');
    chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk));
  }
  if (size === 0)
    throw new PlimsollError('usage', 'nothing came in on standard input', {
      hint: 'syft IMAGE -o cyclonedx-json | plimsoll scan sbom:-',
    });
  return Buffer.concat(chunks);
}

function readBill(bytes: Buffer, where: string): Bill {
  const text = decodedText(bytes);
  const isJson = /^\ufeff?\s*[{[]/.test(text.slice(0, 1_000));
  const document = isJson ? jsonObject(Buffer.from(text), where, 'SBOM') : undefined;
  const bill = document ? billOfJson(document) : located(where, () => billOfText(text));
  if (bill !== undefined) return bill;
  if (document) refuseOurs(document, where);
  throw new PlimsollError(
    'unsupported',
    'neither CycloneDX (JSON, XML), SPDX 2 (JSON, tag-value), SPDX 3 (JSON-LD), a snapshot for GitHub nor the JSON of Syft',
    {
      where,
      hint: `make one with plimsoll inventory -f cyclonedx, syft -o cyclonedx-json or trivy image --format cyclonedx${document ? "; another scanner's report is read by plimsoll compare FILE --image IMAGE" : ''}`,
    },
  );
}

/** Throws `unsupported` for what this program wrote with `-f json`: that is a result, and what it is of is to be given. */
function refuseOurs({ tool, subject }: UnknownRecord, where: string): void {
  if (!isObject(tool) || tool.name !== 'plimsoll') return;
  const of = isObject(subject) && typeof subject.reference === 'string' ? subject.reference : undefined;
  throw new PlimsollError('unsupported', `this is a report of plimsoll${of ? `, of ${of}` : ''}, and no image`, {
    where,
    hint: `give the image itself${of ? `: ${of}` : ''}; plimsoll report FILE shows a report again`,
  });
}

/** What a reader of texts throws says where in the text, and not which file. */
function located<Value>(where: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.where !== undefined) throw error;
    throw new PlimsollError(error.code, error.message, { where, cause: error });
  }
}

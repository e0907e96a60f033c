import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { PlimsollError, printable } from '../../errors.ts';
import { otherSchema, publishedSchema, type SchemaName } from '../../schemas.ts';

/** Throws `corrupt` where a value is not what the part of the schema says; `what` names it in the message. */
export type Conformer = (value: unknown, part: string, what: string) => void;

/**
 * Holds values to one of our published schemas, or to a part of it (`/properties/findings/items`): a document is read in pieces and each
 * is looked at alone. What a later version added passes.
 */
export function conformer(name: SchemaName, where: string): Conformer {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const schema = publishedSchema(name);
  ajv.addSchema(schema);
  return (value, part, what) => {
    const check = ajv.getSchema(`${schema.$id}#${part}`);
    if (check === undefined || check(value) === true) return;
    const other = part === '' ? otherSchema((value as { schemaVersion?: unknown }).schemaVersion) : undefined;
    if (other !== undefined)
      throw new PlimsollError('corrupt', `this ${other}`, {
        where,
        hint: 'write it again with the plimsoll that reads it',
      });
    const [first] = (check.errors ?? []) as readonly ErrorObject[];
    const place = `${what}${first?.instancePath ?? ''}`;
    throw new PlimsollError(
      'corrupt',
      `this is no document that plimsoll wrote: ${printable(place, 200)} ${wrong(first)}`,
      {
        where,
        hint: 'write it with -f json',
      },
    );
  };
}

const wrong = (error: ErrorObject | undefined): string => printable(error?.message ?? 'is not as it should be', 200);

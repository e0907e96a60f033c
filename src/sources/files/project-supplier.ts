import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonOf } from '../../formats/json-values.ts';
import { cycloneDxSupplier, supplierNamed } from '../../formats/supplier.ts';
import { type Json, type JsonObject, list, object, readToml, text } from '../../formats/text/index.ts';
import { LIMITS } from '../../limits.ts';
import type { Supplier } from '../../model.ts';

/**
 * Whom a project is from, by its own manifests: the maintainers of `pyproject.toml`, else its authors (also Poetry's), else the author of
 * `package.json`. Undefined where none is named; a manifest that cannot be read names nobody, its reader tells what is wrong with it.
 * https://packaging.python.org/en/latest/specifications/pyproject-toml/#authors-maintainers https://docs.npmjs.com/cli/configuring-npm/package-json#people-fields-author-contributors
 */
export async function projectSupplier(folder: string): Promise<Supplier | undefined> {
  const [pyproject, manifest] = await Promise.all([
    readSmall(join(folder, 'pyproject.toml')),
    readSmall(join(folder, 'package.json')),
  ]);
  const stated = pyproject === undefined ? undefined : ofPyproject(pyproject);
  return stated ?? (manifest === undefined ? undefined : personOf(object(jsonOf(manifest) as Json).author));
}

async function readSmall(path: string): Promise<string | undefined> {
  const status = await stat(path).catch(() => undefined);
  if (!status?.isFile() || status.size > LIMITS.fileBytes) return undefined;
  return readFile(path, 'utf8').catch(() => undefined);
}

function ofPyproject(content: string): Supplier | undefined {
  const document = tomlOf(content);
  const project = object(document.project);
  const people = [project.maintainers, project.authors, object(object(document.tool).poetry).authors];
  return people.flatMap((people) => list(people).slice(0, 1)).flatMap((person) => personOf(person) ?? [])[0];
}

function tomlOf(content: string): JsonObject {
  try {
    return readToml(content);
  } catch {
    return {};
  }
}

/** `Jane Doe <jane@example.org>`, or an object with `name` and `email`, of which a name tells whether it is a person's. */
function personOf(value: Json | undefined): Supplier | undefined {
  const written = text(value);
  if (written !== undefined) return supplierNamed(written);
  const kind = supplierNamed(text(object(value).name) ?? '')?.kind;
  return kind && cycloneDxSupplier(value, kind);
}

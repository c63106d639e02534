// The published schemas that reports are held to, from the packages that carry them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';

const require = createRequire(import.meta.url);

function read(path: string): object {
  return JSON.parse(readFileSync(path, 'utf8')) as object;
}

const formats = {
  uri: isUri,
  'uri-reference': (text: string) => !/\s/.test(text),
  'iri-reference': (text: string) => !/\s/.test(text),
  'date-time': (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
  'idn-email': true,
  email: true,
} as const;

function isUri(text: string): boolean {
  return URL.canParse(text);
}

function schemaValidator(): Ajv {
  return new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, formats });
}

/** SARIF 2.1.0, as OASIS published it: written for draft 4 of JSON Schema, and with nothing that draft 7 reads otherwise. */
export function sarifSchema(): ValidateFunction {
  const folder = dirname(require.resolve('@microsoft/jest-sarif/package.json'));
  const published = read(join(folder, 'lib', 'schemas', 'sarif-2.1.0-rtm.5.json'));
  const { $schema: _draft, id: _id, ...schema } = published as Readonly<Record<string, unknown>>;
  return schemaValidator().compile(schema);
}

/** CycloneDX 1.6, with the schemas that it refers to. */
export function cyclonedxSchema(): ValidateFunction {
  const folder = join(dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res', 'schema');
  const ajv = schemaValidator();
  for (const name of ['spdx', 'jsf-0.82']) {
    ajv.addSchema(
      read(join(folder, `${name}.SNAPSHOT.schema.json`)),
      `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`,
    );
  }
  return ajv.compile(read(join(folder, 'bom-1.6.SNAPSHOT.schema.json')));
}

/** What is wrong with a document, in words; empty: nothing. */
export function mistakesIn(document: unknown, validate: ValidateFunction): string[] {
  return validate(document) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
}

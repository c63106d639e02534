// What `-o json` prints, held to the published schema before anything is looked up in it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { ImageVerdictList, WorkloadItem, WorkloadVerdictList } from '../../src/core/report.ts';
import { type Ended, root } from './run-cli.ts';

/** The list of workloads that a run printed. */
export function workloadsIn({ stdout }: Ended): WorkloadVerdictList {
  return asPublished(JSON.parse(stdout)) as WorkloadVerdictList;
}

export function imagesIn({ stdout }: Ended): ImageVerdictList {
  return asPublished(JSON.parse(stdout)) as ImageVerdictList;
}

/** Fails the test where a report is not as docs/status.schema.json says. */
export function asPublished(report: unknown): unknown {
  const schema = JSON.parse(readFileSync(join(root, 'docs', 'status.schema.json'), 'utf8')) as object;
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, formats: { 'date-time': true } });
  const validate = ajv.compile(schema);
  const mistakes = validate(report) ? [] : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
  expect(mistakes).toEqual([]);
  return report;
}

/** The item of `deployment/cart`; throws with the names that are there. */
export function itemOf({ items }: WorkloadVerdictList, name: string): WorkloadItem {
  const found = items.find((item) => labelOf(item) === name);
  if (found === undefined) throw new Error(`${name} is not among ${items.map(labelOf).join(', ')}`);
  return found;
}

export function labelOf({ workload }: WorkloadItem): string {
  return `${workload.kind.toLowerCase()}/${workload.name}`;
}

export function labelsIn(list: WorkloadVerdictList): string[] {
  return list.items.map(labelOf).toSorted();
}

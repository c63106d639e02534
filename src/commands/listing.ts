// What `status` lists, one way for every output: workloads, or with `--images` images.
import { apiVersion, imageRows, scanOf, workloadItem } from '../core/report.ts';
import type { ImageRow, ImageVerdictList, Judgement, ReportMetadata, WorkloadVerdictList } from '../core/report.ts';
import type { State } from '../core/inventory.ts';
import { imageNameLine, nameLine } from '../output/structured.ts';
import { imageTable, workloadTable } from '../output/table.ts';
import type { TableOptions } from '../output/table.ts';

export interface Listing {
  /** Of what, for messages. */
  readonly noun: 'workload' | 'image';
  readonly rows: number;
  /** Workloads listed, or those that run an image that is. */
  readonly workloads: number;
  readonly names: () => string;
  readonly list: (metadata: ReportMetadata) => WorkloadVerdictList | ImageVerdictList;
  readonly table: (options: TableOptions) => string;
  /** What the rows are made of, for written reports. */
  readonly judgements: readonly Judgement[];
  readonly images: () => readonly ImageRow[];
}

export function workloadListing(judgements: readonly Judgement[], state: State): Listing {
  return {
    noun: 'workload',
    rows: judgements.length,
    workloads: judgements.length,
    names: () => judgements.map(({ workload }) => nameLine(workload)).join(''),
    list: (metadata) => {
      const items = judgements.map((one) => workloadItem(one, state));
      return { apiVersion, kind: 'WorkloadVerdictList', metadata, items };
    },
    table: (options) => workloadTable(judgements, scanOf(state), options),
    judgements,
    images: () => imageRows(judgements, state),
  };
}

/** `judgements`: of all workloads that the images were looked for in. */
export function imageListing(rows: readonly ImageRow[], judgements: readonly Judgement[]): Listing {
  const items = rows.map(({ item }) => item);
  const running = new Set(rows.flatMap(({ uses }) => uses.map(({ workload }) => workload.uid)));
  return {
    noun: 'image',
    rows: rows.length,
    workloads: running.size,
    names: () => items.map(imageNameLine).join(''),
    list: (metadata) => ({ apiVersion, kind: 'ImageVerdictList', metadata, items }),
    table: (options) => imageTable(items, options),
    judgements: judgements.filter(({ workload }) => running.has(workload.uid)),
    images: () => rows,
  };
}

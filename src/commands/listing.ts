// What `status` lists, one way for every output: workloads, or with `--images` images.
import { apiVersion, scanOf, workloadItem } from '../core/report.ts';
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
  };
}

export function imageListing(rows: readonly ImageRow[]): Listing {
  const items = rows.map(({ item }) => item);
  return {
    noun: 'image',
    rows: rows.length,
    workloads: new Set(rows.flatMap(({ uses }) => uses.map(({ workload }) => workload.uid))).size,
    names: () => items.map(imageNameLine).join(''),
    list: (metadata) => ({ apiVersion, kind: 'ImageVerdictList', metadata, items }),
    table: (options) => imageTable(items, options),
  };
}

// States in which workloads were judged, as a run that goes on keeps them; and what a page says of one.
import { refresh } from '../../src/core/assemble.ts';
import { nothingTouched, record } from '../../src/core/inventory.ts';
import type { Fact, State } from '../../src/core/inventory.ts';
import { judgeTouched } from '../../src/core/judged.ts';
import type { Policy } from '../../src/core/policy.ts';
import { emptyState } from '../../src/core/state.ts';
import { everything } from '../../src/core/selection.ts';
import type { OwnerObject, PodContainer } from '../../src/core/workload.ts';
import { createContents } from '../../src/ui/contents.ts';
import type { Page } from '../../src/ui/page.ts';
import type { Content, Table, Text } from '../../src/ui/table.ts';
import { aContainer, anObject, aPod, aPolicy, aTemplate, now, ownedBy } from './builders.ts';
import { aPicture } from './screens.ts';
import { clusterRead, seen } from './states.ts';

/** After one turn that read the whole cluster. */
export function judgedState(facts: readonly Fact[], policy: Policy = aPolicy()): State {
  const state = emptyState(policy);
  judgeMore(state, [...facts, clusterRead]);
  return state;
}

/** One more turn. */
export function judgeMore(state: State, facts: readonly Fact[], at = now): void {
  const touched = nothingTouched();
  record(state, facts, touched);
  refresh(state, touched, at);
  judgeTouched(state, touched, everything, { ownNamespaces: [] }, at);
}

/** A StatefulSet of that name with one pod that runs these containers. */
export function running(
  name: string,
  containers: readonly PodContainer[] = [aContainer()],
  overrides: Partial<OwnerObject> = {},
): Fact[] {
  const template = aTemplate({ containers: containers.map((one) => ({ ...one, imageID: '' })) });
  const object = anObject({ kind: 'StatefulSet', name, template, ...overrides });
  const { namespace } = object;
  const pod = aPod({ name: `${name}-0`, namespace: namespace ?? '', owner: ownedBy(object), node: null, containers });
  return seen(object, pod);
}

/** What a page says of a state. */
export function pageOf(state: State | null, page: Page, contents = aContents(), version = 1): Content {
  return contents(page, aPicture({ state, version }));
}

export function aContents(): ReturnType<typeof createContents> {
  return createContents({ help: () => ({ is: 'text', title: 'help', lines: [] }) });
}

export function tableOf(content: Content): Table {
  if (content.is === 'text') throw new Error(`a text: ${content.title}`);
  return content;
}

export function textOf(content: Content): string {
  if (content.is === 'table') throw new Error(`a table: ${content.title}`);
  return linesOf(content).join('\n');
}

function linesOf({ lines }: Text): string[] {
  return lines.map(({ cells }) => cells.map(({ text }) => text).join(''));
}

/** The cell of a row by the id of its column. */
export function cellOf({ columns, rows }: Table, row: number, column: string): string {
  const index = columns.findIndex(({ id }) => id === column);
  return rows[row]?.cells[index]?.text ?? `no ${column} in row ${row} of ${rows.length}`;
}

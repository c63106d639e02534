// What `enforce` says of itself before anything happens: where, by what, and whether it acts at all.
import type { Pause } from '../core/history.ts';
import type { DryRun } from '../core/plan-acts.ts';
import { printable } from './printable.ts';

export interface Enforcement {
  /** `context "prod", https://..., namespace shop`. */
  readonly cluster: string;
  readonly policy: string;
  readonly xray: string;
  /** The folder of journal and memory; where it does not last, why that is so. */
  readonly state: string;
  readonly lasts: boolean;
  readonly dryRun: DryRun;
  readonly once: boolean;
  readonly pause: Pause | null;
}

export function enforcementText({ cluster, policy, xray, state, lasts, dryRun, once, pause }: Enforcement): string {
  const lines = [
    `cluster: ${cluster}`,
    `policy:  ${policy}`,
    `xray:    ${xray}`,
    `state:   ${lasts ? state : `does not last: ${state}; no grace period ends, and no limit is remembered; name a folder that does with --journal DIR`}`,
    `mode:    ${modeWords[dryRun]}${once ? ', once' : ', until it is stopped'}`,
    ...(pause === null ? [] : [`paused:  ${pauseWords(pause)}`]),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

const modeWords: Readonly<Record<DryRun, string>> = {
  none: 'acts on the policy',
  client: 'says what it would do and changes nothing (--confirm acts)',
  server: 'lets the server check what it would do and changes nothing (--confirm alone acts)',
};

function pauseWords({ message, at }: Pause): string {
  const since = new Date(at).toISOString();
  return `since ${since}, nothing is done by policy: ${message}; go on with: kubectl xray enforce --confirm --resume`;
}

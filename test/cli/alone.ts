// One workload in scope, on a machine on which nothing else was done: so that no test counts for the limits of another.
import type { ActionRecordItem, ActionRecordList } from '../../src/core/history.ts';
import type { ActingShop } from './acting-shop.ts';
import { type RanThrough, ranThrough } from './ran-through.ts';
import type { CliOptions, Ended, StartedCli } from './run-cli.ts';

export interface Alone {
  /** `enforce --confirm`, and more words. */
  readonly enforce: (words?: string, kubeconfig?: string) => StartedCli;
  readonly once: (kubeconfig?: string) => Promise<RanThrough>;
  readonly run: (words: string) => Promise<Ended>;
  readonly start: (words: string, kubeconfig?: string) => StartedCli;
  readonly history: () => Promise<readonly ActionRecordItem[]>;
  /** `Intended`, `Ended effective`, in the order of the journal. */
  readonly journal: () => readonly string[];
}

/**
 * `name` is that of the workload, whose label `app` it is; its condemned images call for `action`, and `more` stands beside
 * that in the policy: `, widgets.example.com: scaledown`; its last lines are `limits`.
 */
export function alone(shop: ActingShop, name: string, action: 'scaledown' | 'delete', more = '', limits = ''): Alone {
  const home = shop.another(`machine-of-${name}`);
  const policy = `scanPolicy: { security: { default: ${action}${more} } }\n${limits}`;
  const optionsWith = (kubeconfig = shop.options.files?.['kubeconfig'] ?? ''): CliOptions => ({
    env: { KUBECTL_XRAY_HOME: home },
    files: { kubeconfig, 'policy.yaml': policy },
  });
  const enforce: Alone['enforce'] = (words = '', kubeconfig) =>
    shop.start(`enforce --confirm --policy policy.yaml -l app=${name} ${words}`.trim(), optionsWith(kubeconfig));
  const run: Alone['run'] = (words) => shop.run(words, optionsWith());
  return {
    enforce,
    once: async (kubeconfig) => ranThrough(enforce('--once', kubeconfig)),
    run,
    start: (words, kubeconfig) => shop.start(words, optionsWith(kubeconfig)),
    history: async () => (JSON.parse((await run('history --acts -o json')).stdout) as ActionRecordList).items,
    journal: () =>
      shop.journal(home).map((line) => (line.type === 'Ended' ? `${line.type} ${line.outcome}` : line.type)),
  };
}

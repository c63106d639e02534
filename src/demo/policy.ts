// The policy of the made-up shop: something of everything a policy file can say.
import { defaultPolicy } from '../core/policy.ts';
import type { Action, Exception, Policy, Rule } from '../core/policy.ts';
import { days, minutes } from './made-up.ts';

export function demoPolicy(): Policy {
  return {
    ...defaultPolicy,
    source: 'made up for the demo',
    unscanned: {
      ...defaultPolicy.unscanned,
      whitelistNamespaces: ['monitoring'],
      actions: rules({ deployments: 'scaledown' }),
      gracePeriod: minutes(10),
    },
    security: {
      ...defaultPolicy.security,
      actions: rules({
        deployments: 'scaledown',
        replicaSets: 'scaledown',
        cronJobs: 'scaledown',
        statefulSets: 'scaledown',
        pods: 'delete',
        'settlements.acme.example': 'scaledown',
      }),
    },
    license: {
      ...defaultPolicy.license,
      basis: 'both',
      denied: ['BUSL-1.1'],
      actions: rules({ deployments: 'scaledown', statefulSets: 'scaledown', cronJobs: 'scaledown' }),
      gracePeriod: days(7),
    },
    exceptions: [
      exception({ cve: 'CVE-2021-44228' }, 'search', 'statefulset/elastic', 'JNDI is switched off: not reachable'),
      exception({ license: 'GPL-3.0-only' }, 'shop', 'cronjob/price-import', 'internal use, not distributed'),
    ],
    protectNamespaces: ['vault'],
  };
}

/** By the kind as KubeXray spells it, `statefulSets`; a custom kind as `plural.group`. */
function rules(actions: Readonly<Record<string, Action>>): Rule['actions'] {
  return new Map(Object.entries(actions).map(([key, action]) => [key.toLowerCase(), { action, key }]));
}

function exception(covers: Exception['covers'], namespace: string, workload: string, reason: string): Exception {
  return { covers, namespaces: [namespace], workloads: [workload], image: null, until: null, reason, by: 'ana' };
}

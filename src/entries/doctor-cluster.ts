// What `doctor` finds out about the cluster: whether it answers, to whom, what he may do, version and clock.
import type { ClusterConnection } from '../cluster/connect.ts';
import { askRights } from '../cluster/probe.ts';
import type { ServerProbed } from '../cluster/probe.ts';
import { whoAmI } from '../cluster/who-am-i.ts';
import type { Check } from '../commands/doctor.ts';
import { judgeClock } from '../core/doctor/clock.ts';
import { failed, ok, skipped } from '../core/doctor/diagnosis.ts';
import type { Found } from '../core/doctor/diagnosis.ts';
import { judgeExpiry } from '../core/doctor/local.ts';
import { allRights, judgeRights, roleRights } from '../core/doctor/rights.ts';
import type { Allowed } from '../core/doctor/rights.ts';
import { judgeKubernetesVersion } from '../core/doctor/versions.ts';
import { conditionTypes } from '../core/policy.ts';
import type { Action, Policy } from '../core/policy.ts';
import { stronger } from '../core/policy.ts';
import { earliestEnd } from '../xray/certificates.ts';
import type { World } from '../world.ts';

export interface ClusterProbes {
  /** Throws a ClusterError where none is configured. */
  readonly connection: () => ClusterConnection;
  /** Asked once, within its own time. */
  readonly server: () => Promise<ServerProbed>;
  readonly policy: () => Policy;
  /** Null: all namespaces. */
  readonly namespace: () => string | null;
}

export function clusterChecks({ clock }: World, probes: ClusterProbes): readonly Check[] {
  const { connection, server, policy, namespace } = probes;
  return [
    {
      area: 'cluster',
      name: 'context',
      needs: [],
      run: async () => {
        const { words, ca } = connection();
        const end = ca === null ? null : earliestEnd(ca);
        const cure = "renew the cluster's certificate authority, and the kubeconfig";
        return [ok(words), ...(end === null ? [] : [judgeExpiry('its certificate authority', end, clock.now(), cure)])];
      },
    },
    {
      area: 'cluster',
      name: 'version',
      needs: ['cluster context'],
      run: async () => [judgeKubernetesVersion((await server()).version)],
    },
    {
      area: 'cluster',
      name: 'clock',
      needs: ['cluster context', 'cluster version'],
      run: async () => [judgeClock('the API server', (await server()).timed)],
    },
    {
      area: 'cluster',
      name: 'credentials',
      needs: ['cluster context', 'cluster version'],
      run: async (signal) => [judgeUser(await whoAmI(connection(), signal))],
    },
    {
      area: 'cluster',
      name: 'rights',
      needs: ['cluster context', 'cluster credentials'],
      run: async (signal) => {
        const where = namespace();
        const allowed = await askRights(connection(), allRights(), where, signal);
        return rightsFound(allowed, policy(), where === null ? 'in the whole cluster' : `in namespace ${where}`);
      },
    },
  ];
}

function judgeUser(user: string): Found {
  if (user !== 'system:anonymous') return ok(`the cluster knows the user as ${user}`);
  return failed('the cluster takes the user for anonymous', 'log in again, or choose a user: --user, --token');
}

/** What the policy never calls for, nobody has to be allowed. */
function rightsFound(allowed: Allowed, policy: Policy, where: string): readonly Found[] {
  const { look, dry, enforceScaledown, enforceDelete, scaledown, delete: deleting, restore, ignore } = roleRights;
  const calls = strongestOf(policy);
  const enforce =
    calls === 'ignore'
      ? skipped('enforce --confirm: the policy calls for nothing')
      : judgeRights(calls === 'delete' ? enforceDelete : enforceScaledown, allowed, 'should', where);
  return [
    judgeRights(look, allowed, 'must', where),
    judgeRights(dry, allowed, 'should', where),
    enforce,
    ...[scaledown, deleting, restore, ignore].map((role) => judgeRights(role, allowed, 'may', where)),
  ];
}

function strongestOf(policy: Policy): Action {
  const called = conditionTypes.flatMap((type) => {
    return [policy[type].default, ...[...policy[type].actions.values()].map(({ action }) => action)];
  });
  return called.reduce(stronger, 'ignore');
}

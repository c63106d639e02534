// A Kubernetes Event for each accepted act, so that `kubectl describe` and `kubectl events` tell it. Best effort: whether
// it can be written changes nothing.
import type { ActOrder } from '../../core/act.ts';
import { write } from './ask.ts';
import { type Context, timeOf } from './context.ts';

/** Milliseconds that an Event may take, and bytes its note may have (events.k8s.io/v1). */
const patience = 5_000;
const noteLimit = 1_024;

const reasons = { scaledown: 'ScaledDown', delete: 'Deleted', restore: 'Restored' } as const;

/** `says`: what was done. `uid`: of the object made anew, else the target's. */
export async function announce(context: Context, order: ActOrder, says: string, uid: string): Promise<void> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(patience)]);
  const { target, action } = order;
  const { namespace, name } = target;
  const { actor, machine } = context.parts;
  await write(
    { ...context, signal },
    {
      method: 'POST',
      path: `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events`,
      dryRun: false,
      body: {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { namespace, name: `${name.slice(0, 200)}.${eventId(order.id)}` },
        eventTime: timeOf(context).replace('Z', '000Z'),
        reportingController: 'kubectl-xray',
        reportingInstance: machine.slice(0, 128) || 'unknown',
        action: action === 'scaledown' ? 'ScaleDown' : action === 'delete' ? 'Delete' : 'Restore',
        reason: reasons[action],
        type: action === 'restore' ? 'Normal' : 'Warning',
        note: noteOf(order, says, actor),
        regarding: { apiVersion: target.apiVersion, kind: target.kind, namespace, name, uid },
      },
    },
  );
}

/** `Set replicas to 0 by policy for ana: security (rule), CVE-2026-1 in npm://a:1 [id]`, cut to what an Event takes. */
export function noteOf({ id, by, reason }: ActOrder, says: string, actor: string): string {
  const { condition, rule, evidence } = reason;
  const because = [condition, rule === null ? null : `rule ${rule}`, ...evidence].filter((one) => one !== null);
  const why = because.length === 0 ? '' : `: ${because.join(', ')}`;
  const end = ` [${id}]`;
  return `${cut(`${says} by ${by} (${actor})${why}`, noteLimit - Buffer.byteLength(end))}${end}`;
}

function cut(words: string, bytes: number): string {
  if (Buffer.byteLength(words) <= bytes) return words;
  const whole = Buffer.from(words)
    .subarray(0, bytes - 3)
    .toString('utf8');
  // A letter that was cut in the middle reads as a replacement character.
  return `${whole.replace(/\uFFFD+$/, '')}…`;
}

function eventId(id: string): string {
  return (
    id
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .slice(-32) || 'act'
  );
}

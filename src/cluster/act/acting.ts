// Acts on a cluster: reads live what an order is about, says what the act would do and must not do, and makes the calls.
// It judges nothing, knows no policy and writes no journal; nothing it says holds a secret.
import type { ActOrder, Inspection, Performed, Ready } from '../../core/act.ts';
import { createDiscovery } from '../api-resources.ts';
import type { ClusterConnection } from '../connect.ts';
import { blockers } from './blockers.ts';
import type { ActingParts, Context } from './context.ts';
import { inspect } from './inspect.ts';
import { perform } from './perform.ts';

export interface Acting {
  /** Changes nothing. Throws a ClusterError where the server cannot be asked. */
  inspect(order: ActOrder, signal: AbortSignal): Promise<Inspection>;
  /** Carries out what was inspected, or has the server only check it. Never throws for what the server answered. */
  perform(order: ActOrder, ready: Ready, options: { dryRun: boolean }, signal: AbortSignal): Promise<Performed>;
  /** Why an accepted act is not effective yet. */
  blockers(order: ActOrder, signal: AbortSignal): Promise<readonly string[]>;
}

export function createActing(connection: ClusterConnection, parts: ActingParts): Acting {
  // What a server has may change between two acts, so each asks anew.
  const context = (signal: AbortSignal): Context => ({
    connection,
    parts,
    discovery: createDiscovery(connection, signal),
    signal,
  });
  return {
    inspect: (order, signal) => inspect(context(signal), order),
    perform: (order, ready, { dryRun }, signal) => perform(context(signal), order, ready, dryRun),
    blockers: (order, signal) => blockers(context(signal), order),
  };
}

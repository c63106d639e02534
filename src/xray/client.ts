// Requests to Xray and Artifactory: tried again where that helps, as many at once as the pace allows, and none where it
// is no use any more. It never throws but for the caller's own abort.
import { addressOf, attemptOnce } from './attempt.ts';
import type { Answer, Attempt, ServiceName, XrayRequest } from './attempt.ts';
import type { XrayBase, XrayConnection, XrayCredentials } from './connect.ts';
import { longestWait } from './failure.ts';
import type { Failure } from './failure.ts';
import { createGuard } from './guard.ts';
import { createTurnstile } from './turnstile.ts';
import type { Turnstile, XrayClock } from './turnstile.ts';

export type { Answer, ServiceName, XrayRequest } from './attempt.ts';

export interface XrayClient {
  readonly connection: XrayConnection;
  readonly clock: XrayClock;
  ask(request: XrayRequest, signal: AbortSignal): Promise<Answer>;
  /** The address in use. It changes while nobody has answered as Xray yet. */
  base(): XrayBase;
  /** Turns to the next address, if `from` is still in use; false where there is none left. */
  tryNextBase(from: XrayBase): boolean;
  /** No address is left to be tried: nothing is asked for a while, then all of them again. */
  giveUp(failure: Failure): void;
  /** An answer was Xray's: the address stays. */
  confirmBase(): void;
  /** What messages about a service's answers name. */
  named(service: ServiceName): { readonly service: ServiceName; readonly host: string };
  readonly turnstiles: Readonly<Record<ServiceName, Turnstile>>;
  /** Why such a request would not be sent now; null where it would. */
  stopped(request: Pick<XrayRequest, 'to' | 'doing'>): Failure | null;
  /** Asks again after a 401 or an untrusted certificate: the credentials or the trust have changed. */
  resume(): void;
  /** Goes on with other credentials, and asks again. */
  renew(credentials: XrayCredentials): void;
}

const tries = 3;
const firstBackoff = 250;

export function createXrayClient(
  connection: XrayConnection,
  { clock, random = Math.random }: { readonly clock: XrayClock; readonly random?: (() => number) | undefined },
): XrayClient {
  const turnstiles = { xray: createTurnstile(clock), artifactory: createTurnstile(clock) };
  const guards = { xray: createGuard(clock), artifactory: createGuard(clock) };
  let at = 0;
  let confirmed = false;
  const base = (): XrayBase => connection.bases[at] ?? connection.bases[0];

  const resume = (): void => {
    guards.xray.resume();
    guards.artifactory.resume();
  };

  const ask = async (request: XrayRequest, signal: AbortSignal): Promise<Answer> => {
    const [turnstile, guard] = [turnstiles[request.to], guards[request.to]];
    for (let nth = 1; ; nth += 1) {
      const stopped = guard.stopped(request.doing);
      if (stopped !== null) return { ok: false, status: null, failure: stopped, said: '', isJson: false };
      await turnstile.enter(signal);
      // The answer that came while this one waited may have ended all questions.
      const meanwhile = guard.stopped(request.doing);
      const began = clock.now();
      const asked = request.asked ?? 0;
      const full = asked > 0 && asked >= turnstile.pace().size;
      const attempt = meanwhile === null ? await attemptOnce(connection, base(), request, clock, signal) : null;
      turnstile.leave({
        result: attempt === null ? 'failed' : resultOf(attempt),
        asked,
        full,
        took: clock.now() - began,
      });
      if (attempt === null) continue;
      if (attempt.kind === 'answer') {
        guard.succeeded(request.doing);
        return attempt.answer;
      }
      if (attempt.final) guard.halt(attempt.failure);
      signal.throwIfAborted();
      const again = attempt.again === 'yes' || (attempt.again === 'smaller' && request.retryTimeouts !== false);
      const wait = attempt.wait ?? firstBackoff * 2 ** (nth - 1) * (0.5 + random());
      if (again && nth < tries && wait <= longestWait) {
        if (attempt.status === 429) turnstile.pauseUntil(clock.now() + wait);
        await delay(clock, wait, signal);
        continue;
      }
      if (!attempt.final) guard.failed(request.doing, attempt);
      const { status, failure, said, isJson } = attempt;
      return { ok: false, status, failure, said, isJson };
    }
  };

  return {
    connection,
    clock,
    ask,
    base,
    tryNextBase: (from) => {
      if (base() !== from) return true;
      if (confirmed || at + 1 >= connection.bases.length) return false;
      at += 1;
      return true;
    },
    giveUp: (failure) => {
      at = 0;
      guards.xray.rest(failure);
    },
    confirmBase: () => {
      confirmed = true;
    },
    named: (service) => ({ service, host: new URL(addressOf(service, base())).host }),
    turnstiles,
    stopped: ({ to, doing }) => guards[to].stopped(doing),
    resume,
    renew: (credentials) => {
      connection.renew(credentials);
      resume();
    },
  };
}

function resultOf(attempt: Attempt): 'answered' | 'timeout' | 'throttled' | 'failed' {
  if (attempt.kind === 'answer') return 'answered';
  if (attempt.status === 429) return 'throttled';
  if (attempt.failure.reason === 'timeout') return 'timeout';
  return attempt.status === 404 || attempt.status === 403 ? 'answered' : 'failed';
}

function delay(clock: XrayClock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    const cancel = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}

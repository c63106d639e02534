// The clock of this machine against a server's: by it tokens and certificates end, ages are told, and news is asked for.
import { failed, ok, skipped, warning } from './diagnosis.ts';
import type { Found } from './diagnosis.ts';

/** A server's Date header, and this machine's time around it, ms since the epoch. */
export interface Timed {
  readonly date: string | null;
  readonly sentAt: number;
  readonly receivedAt: number;
}

const second = 1000;
const tolerated = 30 * second;
/** What Kerberos, cloud logins and most validators of tokens tolerate at the very most. */
const harmful = 5 * 60 * second;

/** How far this clock is ahead of the server's at least, ms; negative where it is behind, null where nothing tells. */
export function skewOf({ date, sentAt, receivedAt }: Timed): number | null {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(server)) return null;
  // The header holds whole seconds, and was written at some time between question and answer.
  const ahead = sentAt - (server + second);
  const behind = receivedAt - server;
  return ahead > 0 ? ahead : Math.min(behind, 0);
}

/** `server`: `Xray`, `the API server`. */
export function judgeClock(server: string, timed: Timed): Found {
  const skew = skewOf(timed);
  if (skew === null) return skipped(`${server} does not tell its time`);
  const size = Math.abs(skew);
  if (size <= tolerated) return ok(`this clock agrees with that of ${server}`);
  const message = `this clock is ${spanText(size)} ${skew > 0 ? 'ahead of' : 'behind'} that of ${server}`;
  const cure = 'set the clock by NTP (timedatectl set-ntp true), on whichever of the two machines is wrong';
  return size > harmful
    ? failed(`${message}: tokens and certificates are refused, and news is missed`, cure)
    : warning(message, cure);
}

function spanText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / second);
  if (seconds < 120) return `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}

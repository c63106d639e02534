// Which version an Xray says it is. For people to see: nothing is decided by it.
import type { XrayClient } from './client.ts';
import { fieldsOf, textOf } from './wire.ts';

/** Null where it does not say, or may not be asked. */
export async function askVersion(client: XrayClient, signal: AbortSignal): Promise<string | null> {
  const path = '/api/v1/system/version';
  const answer = await client.ask({ to: 'xray', method: 'GET', path, doing: 'ask for the version of Xray' }, signal);
  if (!answer.ok) return null;
  return textOf(fieldsOf(answer.body)?.['xray_version']) || null;
}

// Sends a webhook as Xray does (API.md section 5, "Delivery"; DU): Basic credentials or fixed headers as configured,
// no signature.

import { isObject } from './answer.ts';
import type { Json, JsonObject } from './data.ts';

/** Posts `payload` to a configuration's `url`; resolves with the status of the answer. */
export async function deliverWebhook(configuration: JsonObject, payload: Json, xrayVersion: string): Promise<number> {
  const { url, auth, headers } = configuration;
  if (typeof url !== 'string') throw new Error('A webhook configuration names its url');
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(payload),
    headers: {
      'content-type': 'application/json',
      'user-agent': `Xray/${xrayVersion}`,
      'x-xray-version': xrayVersion,
      ...basic(auth),
      ...fixed(headers),
    },
  });
  await response.body?.cancel();
  return response.status;
}

function basic(auth: Json | undefined): Record<string, string> {
  if (!isObject(auth)) return {};
  const { user_name: user, password } = auth;
  if (typeof user !== 'string' || typeof password !== 'string') return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

function fixed(headers: Json | undefined): Record<string, string> {
  if (!isObject(headers)) return {};
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

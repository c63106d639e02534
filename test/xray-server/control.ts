// For a stand-in that runs in a process of its own: its log, faults and world by HTTP, below a path that no JFrog
// product has. These calls are neither logged nor delayed.

import { html, json, objectIn } from './answer.ts';
import type { Answer } from './answer.ts';
import type { World } from './data.ts';
import { worldParts } from './data-file.ts';
import { faultKinds } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import type { RequestLog } from './request-log.ts';

interface Controlled {
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly world: World;
}

/**
 * `GET` and `DELETE /_stand-in/requests`; `POST` (a fault as JSON, `path` and `matching` as text) and `DELETE
 * /_stand-in/faults`; `PATCH /_stand-in/world` (parts as in a data file). Null for every other path.
 */
export function answerControl(
  method: string,
  url: URL,
  body: string,
  { log, faults, world }: Controlled,
): Answer | null {
  if (!url.pathname.startsWith('/_stand-in/')) return null;
  switch (`${method} ${url.pathname.slice('/_stand-in'.length)}`) {
    case 'GET /requests':
      return json(200, { peak: log.peak(), requests: log.requests.map((one) => ({ ...one })) });
    case 'DELETE /requests':
      log.clear();
      return json(200, {});
    case 'POST /faults':
      return addFault(body, faults);
    case 'DELETE /faults':
      faults.clear();
      return json(200, {});
    case 'PATCH /world':
      return patchWorld(body, world);
    default:
      return html(404, 'No such switch');
  }
}

function addFault(body: string, faults: Faults): Answer {
  const given = objectIn(body);
  if (given === null) return json(400, { error: 'A fault is a JSON object' });
  const { path, matching, kind, ...rest } = given;
  const known = faultKinds.find((one) => one === kind);
  if (kind !== undefined && known === undefined) return json(400, { error: `Kinds: ${faultKinds.join(', ')}` });
  faults.add({
    ...(rest as Fault),
    ...(typeof path === 'string' ? { path } : {}),
    ...(known === undefined ? {} : { kind: known }),
    ...(typeof matching === 'string' ? { matching: (text: string) => text.includes(matching) } : {}),
  });
  return json(200, {});
}

function patchWorld(body: string, world: World): Answer {
  try {
    Object.assign(world, worldParts(JSON.parse(body)));
    return json(200, {});
  } catch (error) {
    return json(400, { error: String(error) });
  }
}

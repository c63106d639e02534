// From a call to its answer: which application, which route, may he, and what is the answer. No sockets here.

import { html, json, plainText, refusal } from './answer.ts';
import type { Answer, Call, Context, ErrorForm, Route } from './answer.ts';
import { artifactoryRoutes } from './artifactory.ts';
import type { Identity } from './auth.ts';
import type { CannedAnswer, Right } from './data.ts';
import { registryRoutes } from './registry.ts';
import { scanStatusRoutes } from './scan-status.ts';
import { summaryRoutes } from './summary.ts';
import { violationRoutes } from './violations.ts';
import { xraySettingRoutes } from './xray-settings.ts';

export interface Asked extends Omit<Call, 'path' | 'rights'> {
  /** Decoded, with the application's prefix. */
  readonly path: string;
  readonly identity: Identity;
}

export interface Application {
  readonly answer: (asked: Asked) => Answer | 'never';
  /** The form errors of this path have. */
  readonly formOf: (path: string) => ErrorForm;
}

type Part = 'xray' | 'artifactory';

/** Platform: Xray below `/xray`, Artifactory below `/artifactory`. Standalone: Xray alone, with no prefix. */
export function createApplication(context: Context, standalone: boolean): Application {
  const routes: Record<Part, readonly Route[]> = {
    xray: [...summaryRoutes(), ...scanStatusRoutes(), ...violationRoutes(), ...xraySettingRoutes()],
    artifactory: [...registryRoutes(), ...artifactoryRoutes()],
  };
  const place = (path: string): { part: Part; below: string } | null => {
    // Xray 2 has no `/xray` (API.md section 1; KX, XJ).
    if (standalone) return path.startsWith('/api/') ? { part: 'xray', below: path } : null;
    const [, part, below = ''] = /^\/(xray|artifactory)(\/.*)$/.exec(path) ?? [];
    return part === 'xray' || part === 'artifactory' ? { part, below } : null;
  };
  return {
    answer: (asked) => {
      const at = place(asked.path);
      // A wrong address answers with HTML (API.md section 1, 404), and so does the landing page of a sleeping instance.
      if (at === null) return html(asked.path.startsWith('/reactivate-server') ? 200 : 404, 'JFrog');
      return inPart(at.part, routes[at.part], { ...asked, path: at.below, whole: asked.path }, context);
    },
    formOf: (path) => {
      const at = place(path);
      if (at?.part !== 'artifactory') return 'xray';
      return at.below.startsWith('/api/docker/') ? 'registry' : 'platform';
    },
  };
}

function inPart(
  part: Part,
  routes: readonly Route[],
  asked: Asked & { whole: string },
  context: Context,
): Answer | 'never' {
  const matching = routes.filter((route) => route.path.test(asked.path) && isThere(route, context));
  const route = matching.find((one) => one.method === asked.method);
  const { rights } = asked.identity;
  const needed = route?.right === undefined ? 'read' : route.right;
  if (needed !== null && rights === null) return unauthorized(part, asked.identity, context);
  const canned = context.world.canned.find((one) => isCannedFor(one, asked.method, asked.whole));
  if (canned !== undefined) return json(canned.status ?? 200, canned.body);
  if (route === undefined) return matching.length > 0 ? plainText(405, 'Method Not Allowed') : html(404, 'Not Found');
  if (needed !== null && rights?.has(needed) !== true) return forbidden(part, route, needed, context);
  const groups = (route.path.exec(asked.path) ?? []).slice(1);
  return route.answer({ ...asked, rights: rights ?? new Set() }, context, groups);
}

// An older Xray has no such path, and answers 404 as for any path it does not know (API.md sections 1 to 3).
function isThere(route: Route, { world }: Context): boolean {
  const { summaryV2, artifactStatus } = world.behaviour;
  if (!summaryV2 && route.path.test('/api/v2/summary/artifact')) return false;
  return artifactStatus || !route.path.test('/api/v1/artifact/status');
}

// API.md section 1, 401: `Bad Credentials` (jfrog-cli #1520), `Found invalid token` (frogbot #604) from Xray,
// `Bad credentials` in the platform's form from the router and Artifactory (jfrog-cli #1634).
function unauthorized(part: Part, { kind }: Identity, { world }: Context): Answer {
  if (part === 'artifactory' || world.behaviour.refusals === 'platform') {
    return refusal('platform', 401, 'Bad credentials');
  }
  return refusal('xray', 401, kind === 'bearer' ? 'Found invalid token' : 'Bad Credentials');
}

// API.md section 1, 403: per endpoint, in the endpoint's own form.
function forbidden(part: Part, { form }: Route, right: Right, { world }: Context): Answer {
  if (part === 'xray' && world.behaviour.refusals === 'platform') {
    return refusal('platform', 403, 'not entitled for Xray');
  }
  return refusal(form, 403, form === 'registry' ? `requires ${right}` : 'Permission denied');
}

function isCannedFor(canned: CannedAnswer, method: string, path: string): boolean {
  if (canned.method !== undefined && canned.method !== method) return false;
  return typeof canned.path === 'string' ? path.includes(canned.path) : canned.path.test(path);
}

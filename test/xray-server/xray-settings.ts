// The rest of Xray: health, policies, watches, indexed repositories, webhooks, entitlements, what a CVE reaches.

import { isObject, json, objectIn, plainText, refusal } from './answer.ts';
import type { Answer, Call, Context, Route } from './answer.ts';
import { fileOf } from './catalog.ts';
import type { JsonObject, StoredImage } from './data.ts';

export function xraySettingRoutes(): readonly Route[] {
  return [...healthRoutes(), ...policyRoutes(), ...webhookRoutes(), ...otherRoutes()];
}

function healthRoutes(): readonly Route[] {
  const common = { method: 'GET', form: 'xray' } as const;
  return [
    // Succeeds with wrong credentials too (API.md section 1; SPEC, CLIA).
    { ...common, path: /^\/api\/v1\/system\/ping$/, right: null, answer: () => json(200, { status: 'pong' }) },
    // No credentials by default, may be made to require Read (API.md section 1; SPEC, GO).
    { ...common, path: /^\/api\/v1\/system\/version$/, right: null, answer: version },
    {
      ...common,
      path: /^\/api\/v1\/system\/(?:readiness|liveness)$/,
      right: null,
      answer: () => json(200, { status: 'UP' }),
    },
  ];
}

function policyRoutes(): readonly Route[] {
  const common = { method: 'GET', form: 'xray' } as const;
  return [
    // API.md section 5, "Policies, watches, ignore rules" (SPEC, TF).
    {
      ...common,
      path: /^\/api\/v2\/policies$/,
      right: 'policies',
      answer: (_call, { world }) => json(200, world.policies),
    },
    {
      ...common,
      path: /^\/api\/v2\/policies\/([^/]+)$/,
      right: 'policies',
      answer: (_call, { world }, [name]) => one(world.policies, (policy) => policy['name'] === name),
    },
    { ...common, path: /^\/api\/v2\/watches$/, right: 'watches', answer: (_, { world }) => json(200, world.watches) },
    {
      ...common,
      path: /^\/api\/v2\/watches\/([^/]+)$/,
      right: 'watches',
      answer: (_call, { world }, [name]) => one(world.watches, (watch) => watchName(watch) === name),
    },
    {
      method: 'POST',
      form: 'xray',
      path: /^\/api\/v1\/applyWatch$/,
      right: 'watches',
      answer: () => json(202, { info: 'History Scan is in progress' }),
    },
  ];
}

// API.md section 5, "News": for administrators; 201 on creation (TF, HELP).
function webhookRoutes(): readonly Route[] {
  const common = { right: 'admin', form: 'xray' } as const;
  const all = /^\/api\/v1\/webhooks$/;
  const named = /^\/api\/v1\/webhooks\/([^/]+)$/;
  return [
    { ...common, method: 'GET', path: all, answer: (_call, { world }) => json(200, world.webhooks) },
    { ...common, method: 'POST', path: all, answer: createWebhook },
    {
      ...common,
      method: 'GET',
      path: named,
      answer: (_call, { world }, [name]) => one(world.webhooks, (hook) => hook['name'] === name),
    },
    { ...common, method: 'PUT', path: named, answer: replaceWebhook },
    { ...common, method: 'DELETE', path: named, answer: deleteWebhook },
  ];
}

function otherRoutes(): readonly Route[] {
  return [
    // "whether and how Xray indexes a repository" (API.md section 4, SPEC).
    {
      method: 'GET',
      path: /^\/api\/v1\/repos_config\/([^/]+)$/,
      right: 'read',
      form: 'xray',
      answer: repositoryConfig,
    },
    // Needs the SBOM service, else 403; Reports Manager (API.md sections 1 and 4, SPEC).
    {
      method: 'GET',
      path: /^\/api\/v2\/search\/impactedResources$/,
      right: 'reports',
      form: 'xray',
      answer: impactedResources,
    },
    {
      method: 'GET',
      path: /^\/api\/v1\/entitlements\/feature\/([^/]+)$/,
      right: 'read',
      form: 'xray',
      answer: entitled,
    },
    // KubeXray's notice: undocumented, its answer unknown (API.md section 7, KX).
    {
      method: 'POST',
      path: /^\/api\/v1\/kube\/metadata$/,
      right: 'read',
      form: 'xray',
      answer: () => plainText(200, ''),
    },
  ];
}

function version(call: Call, { world }: Context): Answer {
  if (world.behaviour.versionNeedsRead && !call.rights.has('read')) return refusal('xray', 401, 'Bad Credentials');
  return json(200, { xray_version: world.behaviour.xrayVersion, xray_revision: '8ef6b2d' });
}

function one(objects: readonly JsonObject[], matches: (object: JsonObject) => boolean): Answer {
  const found = objects.find(matches);
  return found === undefined ? refusal('xray', 404, 'Not found') : json(200, found);
}

function watchName(watch: JsonObject): unknown {
  const general = watch['general_data'];
  return isObject(general) ? general['name'] : undefined;
}

function createWebhook({ body }: Call, { world }: Context): Answer {
  const hook = objectIn(body);
  // The name is letters and digits (API.md section 5).
  const { name, url } = hook ?? {};
  if (hook === null || typeof name !== 'string' || !/^[A-Za-z0-9]+$/.test(name) || typeof url !== 'string') {
    return refusal('xray', 400, 'One parameter or more are missing');
  }
  world.webhooks = [...world.webhooks, hook];
  return json(201, { info: 'Webhook has been successfully created' });
}

function replaceWebhook({ body }: Call, { world }: Context, [name]: readonly string[]): Answer {
  const hook = objectIn(body);
  if (hook === null) return refusal('xray', 415, 'Failed to parse json.');
  if (!world.webhooks.some((known) => known['name'] === name)) return refusal('xray', 404, 'Not found');
  world.webhooks = world.webhooks.map((known) => (known['name'] === name ? hook : known));
  return json(200, { info: 'Webhook has been successfully updated' });
}

function deleteWebhook(_call: Call, { world }: Context, [name]: readonly string[]): Answer {
  const left = world.webhooks.filter((known) => known['name'] !== name);
  if (left.length === world.webhooks.length) return refusal('xray', 404, 'Not found');
  world.webhooks = left;
  return json(200, { info: 'Webhook has been successfully deleted' });
}

function repositoryConfig(_call: Call, { world }: Context, [key]: readonly string[]): Answer {
  const repository = world.repositories.find((known) => known.key === key);
  if (repository === undefined || repository.type === 'VIRTUAL' || repository.indexed === false) {
    return refusal('xray', 404, `Repository ${key} is not indexed by Xray`);
  }
  return json(200, {
    repo_name: repository.key,
    repo_config: { vuln_contextual_analysis: false, retention_in_days: 90 },
  });
}

// Rows of type Artifact with repository and path, `last_key` to go on (API.md section 4, SK).
function impactedResources({ query }: Call, { world }: Context): Answer {
  if (!world.behaviour.sbom) return refusal('xray', 403, 'Permission denied');
  const cve = query.get('vulnerability');
  if (cve === null) return refusal('xray', 400, 'One parameter or more are missing');
  const limit = Math.min(Number(query.get('limit') ?? 1000), 10_000);
  const start = Number(query.get('last_key') ?? 0) || 0;
  const hit = world.images.filter((image) => image.scan === 'scanned' && reaches(image, cve));
  const rows = hit.slice(start, start + limit).map((image) => ({
    type: 'Artifact',
    name: image.file,
    path: `${image.repo}/${fileOf(image)}`,
    repo: image.repo,
    scan_date: image.status?.time,
  }));
  const more = start + limit < hit.length;
  return json(200, { result: rows, last_key: more ? String(start + limit) : '' });
}

function reaches(image: StoredImage, cve: string): boolean {
  return (image.issues ?? []).some((issue) => {
    const cves = isObject(issue) ? issue['cves'] : null;
    return Array.isArray(cves) && cves.some((entry) => isObject(entry) && entry['cve'] === cve);
  });
}

function entitled(_call: Call, { world }: Context, [feature = '']: readonly string[]): Answer {
  // A feature it does not know comes back as "unknown" (the fixture of GO).
  const known = world.entitlements.includes(feature);
  return json(200, { entitled: known, feature_id: known ? feature : 'unknown' });
}

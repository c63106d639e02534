// Has an artifact been scanned (API.md section 3).

import { json, objectIn, refusal } from './answer.ts';
import type { Answer, Call, Context, Route } from './answer.ts';
import type { Json, ScanStatus } from './data.ts';

export function scanStatusRoutes(): readonly Route[] {
  return [
    { method: 'POST', path: /^\/api\/v1\/artifact\/status$/, right: 'read', form: 'xray', answer: artifactStatus },
    // "Asking for a scan" (API.md section 3, SPEC).
    {
      method: 'POST',
      path: /^\/api\/v1\/scanArtifact$/,
      right: 'metadata',
      form: 'xray',
      answer: () => json(200, { info: 'Scan of artifact is in progress' }),
    },
    { method: 'POST', path: /^\/api\/v2\/index$/, right: 'metadata', form: 'xray', answer: reindex },
  ];
}

function artifactStatus(call: Call, { catalog }: Context): Answer {
  const body = objectIn(call.body);
  if (body === null) return refusal('xray', 415, 'Failed to parse json.');
  const { repo, path } = body;
  // Needs repository and path; there is no checksum form (API.md section 3, HELP). 400: section 1.
  if (typeof repo !== 'string' || typeof path !== 'string' || repo === '' || path === '') {
    return refusal('xray', 400, 'One parameter or more are missing');
  }
  const image = catalog.fileAt(repo, path);
  if (image?.rawStatus !== undefined) return json(200, image.rawStatus);
  // 404: not found or not indexed (API.md section 3).
  if (!image?.status) return refusal('xray', 404, "Artifact doesn't exist or not indexed/cached in Xray");
  return json(200, statusBody(image.status));
}

// `{overall, details: {sca, contextual_analysis, exposures, violations}}` (API.md section 3, GO).
function statusBody({ time, overall, ...parts }: ScanStatus): Json {
  const at = (status: string): Json => ({ status, time });
  const { sca, contextual_analysis, exposures, violations } = parts;
  return {
    overall: at(overall),
    details: {
      sca: at(sca),
      contextual_analysis: at(contextual_analysis),
      exposures: at(exposures),
      violations: at(violations),
    },
  };
}

function reindex(call: Call): Answer {
  const path = objectIn(call.body)?.['repo_path'];
  if (typeof path !== 'string') return refusal('xray', 400, 'One parameter or more are missing');
  const cut = path.indexOf('/');
  const artifact = { repository: path.slice(0, cut), path: path.slice(cut + 1) };
  return json(200, { sent_to_reindex: { artifacts: [artifact] } });
}

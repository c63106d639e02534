// What `doctor` finds out about Xray and Artifactory: address, trust, credentials, rights, versions, clock.
import type { Check } from '../commands/doctor.ts';
import { judgeClock } from '../core/doctor/clock.ts';
import { note, ok, warning } from '../core/doctor/diagnosis.ts';
import type { Found } from '../core/doctor/diagnosis.ts';
import { judgeExpiry } from '../core/doctor/local.ts';
import { judgeXrayVersion } from '../core/doctor/versions.ts';
import {
  judgeAddress,
  judgeCredentials,
  judgeFurtherRight,
  judgeRead,
  judgeRepositories,
} from '../core/doctor/xray.ts';
import type { FurtherRight, Lacking } from '../core/doctor/xray.ts';
import { callsForAnything, restsOnViolations } from '../core/policy.ts';
import type { Policy } from '../core/policy.ts';
import { expiryOf } from '../settings/jfrog-cli.ts';
import { earliestEnd } from '../xray/certificates.ts';
import type { XrayClient } from '../xray/client.ts';
import { askArtifactoryVersion, lackingRight, lackingToRead, probeRepositories, reachXray } from '../xray/probe.ts';
import type { Reached } from '../xray/probe.ts';
import { askVersion } from '../xray/version.ts';
import type { World } from '../world.ts';
import type { ReadXray } from './settings.ts';

export interface XrayProbes {
  /** Throws a UsageError where no Xray is configured, or wrongly. */
  readonly configured: () => ReadXray;
  readonly client: () => XrayClient;
  readonly policy: () => Policy;
}

export function xrayChecks({ clock }: World, { configured, client, policy }: XrayProbes): readonly Check[] {
  const answered = shared(lackingToRead);
  const reached = shared(reachXray);
  return [
    { area: 'xray', name: 'settings', needs: ['settings config.yaml'], run: async () => judgeSettings(configured()) },
    {
      area: 'xray',
      name: 'trust',
      needs: ['xray settings'],
      run: async () => [judgeTrust(configured(), clock.now())],
    },
    {
      area: 'xray',
      name: 'address',
      needs: ['xray settings'],
      run: async (signal) => {
        const { lacking, address } = await reached(client(), signal);
        return [judgeAddress(lacking, address, configured().settings.origin.url)];
      },
    },
    {
      area: 'xray',
      name: 'credentials',
      needs: ['xray address'],
      run: async (signal) => {
        const found = judgeCredentials(await answered(client(), signal), configured().settings.origin.credentials);
        return [found, ...tokenEnd(configured(), clock.now())];
      },
    },
    {
      area: 'xray',
      name: 'version',
      needs: ['xray address'],
      run: async (signal) => {
        const [xray, artifactory] = await Promise.all([
          askVersion(client(), signal),
          askArtifactoryVersion(client(), signal),
        ]);
        return [judgeXrayVersion(xray, artifactory)];
      },
    },
    {
      area: 'xray',
      name: 'clock',
      needs: ['xray address'],
      run: async (signal) => [judgeClock('Xray', (await reached(client(), signal)).timed)],
    },
    asks('read', async (signal) => [judgeRead(await answered(client(), signal))]),
    asks('repositories', async (signal) => {
      const named = configured().settings.registries.map(({ repository }) => repository);
      const { facts, lacking, more } = await probeRepositories(client(), named, signal);
      return [judgeRepositories(facts, lacking, more)];
    }),
    asks(
      'search',
      further('search', () => true, client),
    ),
    asks(
      'watches',
      further('watches', () => Object.values(restsOnViolations(policy())).includes(true), client),
    ),
    asks(
      'policies',
      further('policies', () => callsForAnything(policy()), client),
    ),
  ];
}

function asks(name: string, run: Check['run']): Check {
  return { area: 'xray', name, needs: ['xray address', 'xray credentials'], run };
}

function further(right: FurtherRight, isNeeded: () => boolean, client: () => XrayClient): Check['run'] {
  return async (signal) => [judgeFurtherRight(right, await lackingRight(right, client(), signal), isNeeded())];
}

/** Two checks rest on the answer of one question. */
function shared<T extends Reached | Lacking | null>(
  ask: (client: XrayClient, signal: AbortSignal) => Promise<T>,
): (client: XrayClient, signal: AbortSignal) => Promise<T> {
  let answer: Promise<T> | null = null;
  return (client, signal) => (answer ??= ask(client, signal));
}

/** Each warning ends with what mends it. */
function judgeSettings({ settings, warnings }: ReadXray): readonly Found[] {
  const { url, artifactoryUrl, origin } = settings;
  const beside = artifactoryUrl === null ? '' : `, Artifactory ${artifactoryUrl}`;
  const project = settings.project === null ? '' : `, project ${settings.project}`;
  return [
    ok(`Xray ${url} (${origin.url})${beside}${project}, credentials: ${origin.credentials}`),
    // Another check speaks of who may read the file.
    ...warnings.filter((one) => !one.includes('chmod')).map(asWarning),
  ];
}

function asWarning(text: string): Found {
  const at = text.lastIndexOf('; ');
  return at < 0 ? warning(text, 'correct it') : warning(text.slice(0, at), text.slice(at + 2));
}

function judgeTrust({ settings, ca }: ReadXray, now: number): Found {
  const { caFile, insecureSkipTlsVerify, url } = settings;
  if (insecureSkipTlsVerify) return warning('certificates are not checked', 'give --xray-ca-file in place of it');
  if (!url.startsWith('https:')) return note('without TLS there is no certificate to trust');
  if (caFile === null || ca === null) return ok("the system's trust store counts");
  return judgeExpiry(`the certificate authority ${caFile}`, earliestEnd(ca), now, 'get its new certificate');
}

/** Only a JWT tells when it ends. */
function tokenEnd({ settings: { credentials } }: ReadXray, now: number): readonly Found[] {
  if (credentials === null) return [];
  const end = expiryOf(credentials.kind === 'bearer' ? credentials.token : credentials.password);
  return end === null ? [] : [judgeExpiry('the token', end, now, 'get a new one: jf atc, or your profile in JFrog')];
}

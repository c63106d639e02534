// The Xray that tests of the whole program ask: a few images whose names say what is known of them.
import { aPolicy, aViolation, aWatch, anImage, anIndex, anIssue, aLicense, aStatus } from '../xray-server/builders.ts';
import type { StoredImage, World } from '../xray-server/data.ts';

/** No secret of anybody's, but it must never be printed. */
export const token = 'eyJ-the-token-of-a-test';

export const images = {
  /** One license, MIT. */
  good: anImage({ path: 'good/1', issues: [] }),
  /** XRAY-100001, High. */
  bad: anImage({ path: 'bad/1' }),
  /** XRAY-666, Critical. */
  worse: anImage({ path: 'worse/1', issues: [anIssue({ issue_id: 'XRAY-666', severity: 'Critical' })] }),
  /** GPL-3.0-only, and a violation that says so. */
  copyleft: anImage({
    path: 'copyleft/1',
    issues: [],
    licenses: [aLicense({ name: 'GPL-3.0-only', components: ['npm://left-pad:1.0.0'] })],
  }),
  /** In Artifactory, and Xray has never looked at it. */
  never: anImage({ path: 'never/1', scan: 'unknown', status: aStatus('NOT_SCANNED') }),
  /** Xray has nothing on it yet: its scan is under way. */
  fresh: anImage({ path: 'fresh/1', scan: 'empty', issues: [], licenses: [], status: aStatus('SCANNING') }),
} as const;

/** Clean on amd64, Critical on arm64, with an attestation that nobody can scan. */
export const index = anIndex({
  path: 'both/1',
  attestation: true,
  platforms: [
    { os: 'linux', architecture: 'amd64', image: { issues: [] } },
    {
      os: 'linux',
      architecture: 'arm64',
      image: { issues: [anIssue({ issue_id: 'XRAY-666', severity: 'Critical' })] },
    },
  ],
});

export const stored: readonly StoredImage[] = [...Object.values(images), ...index];

/** A watch covers everything, so that clean is clean for licenses too. */
export function installation(over: Partial<World> = {}): Partial<World> {
  return {
    images: stored,
    policies: [aPolicy(), aPolicy({ type: 'license' })],
    watches: [aWatch()],
    violations: [
      aViolation({
        type: 'License',
        path: 'copyleft/1',
        issueId: 'GPL-3.0-only',
        component: 'npm://left-pad:1.0.0',
        watch: 'watch-all',
      }),
    ],
    ...over,
  };
}

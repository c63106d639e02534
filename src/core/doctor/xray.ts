// What was found out about Xray and Artifactory, judged: what each lacking right or answer costs.
import { counted, failed, note, ok, shortly, skipped, warning } from './diagnosis.ts';
import type { Found } from './diagnosis.ts';
import type { UnknownReason } from '../scan.ts';

/** Why something was not answered. */
export interface Lacking {
  readonly reason: UnknownReason;
  readonly message: string;
}

/** `null`: it was answered. */
export function judgeAddress(lacking: Lacking | null, address: string, origin: string): Found {
  if (lacking === null) return ok(`Xray answers at ${address} (${origin})`);
  return failed(`${lacking.message} (address by ${origin})`, addressCure(lacking.reason));
}

function addressCure(reason: UnknownReason): string {
  switch (reason) {
    case 'notXray':
      return "give the platform's address, https://acme.jfrog.io, not that of a Docker registry";
    case 'timeout':
    case 'throttled':
      return 'try again later, or with a longer --request-timeout';
    default:
      return 'check the address, the network, the proxy and, for a certificate, --xray-ca-file';
  }
}

/** By a question that takes credentials and the right to read. */
export function judgeCredentials(lacking: Lacking | null, origin: string): Found {
  if (lacking === null) return ok(`Xray accepts the credentials (${origin})`);
  // A right that is missing shows that whoever asks is known.
  if (lacking.reason === 'forbidden') return ok(`Xray knows who asks (${origin})`);
  const cure = 'give a new token: JF_ACCESS_TOKEN, --xray-token-file, or tokenFile in config.yaml';
  if (lacking.reason === 'unauthorized') return failed(`${lacking.message} (${origin})`, cure);
  return failed(`whether the credentials are right could not be found out: ${lacking.message}`, 'try again');
}

export function judgeRead(lacking: Lacking | null): Found {
  if (lacking === null) return ok('what Xray knows of images may be read');
  return failed(lacking.message, 'give the user Read on the resources of Xray, with the repositories it is to see');
}

/** Of one repository that images lie in. */
export interface RepositoryFacts {
  readonly key: string;
  readonly is: 'readable' | 'forbidden' | 'notIndexed' | 'unanswered';
  /** config.yaml names it under `registries`. */
  readonly configured: boolean;
}

/** `lacking`: why repositories could not be listed; `more`: those that were not asked about. */
export function judgeRepositories(facts: readonly RepositoryFacts[], lacking: Lacking | null, more: number): Found {
  if (lacking !== null && facts.length === 0) {
    return warning(
      `the repositories could not be listed: ${lacking.message}`,
      'check --artifactory-url; give the user Read on the repositories',
    );
  }
  if (facts.length === 0) return note('there is no Docker repository that this user can see');
  const named = (is: RepositoryFacts['is']): string[] => facts.filter((one) => one.is === is).map(({ key }) => key);
  const [forbidden, unindexed, unanswered] = [named('forbidden'), named('notIndexed'), named('unanswered')];
  const readable = named('readable').length;
  const said = [
    `${readable} of ${counted(facts.length, 'Docker repository', 'Docker repositories')} can be read in Xray`,
    ...(forbidden.length > 0 ? [`not allowed: ${shortly(forbidden)}`] : []),
    ...(unindexed.length > 0 ? [`not indexed by Xray: ${shortly(unindexed)}`] : []),
    ...(unanswered.length > 0 ? [`without an answer: ${shortly(unanswered)}`] : []),
    ...(more > 0 ? [`${more} more were not asked about`] : []),
  ].join('; ');
  const cures = [
    ...(forbidden.length > 0 ? ['give the user Read on them: images there read as unknown'] : []),
    ...(unindexed.length > 0 ? ['add them to the indexed resources of Xray: images there read as unscanned'] : []),
    ...(unanswered.length > 0 ? ['try again'] : []),
  ].join('; ');
  if (cures === '') return ok(said);
  const lost = facts.filter(({ is, configured }) => configured && is !== 'readable');
  return (readable === 0 && forbidden.length > 0) || lost.some(({ is }) => is === 'forbidden')
    ? failed(said, cures)
    : warning(said, cures);
}

/** A right that only some of what is done needs. */
export function judgeFurtherRight(right: FurtherRight, lacking: Lacking | null, isNeeded: boolean): Found {
  const { allows, without, cure } = furtherRights[right];
  if (lacking === null) return ok(allows);
  if (lacking.reason !== 'forbidden') return skipped(lacking.message);
  return isNeeded
    ? warning(`${lacking.message}: ${without}`, cure)
    : note(`${lacking.message}; the policy needs it not`);
}

export type FurtherRight = 'watches' | 'policies' | 'search';

const furtherRights: Readonly<
  Record<FurtherRight, { readonly allows: string; readonly without: string; readonly cure: string }>
> = {
  watches: {
    allows: 'the watches of Xray may be read',
    without: 'conditions that rest on violations are never told clean from not watched',
    cure: 'give the user Manage Watches in Xray, or let the policy rest on issues and lists (basis)',
  },
  policies: {
    allows: 'the policies of Xray may be read',
    without: 'a changed policy of Xray is noticed only as answers get old',
    cure: 'give the user Read Policies in Xray',
  },
  search: {
    allows: 'Artifactory may be searched by digest',
    without: 'an image that Xray does not know cannot be told from one that never came through Artifactory',
    cure: 'give the user Read on the repositories, with a license of Artifactory that has the search',
  },
};

// What can go wrong with a request, as a reason and in words: what was attempted, where, what to try. Never a secret.
import type { UnknownReason } from '../core/scan.ts';

export interface Failure {
  readonly reason: UnknownReason;
  readonly message: string;
}

/** What a request was for. Messages hold nothing of one digest, so that the same cause reads the same everywhere. */
export interface Attempted {
  readonly service: 'xray' | 'artifactory';
  readonly host: string;
  /** Ends "could not …": `ask for the summary of images`. */
  readonly doing: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly hasCredentials: boolean;
}

/** A status that is no answer. `said` is what the server gave as its reason, scrubbed. */
export function failureOfStatus(status: number, said: string, at: Attempted): Failure {
  const answered = `${nameOf(at)} answered ${status}${said === '' ? '' : ` (${said})`}`;
  switch (status) {
    case 401:
      return {
        reason: 'unauthorized',
        message: at.hasCredentials
          ? `${nameOf(at)} refused the credentials (401${said === '' ? '' : `: ${said}`}): they are wrong or expired; give a new token or password`
          : `${nameOf(at)} asks for credentials (401): set JF_ACCESS_TOKEN, or JF_USER and JF_PASSWORD`,
      };
    case 403:
      return { reason: 'forbidden', message: `may not ${at.doing}: ${answered}; ${rightFor(at)}` };
    case 408:
    case 504:
      return { reason: 'timeout', message: `could not ${at.doing}: ${answered}; try again later` };
    case 429:
      return { reason: 'throttled', message: `could not ${at.doing}: ${answered}, again and again; try again later` };
    case 404:
      return { reason: 'notXray', message: `could not ${at.doing}: ${answered}; ${addressHint(at)}` };
    case 502:
    case 503:
      return { reason: 'unreachable', message: `could not ${at.doing}: ${answered}; it is down or starting` };
    default:
      return { reason: 'badAnswer', message: `could not ${at.doing}: ${answered}; see its log` };
  }
}

export function timedOut(at: Attempted): Failure {
  return {
    reason: 'timeout',
    message: `could not ${at.doing}: ${nameOf(at)} gave no whole answer within ${at.timeout / 1000} s`,
  };
}

/** Longest wait that a server may ask for; milliseconds. Beyond it the question ends. */
export const longestWait = 30_000;

/** A failure of a server that asks to wait longer than anybody does here. */
export function askedToWait({ reason }: Failure, status: number, wait: number, at: Attempted): Failure {
  const asked = `${nameOf(at)} answered ${status} and asked to wait ${Math.ceil(wait / 1000)} s`;
  const message = `could not ${at.doing}: ${asked}, longer than the ${longestWait / 1000} s waited at most; try again then`;
  return { reason, message };
}

/** The questions were ended before it came. */
export const notInTime: Failure = { reason: 'timeout', message: 'no answer within the time given (--wait)' };

export function untrusted(code: string, at: Attempted): Failure {
  return {
    reason: 'unreachable',
    message: `the certificate of ${nameOf(at)} is not trusted (${code}): give its authority's certificate as CA file`,
  };
}

export function unreachable(code: string, at: Attempted): Failure {
  const why = networkWords.get(code) ?? `the connection failed (${code})`;
  return {
    reason: 'unreachable',
    message: `could not ${at.doing}: ${nameOf(at)}: ${why}; check the address, the network and the proxy`,
  };
}

export function notJson(kind: 'page' | 'text' | 'empty' | 'cut', at: Attempted): Failure {
  const what = {
    page: 'a web page in place of JSON',
    text: 'something that is not JSON',
    empty: 'nothing',
    cut: 'a body that was cut short',
  }[kind];
  const hint = kind === 'page' ? addressHint(at) : 'try again, or see its log';
  return {
    reason: kind === 'page' ? 'notXray' : 'badAnswer',
    message: `could not ${at.doing}: ${nameOf(at)} answered with ${what}; ${hint}`,
  };
}

export function tooLarge(limit: number, at: Attempted): Failure {
  const size = `${Math.round(limit / 2 ** 20)} MiB`;
  return { reason: 'badAnswer', message: `could not ${at.doing}: the answer of ${nameOf(at)} exceeds ${size}` };
}

export function redirected(location: URL, at: Attempted): Failure {
  if (location.href.includes('reactivate-server')) {
    const message = `the Cloud instance at ${at.host} is inactive: sign in to its web page to reactivate it`;
    return { reason: 'unreachable', message };
  }
  const message = `${nameOf(at)} redirects to ${location.origin}, which is not followed: configure that address if it is right`;
  return { reason: 'notXray', message };
}

export function nonsense(what: string, at: Pick<Attempted, 'host' | 'service'>): Failure {
  return { reason: 'badAnswer', message: `the answer of ${nameOf(at)} makes no sense: ${what}` };
}

/** Codes of OpenSSL and Node for a certificate that cannot be trusted. */
export function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS_CERT/.test(code);
}

/** Codes that say: nothing listens there. */
export function isDownCode(code: string): boolean {
  return ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
    code,
  );
}

function nameOf({ service, host }: Pick<Attempted, 'host' | 'service'>): string {
  return `${service === 'xray' ? 'Xray' : 'Artifactory'} at ${host}`;
}

function rightFor({ service }: Attempted): string {
  return service === 'xray' ? 'the user needs that right in Xray' : 'the user needs that right in Artifactory';
}

function addressHint({ service }: Attempted): string {
  return service === 'xray'
    ? 'check the address: it is the one of the platform (https://acme.jfrog.io), not of a Docker registry'
    : 'check the address of Artifactory';
}

const networkWords: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'the host name is not known'],
  ['EAI_AGAIN', 'the host name could not be resolved'],
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'the connection was reset'],
  ['UND_ERR_SOCKET', 'the connection was cut'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['ETIMEDOUT', 'the connection timed out'],
  ['UND_ERR_CONNECT_TIMEOUT', 'the connection timed out'],
  ['EPROTO', 'it does not speak TLS as expected'],
]);

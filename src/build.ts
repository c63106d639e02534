// Which build this is: put in by plugin/build.ts; from the sources it is a development build.

interface Build {
  readonly version: string;
  readonly id: string;
}

export function buildVersion(): string {
  return (globalThis as { kubectlXrayBuild?: Build }).kubectlXrayBuild?.version ?? '0.0.0-dev';
}

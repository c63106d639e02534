// Which version this is: put in by plugin/bundle.ts; from the sources it is a development build.

export function buildVersion(): string {
  return (globalThis as { kubectlXrayVersion?: string }).kubectlXrayVersion ?? '0.0.0-dev';
}

// What is inside an archive, as a bill of materials (CycloneDX 1.6): the program, the packages bundled into it, and Node's
// runtime with its own parts. The same contents make the same bytes: no time, and a serial number made of the contents.
import { createHash } from 'node:crypto';
import type { BundledPackage } from './bundled.ts';
import { platformOf } from './targets.ts';
import type { Target } from './targets.ts';

export interface Contents {
  readonly version: string;
  readonly target: Target;
  readonly packages: readonly BundledPackage[];
  /** Node's own parts, by name: as `process.versions` has them. */
  readonly nodeParts: Readonly<Record<string, string>>;
  /** Of the executable, in hex. */
  readonly sha256: string;
}

interface Component {
  readonly 'bom-ref': string;
  readonly type: 'application' | 'library' | 'platform';
  readonly name: string;
  readonly version: string;
  readonly purl?: string;
  readonly licenses?: readonly object[];
  readonly hashes?: readonly object[];
  readonly components?: readonly Component[];
}

export function sbomOf(contents: Contents): string {
  const { version, packages } = contents;
  const program = programOf(contents);
  const components = [runtimeOf(contents), ...packages.map(libraryOf)];
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([program, components]))}`,
    version: 1,
    metadata: {
      component: program,
      tools: { components: [{ type: 'application', name: 'kubectl-xray npm run package', version }] },
    },
    components,
    dependencies: [
      { ref: program['bom-ref'], dependsOn: components.map((one) => one['bom-ref']) },
      ...components.map((one) => ({ ref: one['bom-ref'], dependsOn: [] })),
    ],
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

function programOf({ version, target, sha256 }: Contents): Component {
  return {
    'bom-ref': `pkg:npm/kubectl-xray@${version}?platform=${platformOf(target)}`,
    type: 'application',
    name: 'kubectl-xray',
    version,
    purl: `pkg:npm/kubectl-xray@${version}`,
    licenses: [{ license: { id: 'Apache-2.0' } }],
    hashes: [{ alg: 'SHA-256', content: sha256 }],
  };
}

function runtimeOf({ target: { runtime }, nodeParts }: Contents): Component {
  const integrity = Buffer.from(runtime.integrity.replace('sha512-', ''), 'base64').toString('hex');
  return {
    'bom-ref': `pkg:npm/${runtime.package}@${runtime.version}`,
    type: 'platform',
    name: 'node',
    version: runtime.version,
    purl: `pkg:npm/${runtime.package}@${runtime.version}`,
    licenses: [{ license: { id: 'MIT' } }],
    hashes: [{ alg: 'SHA-512', content: integrity }],
    components: Object.entries(nodeParts)
      .filter(([name]) => name !== 'node')
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, version]) => ({ 'bom-ref': `node/${name}@${version}`, type: 'library', name, version })),
  };
}

function libraryOf({ name, version, license }: BundledPackage): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const isExpression = /\s/.test(license);
  const licenses = isExpression ? [{ expression: license }] : [{ license: { id: license } }];
  return { 'bom-ref': purl, type: 'library', name, version, purl, licenses };
}

/** Version 5 in form: a hash of what it names. */
function uuidOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  const variant = (8 + (Number.parseInt(hash[16] ?? '0', 16) % 4)).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `5${hash.slice(13, 16)}`,
    variant + hash.slice(17, 20),
    hash.slice(20, 32),
  ].join('-');
}

// `-o cyclonedx`: CycloneDX 1.6. Each image is a component, each of its findings a vulnerability that names the images it
// affects, whatever the policy calls for. An image that Xray did not answer for stands in it too, in a composition that
// says that what is in it is not known.
import { createHash } from 'node:crypto';
import { parseImageReference } from '../../core/image.ts';
import type { ImageRow, ImageVerdictItem } from '../../core/report.ts';
import { property, refOf, vulnerabilitiesOf } from './cyclonedx-findings.ts';
import { gapsOf, pathOf, placeOf } from './report.ts';
import type { Report } from './report.ts';

export function* cyclonedx(report: Report): Iterable<string> {
  const { images } = report;
  yield '{"$schema":"http://cyclonedx.org/schema/bom-1.6.schema.json","bomFormat":"CycloneDX","specVersion":"1.6",\n';
  yield `"serialNumber":"${serialNumber(report)}","version":1,\n`;
  yield `"metadata":${JSON.stringify(metadataOf(report))},\n"components":[`;
  yield* listed(images.map((row) => componentOf(row)));
  yield '],\n"vulnerabilities":[';
  yield* listed(vulnerabilitiesOf(report));
  yield `],\n"compositions":${JSON.stringify(compositionsOf(images))}}\n`;
}

function* listed(all: Iterable<unknown>): Iterable<string> {
  let separator = '\n';
  for (const one of all) {
    yield `${separator}${JSON.stringify(one)}`;
    separator = ',\n';
  }
  yield '\n';
}

/** Of what is in it, so that the same report has the same one. */
function serialNumber({ metadata, images }: Report): string {
  const hash = createHash('sha256').update(
    JSON.stringify([metadata.context, metadata.namespace, metadata.generatedAt]),
  );
  for (const row of images) hash.update(refOf(row.item));
  const hex = hash.digest('hex');
  const variant = ((parseInt(hex[16] ?? '0', 16) % 4) + 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function metadataOf({ metadata, version }: Report) {
  const { coverage } = metadata;
  const counts = (['pods', 'workloads', 'images', 'scanned', 'unscanned', 'pending', 'unknown'] as const).map((name) =>
    property(`coverage:${name}`, String(coverage[name])),
  );
  const gaps = gapsOf(metadata).map(({ id, text }) => property(`gap:${id}`, text));
  return {
    timestamp: metadata.generatedAt,
    tools: { components: [{ type: 'application', name: 'kubectl-xray', version }] },
    component: { type: 'platform', name: placeOf(metadata), 'bom-ref': 'cluster' },
    properties: [...counts, ...gaps],
  };
}

function componentOf({ item, uses }: ImageRow) {
  const parsed = parseImageReference(item.reference);
  const hash = item.digest?.replace(/^sha256:/, '');
  const workloads = new Set(uses.map(({ workload }) => pathOf(workload)));
  const version = item.digest ?? parsed?.tag ?? null;
  return {
    type: 'container',
    'bom-ref': refOf(item),
    name: parsed === null ? item.reference : `${parsed.host}/${parsed.path}`,
    ...(version === null ? {} : { version }),
    ...(hash === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: hash }] }),
    ...(parsed === null ? {} : { purl: purlOf(item, parsed) }),
    ...(item.licenses.length === 0
      ? {}
      : { evidence: { licenses: item.licenses.map((name) => ({ license: { name } })) } }),
    properties: [
      property('reference', item.reference),
      property('scan', item.scan),
      ...(item.reason === null ? [] : [property('scan:reason', item.reason)]),
      ...(item.cause === null ? [] : [property('scan:cause', item.cause)]),
      ...(item.path === null ? [] : [property('path', item.path)]),
      ...(item.platform === null ? [] : [property('platform', item.platform)]),
      ...[...workloads].map((path) => property('workload', path)),
    ],
  };
}

/** `pkg:oci/cart@sha256%3A…?arch=amd64&repository_url=acme.jfrog.io/docker/cart&tag=1.4` (package-url, type oci). */
function purlOf(
  { digest, platform }: ImageVerdictItem,
  { host, path, tag }: { readonly host: string; readonly path: string; readonly tag: string | null },
): string {
  const arch = platform?.split('/')[1] ?? null;
  const qualifiers = [
    ...(arch === null ? [] : [`arch=${encoded(arch)}`]),
    `repository_url=${encoded(`${host}/${path}`)}`,
    ...(tag === null ? [] : [`tag=${encoded(tag)}`]),
  ];
  const version = digest === null ? '' : `@${encodeURIComponent(digest)}`;
  return `pkg:oci/${encodeURIComponent(path.split('/').at(-1) ?? path)}${version}?${qualifiers.join('&')}`;
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':');
}

/** What is known of the images' contents: Xray's answer is never said to be everything. */
function compositionsOf(images: readonly ImageRow[]) {
  const refs = (isScanned: boolean): string[] =>
    images.filter(({ item }) => (item.scan === 'scanned') === isScanned).map(({ item }) => refOf(item));
  const [scanned, others] = [refs(true), refs(false)];
  return [
    ...(scanned.length === 0 ? [] : [{ aggregate: 'incomplete', assemblies: scanned }]),
    ...(others.length === 0 ? [] : [{ aggregate: 'unknown', assemblies: others }]),
  ];
}

// Components: as Xray writes them (`npm://event-stream:3.3.6`), and as people do.
import { matchesGlob } from '../policy.ts';

/** A component of an image, taken apart. */
export interface Component {
  /** `npm`, `gav`, `deb`; empty where none is written. */
  readonly type: string;
  /** Everything between type and version: `org.apache.logging.log4j:log4j-core`. */
  readonly name: string;
  /** Empty where none is written. */
  readonly version: string;
}

/** What somebody writes may be read in more than one way: `a:b` is a name with its group, or a name with its version. */
export type ComponentQuery = readonly Component[];

/** The version of a component of Xray's stands behind its last colon. */
export function parseComponent(id: string): Component {
  const [, type = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(id) ?? [];
  const colon = rest.lastIndexOf(':');
  if (colon < 0) return { type: type.toLowerCase(), name: rest, version: '' };
  // The epoch of an rpm belongs to its version: `8:openssl:1:1.1.1k`.
  const [, epoch = ''] = type.toLowerCase() === 'rpm' ? (/:(\d+)$/.exec(rest.slice(0, colon)) ?? []) : [];
  const end = epoch === '' ? colon : colon - epoch.length - 1;
  return { type: type.toLowerCase(), name: rest.slice(0, end), version: rest.slice(end + 1) };
}

/** `event-stream`, `event-stream:3.3.6`, `npm://event-stream`, `group:artifact`, `pkg:npm/event-stream@3.3.6`. */
export function parseComponentQuery(text: string): ComponentQuery {
  const purl = /^pkg:([a-z0-9.+-]+)\/([^?#]+)/i.exec(text);
  if (purl !== null) return [componentOfPurl(purl[1] ?? '', purl[2] ?? '')];
  const [, type = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(text) ?? [];
  const whole: Component = { type: type.toLowerCase(), name: rest, version: '' };
  return [whole, ...versionedReadings(whole)];
}

/** A colon or an at sign may separate the version: versions have colons (the epoch of an rpm), and names too. */
function versionedReadings(whole: Component): readonly Component[] {
  return [...whole.name.matchAll(/[:@]/g)].flatMap(({ index }) => {
    const [name, version] = [whole.name.slice(0, index), whole.name.slice(index + 1)];
    return name === '' || version === '' ? [] : [{ ...whole, name, version }];
  });
}

/** Types of package urls that Xray calls otherwise. */
const ofPurl: Readonly<Record<string, string>> = { maven: 'gav', golang: 'go', apk: 'alpine' };

function componentOfPurl(type: string, path: string): Component {
  const at = path.lastIndexOf('@');
  const [named, version] = at > 0 ? [path.slice(0, at), path.slice(at + 1)] : [path, ''];
  const lower = type.toLowerCase();
  const parts = named.split('/').map(decoded);
  // Packages of a distribution are found by their name; the distribution stands before it in other words.
  const name = ['deb', 'rpm', 'apk'].includes(lower) ? (parts.at(-1) ?? '') : parts.join(lower === 'maven' ? ':' : '/');
  return { type: ofPurl[lower] ?? lower, name, version: decoded(version) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Names in any case, whole or by their last part; `*` and `?` are wildcards. */
export function isComponent(query: ComponentQuery, component: Component): boolean {
  const names = namesOf(component);
  return query.some(
    ({ type, name, version }) =>
      (type === '' || type === component.type) &&
      (version === '' || matchesGlob(version.toLowerCase(), component.version.toLowerCase())) &&
      names.some((one) => matchesGlob(name.toLowerCase(), one)),
  );
}

/** `org.apache.logging.log4j:log4j-core` is also log4j-core, `debian:bookworm:libssl3` libssl3, `github.com/x/y` y. */
function namesOf({ name }: Component): readonly string[] {
  const lower = name.toLowerCase();
  const last = lower.slice(lower.lastIndexOf(':') + 1);
  return [lower, last, last.slice(last.lastIndexOf('/') + 1)];
}

// What is in a Node, by name and version: for the bills of materials.
import process from 'node:process';
import { linuxNodeVersion } from './targets.ts';

/** As `process.versions` of that Node has them, which this machine may be unable to run. */
const onRecord: Readonly<Record<string, string>> = {
  node: linuxNodeVersion,
  acorn: '8.18.0',
  ada: '4.0.0',
  amaro: '1.1.11',
  ares: '1.34.8',
  brotli: '1.2.0',
  cldr: '48.0',
  icu: '78.3',
  llhttp: '9.4.3',
  merve: '1.2.2',
  modules: '137',
  napi: '10',
  nbytes: '0.1.4',
  ncrypto: '0.0.1',
  nghttp2: '1.70.0',
  nghttp3: '',
  ngtcp2: '',
  openssl: '3.5.8',
  simdjson: '4.6.7',
  simdutf: '6.4.0',
  sqlite: '3.53.4',
  tz: '2026c',
  undici: '7.29.1',
  unicode: '17.0',
  uv: '1.52.1',
  uvwasi: '0.0.23',
  v8: '13.6.233.17-node.53',
  zlib: '1.3.2.1-motley-8002e91',
  zstd: '1.5.7',
};

/** Throws where it is another Node than this one and that for Linux. */
export function partsOf(version: string): Readonly<Record<string, string>> {
  if (version === process.versions.node) return process.versions as Record<string, string>;
  if (version === linuxNodeVersion) return onRecord;
  throw new Error(`what is in Node ${version} is not on record`);
}

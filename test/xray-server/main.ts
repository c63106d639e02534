// `npm run xray-server -- --port N [--data FILE] [--latency MS] [--token T] [--standalone]
//   [--images K --findings N --unscanned N --foreign N --violations N]`: the stand-in in the foreground, until SIGTERM or
// Ctrl-C. Says its address on one line once it answers, and at its end how many calls it had.

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { digestOf } from '../support/digests.ts';
import { benchWorld } from './bench-world.ts';
import { worldParts } from './data-file.ts';
import type { World } from './data.ts';
import { startXrayServer } from './server.ts';

const { values: flags } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    data: { type: 'string' },
    latency: { type: 'string', default: '0' },
    token: { type: 'string' },
    standalone: { type: 'boolean', default: false },
    images: { type: 'string' },
    findings: { type: 'string', default: '20' },
    unscanned: { type: 'string', default: '0' },
    foreign: { type: 'string', default: '0' },
    violations: { type: 'string', default: '0' },
  },
});

const server = await startXrayServer({
  world: await chosenWorld(),
  port: wholeNumber('port', flags.port),
  latency: wholeNumber('latency', flags.latency),
  standalone: flags.standalone,
  ...(flags.token === undefined ? {} : { token: flags.token }),
});
console.log(`Xray and Artifactory (stand-in) at ${server.url}`);
await ended();
const [xray, artifactory] = [server.count(/ \/(?:xray|api)\//), server.count(' /artifactory/')];
await server.stop();
console.log(`Calls: ${xray} to Xray, ${artifactory} to Artifactory`);

async function chosenWorld(): Promise<Partial<World>> {
  if (flags.data !== undefined) return worldParts(JSON.parse(await readFile(flags.data, 'utf8')));
  if (flags.images === undefined) return {};
  return benchWorld({
    images: wholeNumber('images', flags.images),
    findingsPerImage: wholeNumber('findings', flags.findings),
    unscanned: wholeNumber('unscanned', flags.unscanned),
    foreign: wholeNumber('foreign', flags.foreign),
    violations: wholeNumber('violations', flags.violations),
    digestOf,
  });
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || text.trim() === '') {
    throw new Error(`--${flag} takes a whole number, not "${text}"`);
  }
  return value;
}

async function ended(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    // npm's signal ends the shell between npm and this program, and reaches nobody else.
    const parent = process.ppid;
    const orphaned = (): void => {
      if (process.ppid !== parent) resolve();
    };
    if (process.env['npm_lifecycle_event'] !== undefined) setInterval(orphaned, 500).unref();
  });
}

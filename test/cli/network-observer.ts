// Loaded into the program before anything of its own (`node --import`): writes down every connection, look-up of a name,
// datagram, port that is listened on and process that is started, and lets all of it happen.
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import net from 'node:net';
import process from 'node:process';

type Call = (this: unknown, ...given: unknown[]) => unknown;

const file = process.env['OBSERVED_NETWORK_FILE'] ?? '';

function observe(holder: object, name: string, words: (given: readonly unknown[]) => string | null): void {
  const holding = holder as Record<string, Call | undefined>;
  const real = holding[name];
  if (real === undefined) return;
  holding[name] = function observed(...given) {
    const line = words(given);
    if (line !== null) appendFileSync(file, `${line}\n`);
    return real.apply(this, given);
  };
}

/** `connect(options)`, `connect(port, host)` or, from within Node, `connect([options, callback])`. */
function target(given: readonly unknown[]): string {
  const [first, second] = given;
  if (Array.isArray(first)) return target(first);
  if (typeof first !== 'object' || first === null) {
    return `${typeof second === 'string' ? second : 'localhost'}:${String(first)}`;
  }
  const { host, port, path } = first as { host?: string; port?: number | string; path?: string | null };
  return typeof path === 'string' ? `unix:${path}` : `${host ?? 'localhost'}:${port ?? ''}`;
}

observe(net.Socket.prototype, 'connect', (given) => `connect ${target(given)}`);
observe(net.Server.prototype, 'listen', (given) => `listen ${target(given)}`);
for (const holder of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
  for (const name of Object.getOwnPropertyNames(holder).filter((one) => /^(lookup|resolve|reverse)/.test(one))) {
    // `lookup` of an address asks nobody.
    observe(holder, name, ([what]) =>
      name !== 'lookup' || net.isIP(String(what)) === 0 ? `look up ${String(what)}` : null,
    );
  }
}
for (const name of ['send', 'connect', 'bind']) {
  observe(
    dgram.Socket.prototype,
    name,
    (given) => `datagram ${given.filter((one) => typeof one !== 'object').join(' ')}`,
  );
}
observe(childProcess.ChildProcess.prototype, 'spawn', ([options]) => {
  const { file: program = '' } = options as { file?: string };
  return `start ${program}`;
});

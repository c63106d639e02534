// Connections for tests: nothing of the machine's own environment, and no waiting longer than needed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type ClusterConnection, connect, type ConnectionFlags, type Surroundings } from '../../src/cluster/connect.ts';
import { createCluster } from '../../src/cluster/read.ts';
import type { Scope } from '../../src/cluster/reading.ts';
import type { Fact } from '../../src/core/inventory.ts';

export function surroundings(overrides: Partial<Surroundings> = {}): Surroundings {
  return {
    env: {},
    platform: process.platform,
    home: '/nowhere',
    stdinIsTerminal: false,
    sleep: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
    random: () => 0,
    now: Date.now,
    ...overrides,
  };
}

/** A connection that ends with its test. */
export function aConnection(flags: ConnectionFlags, overrides: Partial<Surroundings> = {}): ClusterConnection {
  const connection = connect(flags, surroundings(overrides));
  onTestFinished(connection.close);
  return connection;
}

/** A folder that is gone after the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-cluster-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function aFile(name: string, text: string, folder = aFolder()): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Every fact of one read, in its order. */
export async function factsOf(connection: ClusterConnection, scope: Partial<Scope> = {}): Promise<readonly Fact[]> {
  const facts: Fact[] = [];
  const cluster = createCluster(connection, { namespaces: 'all', chunkSize: 500, ...scope });
  for await (const batch of cluster.read(new AbortController().signal)) facts.push(...batch);
  return facts;
}

export function ofType<T extends Fact['type']>(facts: readonly Fact[], type: T): Extract<Fact, { type: T }>[] {
  return facts.filter((fact): fact is Extract<Fact, { type: T }> => fact.type === type);
}

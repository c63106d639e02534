import { PbfReader, PbfWriter } from 'pbf';
import { describe, expect, test } from 'vitest';
import { alike } from '../../src/cluster/alike.ts';
import { createAgingInterning } from '../../src/cluster/interning-aging.ts';
import { readPodJson } from '../../src/cluster/decode-pod.ts';
import { podJson } from './api-server.ts';

const container = (reference: string) => [{ name: 'app', role: 'container', reference, imageID: '' }] as const;

describe('texts of a cluster that is watched for long', () => {
  test('are forgotten once they have grown far beyond what was there at first', () => {
    const interning = createAgingInterning(100);
    let largest = 0;
    for (let turn = 0; turn < 10_000; turn += 1) {
      if (turn === 50) interning.settled();
      interning.same(`text ${turn}`);
      interning.text(aText(`another ${turn}`));
      interning.labels(['app', `app-${turn}`]);
      interning.owner({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `set-${turn}`, uid: `uid-${turn}` });
      interning.containers(container(`app:${turn}`));
      largest = Math.max(largest, interning.size());
    }
    expect(largest).toBeLessThan(1_000);
  });

  test('are shared as long as they are few', () => {
    const interning = createAgingInterning();
    interning.settled();
    expect(interning.containers(container('app:1'))).toBe(interning.containers(container('app:1')));
    expect(interning.labels(['a', 'b'])).toBe(interning.labels(['a', 'b']));
  });

  test('of another age read as the same pod', () => {
    const [old, young] = [createAgingInterning(), createAgingInterning()];
    const pod = podJson({ uid: 'a' });
    expect(alike(readPodJson(pod, old), readPodJson(pod, young))).toBe(true);
  });
});

describe('what is alike', () => {
  const cases: [name: string, one: unknown, other: unknown, expected: boolean][] = [
    ['equal texts', 'a', 'a', true],
    ['a number and its text', 1, '1', false],
    ['nothing and an object', null, {}, false],
    ['equal objects', { a: [1, { b: null }] }, { a: [1, { b: null }] }, true],
    ['another key', { a: undefined }, { b: undefined }, false],
    ['one key more', { a: 1 }, { a: 1, b: 2 }, false],
    ['lists of other order', [1, 2], [2, 1], false],
    ['a shorter list', [1], [1, 2], false],
    ['a list and an object', [], {}, false],
    ['no number, twice', Number.NaN, Number.NaN, true],
  ];
  for (const [name, one, other, expected] of cases) {
    test(name, () => expect([alike(one, other), alike(other, one)]).toEqual([expected, expected]));
  }
});

function aText(text: string): PbfReader {
  const writer = new PbfWriter();
  writer.writeString(text);
  return new PbfReader(writer.finish());
}

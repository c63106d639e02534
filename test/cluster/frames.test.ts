import { describe, expect, test } from 'vitest';
import { cutJson, cutProtobuf } from '../../src/cluster/frames.ts';
import { createInterning } from '../../src/cluster/interning.ts';
import { podResource } from '../../src/cluster/resource.ts';
import { bookmark, errorFrame, podFrame, podJson } from './api-server.ts';

const pods = podResource(createInterning());
const typesIn = ({ frames }: ReturnType<typeof cutJson>) => frames.map(({ type }) => type);

describe('frames in protobuf', () => {
  test('that have not wholly arrived stay for the next time', () => {
    const whole = podFrame('ADDED', { uid: 'a', version: '4' });
    const data = Buffer.concat([whole, podFrame('ADDED', { uid: 'b', version: '5' }).subarray(0, 12)]);
    const cut = cutProtobuf(data, pods);
    expect([cut.used, cut.resourceVersion, cut.frames.length]).toEqual([whole.length, '4', 1]);
    expect(cutProtobuf(data.subarray(cut.used), pods)).toEqual({ frames: [], used: 0, resourceVersion: '' });
  });

  test('say by the last object or bookmark among them where to go on', () => {
    const frames = [bookmark(false, '7'), podFrame('DELETED', { uid: 'a', version: '9' }), errorFrame(500, 'slow')];
    expect(cutProtobuf(Buffer.concat(frames), pods).resourceVersion).toBe('9');
    expect(cutProtobuf(Buffer.concat(frames.slice(0, 1)), pods).resourceVersion).toBe('7');
    expect(cutProtobuf(Buffer.concat(frames.slice(2)), pods).resourceVersion).toBe('');
  });

  test('that are none are refused', () => {
    expect(() => cutProtobuf(Buffer.from([0, 0, 0, 2, 255, 255]), pods)).toThrow(RangeError);
    expect(() => cutProtobuf(Buffer.from([0, 0, 0, 0]), pods)).toThrow(RangeError);
  });
});

describe('frames in JSON', () => {
  test('are read line by line, and half a line stays for the next time', () => {
    const [one, two] = [line('ADDED', pod('a', '4')), line('MODIFIED', pod('b', '5'))];
    const cut = cutJson(Buffer.concat([one, two.subarray(0, 40)]), pods);
    expect([cut.used, cut.resourceVersion, typesIn(cut)]).toEqual([one.length, '4', ['ADDED']]);
    expect(cutJson(two.subarray(0, 40), pods).used).toBe(0);
  });

  test('may be bookmarks and errors', () => {
    const metadata = { resourceVersion: '8', annotations: { 'k8s.io/initial-events-end': 'true' } };
    const lines = [line('BOOKMARK', { metadata }), line('ERROR', { code: 410, reason: 'Expired', message: 'too old' })];
    expect(cutJson(Buffer.concat(lines), pods)).toMatchObject({
      resourceVersion: '8',
      frames: [
        { type: 'BOOKMARK', resourceVersion: '8', initialEventsEnd: true },
        { type: 'ERROR', status: { code: 410, reason: 'Expired', message: 'too old' } },
      ],
    });
  });

  test('that are none are refused', () => {
    expect(() => cutJson(Buffer.from('<html>\n'), pods)).toThrow(/a line of a watch is no JSON/);
    expect(() => cutJson(line('SEEN', {}), pods)).toThrow(/unknown type "SEEN"/);
  });
});

function line(type: string, object: object): Buffer {
  return Buffer.from(`${JSON.stringify({ type, object })}\n`);
}

function pod(uid: string, resourceVersion: string) {
  const json = podJson({ uid, image: 'größe:1' });
  return { ...json, metadata: { ...json.metadata, resourceVersion } };
}

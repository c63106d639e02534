import { expect, test } from 'vitest';
import { inOlderForm } from '../../plugin/package/older-form.ts';

/** A note as `--build-sea` writes it, behind other things that are in a Node. */
function executable(program: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(14, 0);
  head.writeUInt32LE(program.length, 4);
  return Buffer.concat([Buffer.from('code NODE_SEA_BLOB\0 code'), head, Buffer.from('NODE_SEA_BLOB\0\0\0'), program]);
}

/** Magic and flags, the form, and what follows. */
const program = (form: number, magic = '20da4301'): Buffer =>
  Buffer.from(`${magic}19000000${form.toString(16).padStart(2, '0')}00aabbcc`, 'hex');

test('the byte that says the form is left out, and nothing else is moved', () => {
  const before = executable(program(0));
  const after = inOlderForm(before);
  expect(after.length).toBe(before.length);
  expect(after.subarray(0, -13)).toEqual(before.subarray(0, -13));
  expect(after.subarray(-13).toString('hex')).toBe('20da43011900000000aabbcc00');
});

test('refused is what holds no program, one of another form, or one that is a module', () => {
  for (const other of [Buffer.from('nothing at all'), executable(program(1)), executable(program(0, '21da4301'))]) {
    expect(() => inOlderForm(other)).toThrow('in the form that is known');
  }
});

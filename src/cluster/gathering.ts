// Bytes that arrive in pieces and are wanted together: one buffer, used over and over. Fresh memory for each piece takes
// more time than copying it.

export interface Gathering {
  readonly size: () => number;
  readonly add: (bytes: Uint8Array, start?: number, end?: number) => void;
  /** All there is, valid until more is added. */
  readonly all: () => Buffer;
  /** Forgets the first so many bytes. */
  readonly drop: (count: number) => void;
}

export function createGathering(): Gathering {
  let buffer = Buffer.allocUnsafe(firstSize);
  let size = 0;
  return {
    size: () => size,
    add: (bytes, start = 0, end = bytes.length) => {
      const needed = size + end - start;
      if (needed > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(needed, 2 * buffer.length));
        buffer.copy(larger, 0, 0, size);
        buffer = larger;
      }
      buffer.set(bytes.subarray(start, end), size);
      size = needed;
    },
    all: () => buffer.subarray(0, size),
    drop: (count) => {
      buffer.copyWithin(0, count, size);
      size -= count;
    },
  };
}

const firstSize = 16 * 1024;

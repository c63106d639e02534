// Rewrites what Node 26 has put into an executable for Node 24, which reads the same form but for one byte.

const magic = 0x0143da20;
/** Of the note that holds it: its name takes 14 bytes and is filled up to 16; its size stands 8 bytes before its name. */
const name = 'NODE_SEA_BLOB\0';
const nameRoom = 16;
/** After magic and flags Node 26 says whether the script is CommonJS (0); to Node 24 it always is. */
const formAt = 8;

/** Throws where it is not as expected. */
export function inOlderForm(executable: Buffer): Buffer {
  const noteName = executable.lastIndexOf(name);
  const start = noteName + nameRoom;
  if (noteName < 12 || executable.readUInt32LE(start) !== magic || executable[start + formAt] !== 0) {
    throw new Error('the executable does not hold its program in the form that is known');
  }
  const end = start + executable.readUInt32LE(noteName - 8);
  const changed = Buffer.from(executable);
  changed.copyWithin(start + formAt, start + formAt + 1, end);
  // What is left over at the end is read by nobody.
  changed[end - 1] = 0;
  return changed;
}

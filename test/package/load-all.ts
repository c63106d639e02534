// Loads every chunk of the program, and prints those that give less than they say. A program of its own: libraries listen to
// the process they are loaded in.
import process from 'node:process';
import { makeProgram } from '../../plugin/package/program.ts';
import { createChunks } from '../../plugin/sea/chunks.ts';

const { chunks } = await makeProgram();
const loader = createChunks({
  read: (name) => chunks.get(name) ?? '',
  compiled: null,
  builtin: (name) => process.getBuiltinModule(name),
  asAtStart: (work) => work(),
});
for (const name of chunks.keys()) {
  const given = Object.entries((await loader.late(name)) as object);
  const missing = given.filter(([, value]) => value === undefined).map(([key]) => key);
  if (given.length === 0 || missing.length > 0) process.stdout.write(`${name}: ${missing.join(', ') || 'nothing'}\n`);
}
process.stdout.write(`${chunks.size} chunks\n`);
process.exit();

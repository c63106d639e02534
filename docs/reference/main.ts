// Writes docs/commands.md and docs/kubectl-xray.1 from the table of commands: npm run docs
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { reference } from './reference.ts';

for (const { file, text } of reference()) {
  writeFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), text);
}

// Colour, where it is wanted. Nothing is told by colour alone.

export type Paint = (text: string, tone: Tone) => string;

export type Tone = 'critical' | 'high' | 'warning' | 'good' | 'dim';

const codes: Record<Tone, string> = { critical: '1;31', high: '31', warning: '33', good: '32', dim: '2' };

/** `--color`, then NO_COLOR (set and not empty means never), then FORCE_COLOR, then whether it is a terminal. */
export function wantsColour(
  flag: 'auto' | 'always' | 'never',
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (flag !== 'auto') return flag === 'always';
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '' && forced !== '0') return true;
  return isTerminal && env['TERM'] !== 'dumb';
}

export function painter(colour: boolean): Paint {
  return (text, tone) => (colour ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text);
}

// What goes wrong with files of ours, in words: which file, why, and what to do.

/** Something could not be kept on this machine. Its message says what to do. */
export class StateError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StateError';
  }
}

/** `the journal FILE cannot be written: the disk is full. Free space on it, or ...`. */
export function cannot(doing: string, error: unknown, instead: string): StateError {
  return new StateError(`${doing}: ${whyOf(error)}. ${cureOf(error)}${instead}`, { cause: error });
}

/** `ENOSPC` and the like; empty where there is none. */
export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

const words: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the user is used up',
  EFBIG: 'it would be larger than files may be here',
  EROFS: 'the file system is read-only',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EIO: 'the disk fails',
};

/** In words where they are known, else as the system says it. */
export function whyOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  return words[code] === undefined ? said : `${words[code]} (${code})`;
}

function cureOf(error: unknown): string {
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(error)) ? 'Free space on it, or ' : 'Correct that, or ';
}

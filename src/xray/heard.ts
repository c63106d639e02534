// What one question about news brought, and how such a question is asked.
import type { Answer, XrayClient, XrayRequest } from './client.ts';

/** What the news may be about; nothing new where all of it is empty. */
export interface Heard {
  /** `REPOSITORY/IMAGE/TAG`. */
  readonly folders: readonly string[];
  readonly repositories: readonly string[];
  readonly everything: boolean;
}

export const nothingNew: Heard = { folders: [], repositories: [], everything: false };

/** At whichever address turns out to be Xray's; a time-out is not tried again before the next poll. */
export async function askForNews(
  client: XrayClient,
  signal: AbortSignal,
  request: Omit<XrayRequest, 'to' | 'retryTimeouts'>,
): Promise<Answer> {
  for (;;) {
    const base = client.base();
    const answer = await client.ask({ ...request, to: 'xray', retryTimeouts: false }, signal);
    if (answer.ok) client.confirmBase();
    const elsewhere = !answer.ok && (answer.status === 404 || answer.failure.reason === 'notXray');
    if (!elsewhere || !client.tryNextBase(base)) return answer;
  }
}

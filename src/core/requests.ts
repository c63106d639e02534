// What a log of requests is told; whoever sends them hands it on.

/** Told of every request as it is sent. What it returns is told what came of it: a status, or why there is none. */
export type RequestListener = (method: string, url: URL) => (outcome: number | string) => void;

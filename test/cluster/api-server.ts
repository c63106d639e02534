// A small API server on loopback that answers as it is told, and the protobuf that a real one would send.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PbfWriter } from 'pbf';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export type Route = (asked: Asked, response: ServerResponse) => void;

export interface ApiServer {
  readonly url: string;
  /** Everything that was asked, in its order. */
  readonly asked: readonly Asked[];
}

/** Answers with the first route whose path is asked for; 404 for anything else. Ends with its test. */
export async function anApiServer(routes: Readonly<Record<string, Route>>): Promise<ApiServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const one = { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers: request.headers };
    asked.push(one);
    const route = routes[url.pathname];
    if (route === undefined) refuse(response, 404, 'the server could not find the requested resource');
    else route(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** An answer of the API server's own, with its status in words. */
export function refuse(
  response: ServerResponse,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  json(response, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code }, code, headers);
}

export function json(response: ServerResponse, body: unknown, code = 200, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export function protobuf(response: ServerResponse, body: Uint8Array): void {
  response.writeHead(200, { 'content-type': 'application/vnd.kubernetes.protobuf' });
  response.end(body);
}

/** Begins a watch; its frames are written by the test. */
export function beginFrames(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/vnd.kubernetes.protobuf;stream=watch' });
  response.flushHeaders();
}

export interface PodText {
  readonly uid: string;
  readonly name?: string;
  readonly image?: string;
  readonly imageID?: string;
  /** Its resourceVersion. */
  readonly version?: string;
}

export function podJson({ uid, name = uid, image = 'app:1', imageID = '' }: PodText) {
  return {
    metadata: { uid, name, namespace: 'shop' },
    spec: { containers: [{ name: 'app', image }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'app', imageID }] },
  };
}

export function podList(
  pods: readonly PodText[],
  from: { readonly continue?: string; readonly version?: string } = {},
): Uint8Array {
  return envelope((list) => {
    list.writeMessage(
      1,
      (_, meta) => {
        meta.writeStringField(2, from.version ?? '7');
        meta.writeStringField(3, from.continue ?? '');
      },
      null,
    );
    for (const pod of pods) list.writeMessage(2, writePod, pod);
  });
}

export function podFrame(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: PodText): Uint8Array {
  return frame(type, (object) => writePod(pod, object));
}

/** Where the initial events end, unless told otherwise. */
export function bookmark(initialEventsEnd = true, version = '8'): Uint8Array {
  return frame('BOOKMARK', (pod) => {
    pod.writeMessage(
      1,
      (_, meta) => {
        meta.writeStringField(6, version);
        if (!initialEventsEnd) return;
        meta.writeMessage(
          12,
          (_, entry) => {
            entry.writeStringField(1, 'k8s.io/initial-events-end');
            entry.writeStringField(2, 'true');
          },
          null,
        );
      },
      null,
    );
  });
}

export function errorFrame(code: number, message: string): Uint8Array {
  return frame('ERROR', (status) => {
    status.writeStringField(3, message);
    status.writeVarintField(6, code);
  });
}

function frame(type: string, write: (object: PbfWriter) => void): Uint8Array {
  const event = new PbfWriter();
  event.writeStringField(1, type);
  event.writeMessage(2, (_, extension) => extension.writeBytesField(1, envelope(write)), null);
  const body = event.finish();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

function envelope(write: (object: PbfWriter) => void): Uint8Array {
  const unknown = new PbfWriter();
  unknown.writeMessage(2, (_, raw) => write(raw), null);
  return Buffer.concat([Buffer.from('k8s\0'), unknown.finish()]);
}

function writePod({ uid, name = uid, image = 'app:1', imageID = '', version = '' }: PodText, pod: PbfWriter): void {
  pod.writeMessage(
    1,
    (_, meta) => {
      meta.writeStringField(1, name);
      meta.writeStringField(3, 'shop');
      meta.writeStringField(5, uid);
      meta.writeStringField(6, version);
    },
    null,
  );
  pod.writeMessage(
    2,
    (_, spec) => {
      spec.writeMessage(
        2,
        (_, container) => {
          container.writeStringField(1, 'app');
          container.writeStringField(2, image);
        },
        null,
      );
    },
    null,
  );
  pod.writeMessage(
    3,
    (_, status) => {
      status.writeStringField(1, 'Running');
      status.writeMessage(
        8,
        (_, one) => {
          one.writeStringField(1, 'app');
          one.writeStringField(7, imageID);
        },
        null,
      );
    },
    null,
  );
}

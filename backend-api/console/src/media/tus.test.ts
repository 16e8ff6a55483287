import { expect, it } from 'vitest';

import { Refusal } from '../api/refusal';
import type { Answered, Asked, Step } from './tus';
import {
  base64,
  create,
  giveUp,
  LARGEST,
  pauseBefore,
  PIECE,
  sendRest,
  Stopped,
  unfit,
} from './tus';

const TITLE = '服务器放不下这个影片';

/** A server that keeps what it is sent, and a line that can be cut. */
class Server {
  bytes = Buffer.alloc(0);
  asked: string[] = [];
  waited: number[] = [];
  steps: Step[] = [];
  stop = new AbortController();
  /** What happens instead, request by request; `undefined`: what should. */
  instead: (((asked: Asked) => Answered | Promise<Answered>) | undefined)[] = [];

  answer(status: number, headers: Record<string, string> = {}, body: unknown = null): Answered {
    return { status, header: (name) => headers[name] ?? null, body };
  }

  refuse = (status: number, title: string) => () => this.answer(status, {}, { title, code: 'x' });
  cut = () => Promise.reject(new Error('cut'));

  line = async (asked: Asked): Promise<Answered> => {
    const { method, path, headers, body } = asked;
    this.asked.push(`${method} ${headers['upload-offset'] ?? ''}`.trim());
    expect(headers).toMatchObject({ 'x-requested-with': 'console', 'tus-resumable': '1.0.0' });
    const other = this.instead.shift();
    if (other) return other(asked);
    if (method === 'POST') return this.answer(201, { location: '/api/v1/uploads/u1' });
    expect(path).toBe('/api/v1/uploads/u1');
    if (method === 'DELETE') return this.answer(204);
    if (method === 'PATCH') {
      expect(headers['content-type']).toBe('application/offset+octet-stream');
      if (headers['upload-offset'] !== String(this.bytes.length)) {
        return this.answer(409, {}, { title: '应当从别处接着传' });
      }
      this.take(body);
    }
    return this.answer(200, { 'upload-offset': String(this.bytes.length) });
  };

  take(body: ArrayBuffer | undefined) {
    if (body) this.bytes = Buffer.concat([this.bytes, Buffer.from(body)]);
  }

  send(file: File) {
    return sendRest({
      id: 'u1',
      file,
      line: this.line,
      signal: this.stop.signal,
      wait: (ms) => {
        this.waited.push(ms);
        return Promise.resolve();
      },
      tell: (step) => this.steps.push(step),
    });
  }
}

/** Bytes that do not repeat where pieces meet. */
const content = (bytes: number) => {
  const all = Buffer.alloc(bytes);
  for (let n = 0; n < bytes; n += 1) all[n] = (n * 7) % 251;
  return all;
};
const fileOf = (bytes: number) => new File([content(bytes)], '春耕.mp4');
const whole = (server: Server, bytes: number) => server.bytes.equals(content(bytes));

it('begins an upload with its length and its name', async () => {
  const server = new Server();
  let asked: Asked | undefined;
  server.instead = [
    (one) => {
      asked = one;
      return server.answer(201, { location: '/api/v1/uploads/u1' });
    },
  ];
  expect(await create(fileOf(5), { line: server.line, signal: server.stop.signal })).toBe('u1');
  expect(asked?.headers).toMatchObject({
    'upload-length': '5',
    'upload-metadata': `filename ${Buffer.from('春耕.mp4').toString('base64')}`,
  });
});

it('says in the server’s words why none can be begun', async () => {
  for (const status of [409, 413, 422, 507]) {
    const server = new Server();
    server.instead = [server.refuse(status, TITLE)];
    const made = create(fileOf(5), { line: server.line, signal: server.stop.signal });
    await expect(made).rejects.toMatchObject({ status, message: TITLE });
  }
  const server = new Server();
  server.instead = [server.cut];
  const made = create(fileOf(5), { line: server.line, signal: server.stop.signal });
  await expect(made).rejects.toMatchObject({ code: 'network' });
});

it('sends piece by piece what is missing', async () => {
  const server = new Server();
  const bytes = PIECE + 10;
  server.bytes = content(4);
  await server.send(fileOf(bytes));
  expect(server.asked).toEqual(['HEAD', 'PATCH 4', `PATCH ${PIECE + 4}`]);
  expect(whole(server, bytes)).toBe(true);
  expect(server.steps.at(-1)).toEqual({ kind: 'sending', sent: bytes });
});

it('asks where it goes on after a cut, and waits longer each time', async () => {
  const server = new Server();
  server.instead = [
    undefined,
    // Some of it was there before the line was cut.
    ({ body }) => {
      server.take(body?.slice(0, 3));
      return server.cut();
    },
    server.cut,
    server.refuse(503, '服务器正在重新启动'),
  ];
  await server.send(fileOf(10));
  expect(server.asked).toEqual(['HEAD', 'PATCH 0', 'HEAD', 'HEAD', 'HEAD', 'PATCH 3']);
  expect(server.waited).toEqual([1000, 2000, 4000]);
  expect(whole(server, 10)).toBe(true);
  const words = server.steps.flatMap((step) => (step.kind === 'waiting' ? [step.words] : []));
  expect(words[0]).toContain('断网了');
  expect(words[2]).toBe('服务器正在重新启动');
  expect([1, 2, 5, 6, 99].map(pauseBefore)).toEqual([1000, 2000, 16_000, 30_000, 30_000]);
});

it('waits while another page is at it', async () => {
  const server = new Server();
  server.instead = [undefined, server.refuse(423, '正在另一个页面上传')];
  await server.send(fileOf(10));
  expect(server.asked).toEqual(['HEAD', 'PATCH 0', 'HEAD', 'PATCH 0']);
  expect(server.steps).toContainEqual({ kind: 'waiting', words: '正在另一个页面上传', ms: 1000 });
});

it('goes on where the server says after a conflict, without waiting', async () => {
  const server = new Server();
  server.instead = [() => server.answer(200, { 'upload-offset': '2' })];
  server.bytes = content(6);
  await server.send(fileOf(10));
  expect(server.asked).toEqual(['HEAD', 'PATCH 2', 'HEAD', 'PATCH 6']);
  expect(server.waited).toEqual([]);
  expect(whole(server, 10)).toBe(true);
});

it('takes a conflict that does not end for a fault', async () => {
  const server = new Server();
  const damaged = server.refuse(409, '服务器上这个文件有损坏');
  server.instead = [undefined, damaged, undefined, damaged, undefined, damaged, undefined, damaged];
  await expect(server.send(fileOf(10))).rejects.toMatchObject({
    message: '服务器上这个文件有损坏',
  });
  expect(server.asked).toHaveLength(8);
});

it('stops with the server’s words where somebody has to do something', async () => {
  for (const status of [400, 401, 403, 413, 415, 507]) {
    const server = new Server();
    server.instead = [undefined, server.refuse(status, TITLE)];
    await expect(server.send(fileOf(10))).rejects.toMatchObject({ status, message: TITLE });
    expect(server.waited).toEqual([]);
  }
  const server = new Server();
  server.instead = [() => server.answer(404)];
  await expect(server.send(fileOf(10))).rejects.toThrow('重新上传');
});

it('says when the file cannot be read, and does not take it for a cut line', async () => {
  const server = new Server();
  const file = fileOf(10);
  file.slice = () => {
    const piece = new Blob();
    piece.arrayBuffer = () => Promise.reject(new Error('NotReadableError'));
    return piece;
  };
  const error: unknown = await server.send(file).catch((wrong: unknown) => wrong);
  expect(error).toBeInstanceOf(Refusal);
  expect(error).toMatchObject({ code: 'file' });
});

it('stops when it is paused, whatever the line says then', async () => {
  const server = new Server();
  server.instead = [
    undefined,
    () => {
      server.stop.abort();
      return server.cut();
    },
  ];
  await expect(server.send(fileOf(10))).rejects.toBeInstanceOf(Stopped);
  expect(server.asked).toEqual(['HEAD', 'PATCH 0']);
});

it('gives up what may be gone already', async () => {
  const server = new Server();
  const how = { line: server.line, signal: server.stop.signal };
  await giveUp('u1', how);
  server.instead = [() => server.answer(404)];
  await giveUp('u1', how);
  server.instead = [server.refuse(409, '已经做成节目')];
  await expect(giveUp('u1', how)).rejects.toThrow('已经做成节目');
});

it('refuses what is no film by its length', () => {
  expect(unfit({ size: 0 })).toContain('空的');
  expect(unfit({ size: LARGEST })).toBeNull();
  expect(unfit({ size: LARGEST + 1 })).toContain('最大 10 GB');
  expect(base64('a.mp4')).toBe('YS5tcDQ=');
});

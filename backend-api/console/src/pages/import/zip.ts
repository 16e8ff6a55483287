/** The files in a ZIP archive (APPNOTE 6.3.10), as far as spreadsheets use it: stored or deflated. */

/** Unpacked, a list of people is no larger. */
const MOST_BYTES = 150 * 1024 * 1024;

export class Unreadable extends Error {}

const DAMAGED = '这个文件读不懂，可能没有存好。请在表格软件里另存为 .xlsx 或 CSV 再选。';

/** Reads the named files; those that are not there are left out. @throws Unreadable */
export async function unzipped(
  bytes: Uint8Array,
  wanted: (path: string) => boolean,
): Promise<Map<string, string>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<string, string>();
  let room = MOST_BYTES;
  try {
    let at = endOf(view);
    const count = view.getUint16(at + 10, true);
    at = view.getUint32(at + 16, true);
    for (let n = 0; n < count; n += 1) {
      if (view.getUint32(at, true) !== 0x02014b50) throw new Unreadable(DAMAGED);
      const method = view.getUint16(at + 10, true);
      const packed = view.getUint32(at + 20, true);
      const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
      const local = view.getUint32(at + 42, true);
      const path = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + (name ?? 0)));
      at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
      if (!wanted(path)) continue;
      const data = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const raw = bytes.subarray(data, data + packed);
      const file = method === 0 ? raw : await inflated(raw, room);
      room -= file.length;
      found.set(path, new TextDecoder().decode(file));
    }
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(DAMAGED);
  }
  return found;
}

/** Where the end of the archive's directory begins. */
function endOf(view: DataView): number {
  for (let at = view.byteLength - 22; at >= 0; at -= 1) {
    if (view.getUint32(at, true) === 0x06054b50) return at;
  }
  throw new Unreadable(DAMAGED);
}

async function inflated(raw: Uint8Array, room: number): Promise<Uint8Array> {
  let stream: DecompressionStream;
  try {
    stream = new DecompressionStream('deflate-raw');
  } catch {
    throw new Unreadable('这个浏览器太旧，读不了 .xlsx。请在表格软件里复制，粘贴到下面。');
  }
  const reader = new Blob([raw as BlobPart]).stream().pipeThrough(stream).getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: Uint8Array };
    if (done || value === undefined) break;
    size += value.length;
    // What a file says of its own size proves nothing.
    if (size > room) throw new Unreadable('这个表格太大。请分成几个文件，一个文件不超过几万行。');
    pieces.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

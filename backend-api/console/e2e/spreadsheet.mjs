// What stands in a spreadsheet that was downloaded.
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

/** All words and figures of an .xlsx, in the order of its parts: a zip of XML. */
export function sheetOf(path) {
  const file = readFileSync(path);
  const end = file.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = file.readUInt32LE(end + 16);
  const words = [];
  for (let entry = file.readUInt16LE(end + 10); entry > 0; entry -= 1) {
    const [method, size] = [file.readUInt16LE(at + 10), file.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((field) => file.readUInt16LE(at + field));
    const local = file.readUInt32LE(at + 42);
    const data = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const packed = file.subarray(data, data + size);
    const part = file.toString('utf8', at + 46, at + 46 + name);
    if (/^xl\/(worksheets|sharedStrings)/.test(part)) {
      const xml = (method === 0 ? packed : inflateRawSync(packed)).toString('utf8');
      words.push(...[...xml.matchAll(/<(?:t|v)(?: [^>]*)?>([^<]*)</g)].map(([, text]) => text));
    }
    at += 46 + name + extra + comment;
  }
  return words;
}

// What a browser loads before somebody sees the first page, compressed as the server sends it: what index.html
// brings (the sign-in page needs no more), and what 今天 needs besides. Says it as figures, and ends with status
// 1 when it is more than MOST_KB. Reads dist and its manifest, so it comes after the build.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const MOST_KB = 300;
const ENTRY = 'index.html';
const FIRST_PAGE = 'src/pages/today/page.tsx';

const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));

/** Files of a piece and of all that it imports. */
function filesOf(name, found = new Set()) {
  const piece = manifest[name];
  if (piece === undefined) throw new Error(`the build has no ${name}`);
  if (found.has(piece.file)) return found;
  found.add(piece.file);
  for (const sheet of piece.css ?? []) found.add(sheet);
  for (const other of piece.imports ?? []) filesOf(other, found);
  return found;
}

const kb = (files) =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0) / 1000;

const page = gzipSync(readFileSync(join(dist, ENTRY))).length / 1000;
const entry = filesOf(ENTRY);
const signIn = page + kb(entry);
const first = page + kb(new Set([...entry, ...filesOf(FIRST_PAGE)]));
console.log(`console_sign_in_kb ${signIn.toFixed(1)} kB`);
console.log(`console_first_load_kb ${first.toFixed(1)} kB`);
if (first > MOST_KB) {
  console.error(
    `The first page loads ${first.toFixed(1)} kB, and may load ${MOST_KB}. Pages are loaded when they are opened ` +
      `(src/rooms.tsx); what the frame imports, everybody loads. Largest:`,
  );
  for (const file of [...entry, ...filesOf(FIRST_PAGE)].slice(0, 40)) {
    const size = kb([file]);
    if (size > 5) console.error(`  ${size.toFixed(1)} kB  ${file}`);
  }
  process.exitCode = 1;
}

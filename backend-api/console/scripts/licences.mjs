// Every package that goes into the page must be under a licence that may be combined with
// GPL-3.0-only. The lock file says which each has.
import { readFile } from 'node:fs/promises';

const ALLOWED = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

const lock = JSON.parse(await readFile(new URL('../package-lock.json', import.meta.url), 'utf8'));
const wrong = Object.entries(lock.packages)
  .filter(([path, { dev }]) => path !== '' && !dev)
  .filter(([, { license }]) => !ALLOWED.has(license))
  .map(([path, { license }]) => `${path}: ${license ?? 'no licence named'}`);
if (wrong.length > 0) {
  console.error(`Not among the licences allowed here:\n${wrong.join('\n')}`);
  process.exit(1);
}

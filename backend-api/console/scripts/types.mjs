// Makes src/api/schema.d.ts from the server's OpenAPI document (or the one that is named).
import { readFile, writeFile } from 'node:fs/promises';

import openapiTS, { astToString } from 'openapi-typescript';

const from = process.argv[2] ?? new URL('../../server/openapi.json', import.meta.url);
const to = new URL('../src/api/schema.d.ts', import.meta.url);

const document = JSON.parse(await readFile(from, 'utf8'));
// Several endpoints are called `get` or `list`; without names their types stand with their paths.
for (const path of Object.values(document.paths)) {
  for (const operation of Object.values(path)) delete operation.operationId;
}
await writeFile(to, astToString(await openapiTS(document)));

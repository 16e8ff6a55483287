/** Tables as text: pasted from a spreadsheet, or a CSV file. Pure. */

/** The text of a file: UTF-8, UTF-16 as Notepad writes it, or GB18030 as older spreadsheets do. */
export function decoded(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** What parts the cells, by the first line that has more than one. */
function delimiterOf(text: string): string {
  const line = text.split(/\r?\n/).find((one) => /[\t,;]/.test(one)) ?? '';
  return ['\t', ',', ';'].find((one) => line.includes(one)) ?? '\t';
}

/** The cells of a table, by RFC 4180; pasted ones have tabs. */
export function cellsOf(text: string): string[][] {
  const delimiter = delimiterOf(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const end = () => {
    row.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at] ?? '';
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === delimiter) end();
    else if (c === '\n') {
      end();
      rows.push(row);
      row = [];
    } else if (c !== '\r') cell += c;
  }
  if (cell !== '' || row.length > 0) {
    end();
    rows.push(row);
  }
  return rows;
}

/** A table as a CSV file. Lines in a cell become spaces: each row is one line, so that the server's line is its row. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => {
    const line = text.replace(/\s*[\r\n]+\s*/g, ' ').trim();
    return /[",;\t，]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
  };
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

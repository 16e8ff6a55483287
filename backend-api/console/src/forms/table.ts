/** Cells of a table as it is copied from a spreadsheet (tabs) or stands in a file (commas, RFC 4180). Pure. */

export interface Row {
  /** From 1, as an editor counts lines. */
  line: number;
  cells: string[];
}

/** The rows that have something in them. */
export function rowsOf(text: string): Row[] {
  const mark = text.includes('\t') ? '\t' : ',';
  const rows: Row[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 1;
  let began = 1;
  const endCell = () => {
    cells.push(cell.trim());
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (cells.some((one) => one !== '')) rows.push({ line: began, cells });
    cells = [];
    began = line;
  };
  const plain = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  for (let at = 0; at < plain.length; at += 1) {
    const char = plain.charAt(at);
    if (char === '\n') line += 1;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (plain.charAt(at + 1) === '"') {
        cell += char;
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (char === mark) endCell();
    else if (char === '\n') endRow();
    else cell += char;
  }
  endRow();
  return rows;
}

/** A row as text; what would be read as something else stands in quotes. */
export function rowText(cells: readonly string[], mark: '\t' | ','): string {
  const filled = cells.map((cell) => cell !== '');
  return cells
    .slice(0, filled.lastIndexOf(true) + 1)
    .map((cell) => (/["\n\t,]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(mark);
}

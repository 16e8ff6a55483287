/** Tables of a page as a file that spreadsheets open. */
import { rowText } from '../forms/table';

/** Text of a cell that no spreadsheet takes for a formula. Pure. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?%?$/.test(text) ? `'${text}` : text;
}

/** Rows as CSV with the mark without which Excel reads UTF-8 as GBK. Pure. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  const lines = rows.map((row) =>
    rowText(
      row.map((cell) => harmless(String(cell))),
      ',',
    ),
  );
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

/** Has the browser keep a table that is on the page. */
export function keepTable(name: string, rows: readonly (readonly (string | number)[])[]): void {
  const url = URL.createObjectURL(new Blob([csvOf(rows)], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

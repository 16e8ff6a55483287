import type { Row, Sheet, What } from './columns';
import { sheetOf } from './columns';
import { cellsOf, decoded } from './text';
import { bookOf } from './xlsx';
import { Unreadable } from './zip';

/** As the server has it. */
const MOST_BYTES = 20 * 1024 * 1024;
const MOST_ROWS = 40_000;

const EMPTY = '里面没有内容。请看看是不是选错了。';

/** What was read, and what is to be said of it. */
export interface ReadTable {
  sheet: Sheet;
  note: string | null;
}

function tableOf(what: What, rows: readonly Row[], note: string | null): ReadTable {
  const sheet = sheetOf(what, rows);
  if (sheet === null) throw new Unreadable(EMPTY);
  if (sheet.rows.length === 0) throw new Unreadable('只有列名，没有内容。请连列名带内容一起。');
  if (sheet.rows.length > MOST_ROWS) {
    throw new Unreadable(
      `行数太多（${sheet.rows.length}）。请按镇分成几张，一张不超过 ${MOST_ROWS} 行。`,
    );
  }
  return { sheet, note };
}

/** @throws Unreadable */
export function readText(what: What, text: string): ReadTable {
  return tableOf(
    what,
    cellsOf(text).map((cells, n) => ({ line: n + 1, cells })),
    null,
  );
}

/** A CSV or XLSX file. @throws Unreadable */
export async function readFile(what: What, file: File): Promise<ReadTable> {
  if (file.size > MOST_BYTES) throw new Unreadable('文件超过 20 MB，太大了。请分成几个。');
  const bytes = new Uint8Array(await file.arrayBuffer());
  // Both beginnings are of files of spreadsheets: a ZIP, and the old binary format.
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const { sheet, rows, others } = await bookOf(bytes);
    const note = others > 0 ? `只读第一张工作表“${sheet}”，另外 ${others} 张没有读。` : null;
    return tableOf(what, rows, note);
  }
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) {
    throw new Unreadable(
      '这是旧格式 .xls。请在表格软件里另存为 .xlsx 或 CSV 再选，或者复制过来粘贴。',
    );
  }
  return readText(what, decoded(bytes));
}

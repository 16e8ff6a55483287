import { deflateRawSync } from 'node:zlib';

import { expect, it } from 'vitest';

import { bookOf } from './xlsx';

/** A ZIP archive as spreadsheets write it; every second file is deflated. */
function zipped(files: Record<string, string>): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  Object.entries(files).forEach(([path, text], n) => {
    const name = Buffer.from(path);
    const whole = Buffer.from(text);
    const method = n % 2 === 0 ? 8 : 0;
    const data = method === 8 ? deflateRawSync(whole) : whole;
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(method, 8);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(whole.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(head, name, data);
    directory.push(entry, name);
    at += 30 + name.length + data.length;
  });
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, listed, end]));
}

const BOOK = {
  'xl/workbook.xml':
    '<workbook><sheets><sheet name="名册" sheetId="1" r:id="rId7"/><sheet name="说明" sheetId="2" r:id="rId8"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<Relationships><Relationship Id="rId8" Target="worksheets/other.xml"/><Relationship Id="rId7" Target="worksheets/people.xml"/></Relationships>',
  'xl/sharedStrings.xml':
    '<sst><si><t>姓名</t></si><si><r><t>石</t></r><r><t xml:space="preserve">有田</t></r><rPh sb="0" eb="1"><t>shi</t></rPh></si></sst>',
  'xl/styles.xml':
    '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="0000000000"/><numFmt numFmtId="171" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>',
  'xl/worksheets/people.xml': `<worksheet><sheetData>
    <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>电话 &amp; 卡</t></is></c></row>
    <row r="2"/>
    <row r="3"><c r="A3" t="s"><v>1</v></c><c r="C3" s="1"><v>37073</v></c><c r="D3" s="2"><v>12345678</v></c></row>
    <row r="4"><c r="B4"><v>13800000001</v></c><c r="C4" s="3"><v>37073</v></c><c r="D4"><v>1.1010519491231002E+17</v></c><c r="E4" t="e"><v>#N/A</v></c></row>
    </sheetData><mergeCells><mergeCell ref="A3:A4"/></mergeCells></worksheet>`,
  'xl/worksheets/other.xml': '<worksheet><sheetData/></worksheet>',
};

it('reads the first sheet as people see it', async () => {
  const book = await bookOf(zipped(BOOK));
  expect([book.sheet, book.others]).toEqual(['名册', 1]);
  expect(book.rows).toEqual([
    { line: 1, cells: ['姓名', '电话 & 卡'] },
    { line: 2, cells: [] },
    // A date is a day, zeros stay.
    { line: 3, cells: ['石有田', '', '2001-07-01', '0012345678'] },
    // Merged downwards; a number that lost its last digits says so.
    { line: 4, cells: ['石有田', '13800000001', '2001-07-01', '1.10105E+17', '#N/A'] },
  ]);
});

it('reads names with a prefix', async () => {
  const sheet =
    '<x:worksheet><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>';
  const book = await bookOf(zipped({ ...BOOK, 'xl/worksheets/people.xml': sheet }));
  expect(book.rows).toEqual([{ line: 1, cells: ['7'] }]);
});

it('says in plain words that a file cannot be read', async () => {
  await expect(bookOf(new TextEncoder().encode('not a workbook'))).rejects.toThrow('另存为');
  const without = Object.fromEntries(
    Object.entries(BOOK).filter(([path]) => path !== 'xl/worksheets/people.xml'),
  );
  await expect(bookOf(zipped(without))).rejects.toThrow('没有工作表');
  const cut = zipped(BOOK);
  cut.fill(0, 40, 120);
  await expect(bookOf(cut)).rejects.toThrow();
});

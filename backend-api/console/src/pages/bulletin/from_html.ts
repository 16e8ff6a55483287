/** What an office program puts on the clipboard becomes blocks. */
import type { Block } from '../../api/types';
import { blocksOf } from '../../bulletin/pasted';
import { expanded, tableOf } from '../../bulletin/tables';

export interface FromElsewhere {
  blocks: Block[];
  /** Pictures inside, which a browser may not read from there. */
  pictures: number;
}

const BLOCKS = 'p,div,h1,h2,h3,h4,h5,h6,li,ul,ol,table,section,article,blockquote,pre,tr';

/** Words of an element as they are read: in a cell a line break stays one. */
function words(of: Element): string {
  const copy = of.cloneNode(true) as Element;
  for (const br of copy.querySelectorAll('br')) br.replaceWith('\n');
  return copy.textContent.replace(/[ \t\u00a0]*\n[ \t\u00a0]*/g, '\n').trim();
}

function readTable(table: HTMLTableElement): Block | null {
  const rows = [...table.rows].map((row) =>
    [...row.cells].map((cell) => ({
      text: words(cell).replace(/\s*\n\s*/g, ' '),
      rows: Math.max(1, cell.rowSpan),
      columns: Math.max(1, cell.colSpan),
    })),
  );
  return tableOf(expanded(rows));
}

function read(element: Element, into: Block[]): void {
  if (element instanceof HTMLTableElement) {
    const table = readTable(element);
    if (table) into.push(table);
    return;
  }
  const inner = [...element.children].filter(
    (child) => child.matches(BLOCKS) || child.querySelector(BLOCKS),
  );
  if (inner.length > 0 && !/^H[1-6]$/.test(element.tagName)) {
    // Words between blocks are a paragraph, too.
    let loose = document.createElement('p');
    const flush = () => {
      if (words(loose) !== '') into.push(...blocksOf(words(loose)));
      loose = document.createElement('p');
    };
    for (const node of element.childNodes) {
      if (node instanceof Element && inner.includes(node)) {
        flush();
        read(node, into);
      } else loose.append(node.cloneNode(true));
    }
    flush();
    return;
  }
  const text = words(element);
  if (text === '') return;
  if (/^H[1-6]$/.test(element.tagName))
    into.push({ type: 'heading', text: text.replace(/\n+/g, ' ') });
  else if (element.tagName === 'LI') {
    const list = element.parentElement;
    const nth = [...(list?.children ?? [])].indexOf(element) + 1;
    into.push({
      type: 'item',
      marker: list?.tagName === 'OL' ? `${nth}.` : '•',
      text: text.replace(/\n+/g, ' '),
    });
  } else into.push(...blocksOf(text));
}

/** Tables, headings, entries and paragraphs of HTML. Nothing of it is ever shown as HTML. */
export function fromHtml(html: string): FromElsewhere {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const unseen of page.querySelectorAll('style,script,meta,title,link')) unseen.remove();
  const blocks: Block[] = [];
  read(page.body, blocks);
  return { blocks, pictures: page.querySelectorAll('img').length };
}

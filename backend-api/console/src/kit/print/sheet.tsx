import './print.css';

import { PrinterOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useEffect } from 'react';
import { createPortal } from 'react-dom';

import { useMe } from '../../api/session';
import { onCalendar } from '../china_calendar';
import { useNow } from '../use_now';

interface Props {
  title: string;
  /** A line below the title. */
  note?: string;
  /** Who signs: `点名人`; left out: nobody. */
  signed?: readonly string[];
  children: ReactNode;
}

/** How many sheets there are. */
let sheets = 0;

/**
 * What goes onto paper instead of the page: office and date above, room to sign below. Of several the one that came last
 * is printed.
 */
export function PrintSheet({ title, note, signed = [], children }: Props) {
  const office = useMe().data?.organization.name ?? '';
  const now = useNow(60_000);
  useEffect(() => {
    sheets += 1;
    document.body.classList.add('prints-sheet');
    return () => {
      sheets -= 1;
      if (sheets === 0) document.body.classList.remove('prints-sheet');
    };
  }, []);
  return createPortal(
    <section className="print-only" aria-hidden>
      <div className="sheet-head">
        <span>{office}</span>
        <span>打印日期：{onCalendar(now).format('YYYY年M月D日')}</span>
      </div>
      <h1>{title}</h1>
      {note && <p>{note}</p>}
      {children}
      {signed.length > 0 && (
        <div className="sheet-sign">
          {signed.map((who) => (
            <span key={who}>{who}（签字）：</span>
          ))}
          <span className="sheet-day">
            <i>年</i>
            <i>月</i>
            <i>日</i>
          </span>
        </div>
      )}
    </section>,
    document.body,
  );
}

interface TableProps {
  head: readonly string[];
  rows: readonly (readonly (string | number)[])[];
  /** From which column on there are figures; left out: none. */
  figuresFrom?: number;
  /** Which columns have figures, where they do not stand together. */
  figures?: readonly boolean[];
}

/** A table on paper; its head comes again on each page. */
export function SheetTable({ head, rows, figuresFrom = Infinity, figures = [] }: TableProps) {
  const looks = (at: number) => (at >= figuresFrom || figures[at] === true ? 'figure' : undefined);
  return (
    <table>
      <thead>
        <tr>
          {head.map((title, at) => (
            <th key={at} scope="col" className={looks(at)}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, number) => (
          <tr key={number}>
            {row.map((cell, at) => (
              <td key={at} className={looks(at)}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** 打印: what the browser shows to print is the sheet of the page. */
export function PrintButton({ disabled = false }: { disabled?: boolean }) {
  return (
    <Button icon={<PrinterOutlined aria-hidden />} disabled={disabled} onClick={() => print()}>
      打印
    </Button>
  );
}

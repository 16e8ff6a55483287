import './print.css';

import { PrinterOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode } from 'react';

import { useMe } from '../../api/session';
import { onCalendar } from '../china_calendar';
import { useNow } from '../use_now';

interface Props {
  title: string;
  /** A line below the title. */
  note?: string;
  /** Who signs: `点名人`. */
  signed: readonly string[];
  children: ReactNode;
}

/** What goes onto paper instead of the page: office and date above, room to sign below. */
export function PrintSheet({ title, note, signed, children }: Props) {
  const office = useMe().data?.organization.name ?? '';
  const now = useNow(60_000);
  return (
    <section className="print-only" aria-hidden>
      <div className="sheet-head">
        <span>{office}</span>
        <span>打印日期：{onCalendar(now).format('YYYY年M月D日')}</span>
      </div>
      <h1>{title}</h1>
      {note && <p>{note}</p>}
      {children}
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
    </section>
  );
}

interface TableProps {
  head: readonly string[];
  rows: readonly (readonly (string | number)[])[];
  /** From which column on there are figures; left out: none. */
  figuresFrom?: number;
}

/** A table on paper; its head comes again on each page. */
export function SheetTable({ head, rows, figuresFrom = Infinity }: TableProps) {
  const looks = (at: number) => (at >= figuresFrom ? 'figure' : undefined);
  return (
    <table>
      <thead>
        <tr>
          {head.map((title, at) => (
            <th key={title} scope="col" className={looks(at)}>
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

import { useState } from 'react';

import { readSheet } from '../../api/finance';
import { sentence } from '../../api/refusal';
import { useMe } from '../../api/session';
import type { Organization } from '../../api/types';
import { organizationChoice } from '../../kit/organizations/choice';
import { Select, TreeSelect } from '../../kit/select';
import type { Brought } from '../../kit/table_source/table_source';
import { TableSource } from '../../kit/table_source/table_source';
import type { Work } from './work';
import { begun, months, periodName, periodWords, quarters } from './work';

/** As the server has it. */
const MOST_BYTES = 5 * 1024 * 1024;
/** Months and quarters that can be chosen. */
const MONTHS = 18;
const QUARTERS = 6;

interface Props {
  organizations: readonly Organization[];
  today: string;
  onRead: (work: Work) => void;
}

class TooLarge extends Error {}

const words = (error: unknown) =>
  error instanceof TooLarge ? '文件超过 5 MB。请只留收支表这一张，另存后再选。' : sentence(error);

/** Whose accounts they are, of when, and the table itself. */
export function Start({ organizations, today, onRead }: Props) {
  const me = useMe().data;
  const [organization, setOrganization] = useState<string | null>(null);
  const choices = months(today, MONTHS);
  const [period, setPeriod] = useState(choices[1] ?? choices[0] ?? '');
  const named = (values: string[]) => values.map((value) => ({ value, label: periodName(value) }));
  const groups = [
    { label: '按月', options: named(choices) },
    { label: '按季', options: named(quarters(today, QUARTERS)) },
  ];
  const rows = periodWords(period);
  const code = organization ?? me?.organization_code ?? '';
  const read = async (table: Brought) => {
    const [name, bytes] =
      'file' in table
        ? [table.file.name, table.file]
        : ['', new Blob([table.text], { type: 'application/octet-stream' })];
    if (bytes.size > MOST_BYTES) throw new TooLarge();
    onRead(begun(name, code, period, await readSheet(bytes)));
  };
  return (
    <div className="finance-start card">
      <section className="finance-which">
        <label htmlFor="finance-organization">哪个单位</label>
        <TreeSelect
          id="finance-organization"
          {...organizationChoice(organizations)}
          value={code}
          onChange={setOrganization}
        />
        <label htmlFor="finance-period">哪个月、哪一季</label>
        <Select id="finance-period" value={period} options={groups} onChange={setPeriod} />
      </section>
      <TableSource
        title="选收支表"
        about={`表格文件 .xlsx 或 CSV。要有“项目”和“收入”“支出”两列（或者“类别”“金额”两列），还要有“${rows.last}结余”和“${rows.end}结余”两行；“说明”可以不写。`}
        labels={{ file: '收支表文件', text: '粘贴的收支表' }}
        placeholder={`项目\t收入\t支出\n${rows.last}结余\t……`}
        read={read}
        words={words}
      />
    </div>
  );
}

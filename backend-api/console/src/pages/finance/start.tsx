import { FileExcelOutlined } from '@ant-design/icons';
import { Alert, Button, Input, Select, TreeSelect } from 'antd';
import { useRef, useState } from 'react';

import { readSheet } from '../../api/finance';
import { sentence } from '../../api/refusal';
import { useMe } from '../../api/session';
import type { Organization } from '../../api/types';
import { organizationChoice } from '../../kit/organizations/choice';
import type { Work } from './work';
import { begun, months, monthWords } from './work';

/** As the server has it. */
const MOST_BYTES = 5 * 1024 * 1024;
/** Months that can be chosen. */
const MONTHS = 18;

interface Props {
  organizations: readonly Organization[];
  today: string;
  onRead: (work: Work) => void;
}

/** Whose accounts they are, of which month, and the table itself. */
export function Start({ organizations, today, onRead }: Props) {
  const me = useMe().data;
  const [organization, setOrganization] = useState<string | null>(null);
  const choices = months(today, MONTHS);
  const [month, setMonth] = useState(choices[1] ?? choices[0] ?? '');
  const [text, setText] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const code = organization ?? me?.organization_code ?? '';
  const take = async (name: string, file: Blob) => {
    if (file.size > MOST_BYTES) {
      setTrouble('文件超过 5 MB。请只留收支表这一张，另存后再选。');
      return;
    }
    setBusy(true);
    setTrouble(null);
    try {
      onRead(begun(name, code, month, await readSheet(file)));
    } catch (error) {
      setTrouble(sentence(error));
    } finally {
      setBusy(false);
    }
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
        <label htmlFor="finance-month">哪个月</label>
        <Select
          id="finance-month"
          value={month}
          options={choices.map((value) => ({ value, label: monthWords(value) }))}
          onChange={setMonth}
        />
      </section>
      <section>
        <h2>选收支表</h2>
        <p>
          表格文件 .xlsx 或
          CSV。要有“项目”和“收入”“支出”两列（或者“类别”“金额”两列），还要有“上月结余”和“月末结余”两行；“说明”可以不写。
        </p>
        <input
          ref={field}
          type="file"
          className="finance-file"
          aria-label="收支表文件"
          accept=".xlsx,.csv,.txt"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) void take(file.name, file);
            target.value = '';
          }}
        />
        <Button
          type="primary"
          icon={<FileExcelOutlined aria-hidden />}
          loading={busy}
          onClick={() => field.current?.click()}
        >
          选文件…
        </Button>
      </section>
      <section>
        <h2>或者从表格里复制，粘贴到这里</h2>
        <Input.TextArea
          aria-label="粘贴的收支表"
          rows={8}
          value={text}
          placeholder={'项目\t收入\t支出\n上月结余\t……'}
          onChange={({ target }) => setText(target.value)}
        />
        <Button
          disabled={text.trim() === ''}
          loading={busy}
          onClick={() => void take('', new Blob([text], { type: 'application/octet-stream' }))}
        >
          看一看
        </Button>
      </section>
      {trouble !== null && <Alert type="error" showIcon message={trouble} />}
    </div>
  );
}

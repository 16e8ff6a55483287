import { SafetyCertificateOutlined } from '@ant-design/icons';
import { Alert, Button, Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { useFinanceDraft, useJudged } from '../../api/finance';
import { useBulletinLists } from '../../api/places';
import { Refusal, sentence } from '../../api/refusal';
import type { FinanceFault, FinanceJudged, Organization } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { useLeaveGuard } from '../../kit/leave/leave_guard';
import { newKey } from '../../kit/new_key';
import { Problem } from '../../kit/problem';
import { Select } from '../../kit/select';
import { useSettled } from '../../kit/use_settled';
import { editAt } from '../bulletin/ways';
import { usePhotos } from '../bulletin/use_photos';
import { Comparison } from './comparison';
import { PhotoButton } from './photo_button';
import { Rows } from './rows';
import type { Work } from './work';
import {
  barred,
  periodName,
  periodWords,
  sheetOf,
  withoutPicture,
  withPicture,
  yuan,
} from './work';

interface Props {
  work: Work;
  organizations: readonly Organization[];
  onWork: (next: (now: Work) => Work) => void;
  onLeave: () => void;
}

const LEAVING = {
  title: '放下这张表？',
  content: '在这里改过的内容和附上的照片就没有了。还没有生成草稿。',
  okText: '放下',
  cancelText: '接着改',
};

/** The table with what is wrong at its cells, whether it adds up, and the period before. */
export function Sheet({ work, organizations, onWork, onLeave }: Props) {
  const confirm = useConfirm();
  const navigate = useNavigate();
  const settled = useSettled(work, 350);
  const judged = useJudged(sheetOf(settled), settled.rows.length > 0);
  const draft = useFinanceDraft();
  const photos = usePhotos();
  const lists = useBulletinLists();
  /** Id of the draft. */
  const [made, setMade] = useState<string | null>(null);
  const sent = useRef<{ spelled: string; key: string } | null>(null);
  useLeaveGuard(made === null, LEAVING);
  useEffect(() => {
    // The guard is gone by now.
    if (made !== null) navigate(editAt(made));
  }, [made, navigate]);

  const now = judged.data ?? null;
  const stale = settled !== work || judged.isFetching;
  const faults = now?.faults ?? [];
  const off =
    now === null
      ? '服务器还没有核对'
      : now.list == null
        ? '没有找到放财务公示的栏目，请在上面选一个'
        : barred(work, faults);
  const name = organizations.find(({ code }) => code === work.organization)?.name ?? '';
  const attach = (files: readonly File[], line?: number) =>
    void photos.upload(files, (picture) =>
      onWork((all) => withPicture(all, { ...(line === undefined ? {} : { line }), picture })),
    );
  const make = async () => {
    const request = {
      sheet: sheetOf(work),
      // Everybody whom it concerns reads it; that can be changed in the draft.
      audience_code: work.organization,
      pictures: work.pictures,
      ...(work.explanation.trim() === '' ? {} : { explanation: work.explanation.trim() }),
    };
    const spelled = JSON.stringify(request);
    if (sent.current?.spelled !== spelled) sent.current = { spelled, key: newKey('finance') };
    const bulletin = await draft.mutateAsync({ key: sent.current.key, draft: request });
    setMade(bulletin.id);
  };
  const words = periodWords(work.period);
  const leave = async () => {
    if ((await confirm(LEAVING)) !== null) onLeave();
  };
  return (
    <div className="finance page-filled">
      <div className="finance-head">
        <strong>
          {name} {periodName(work.period)}
        </strong>
        <span>{work.file || '粘贴的表'}</span>
        <span>{work.rows.length} 行</span>
        <Button type="link" onClick={() => void leave()}>
          换一张
        </Button>
        <label htmlFor="finance-list">放在</label>
        <Select
          id="finance-list"
          className="finance-list"
          placeholder="选一个栏目"
          value={work.list ?? now?.list ?? null}
          options={lists.data ?? []}
          onChange={(list) => onWork((all) => ({ ...all, list }))}
        />
        <span className="spacer" />
        <span role="status">{stale ? '正在核对……' : '核对过了'}</span>
      </div>
      {work.unread.length > 0 && (
        <Alert
          type="warning"
          showIcon
          message="文件里有没读进来的"
          description={
            <ul>
              {work.unread.map(({ line, column, message }) => (
                <li key={`${line} ${column} ${message}`}>
                  第 {line} 行{column && `“${column}”`}：{message}
                </li>
              ))}
            </ul>
          }
        />
      )}
      {judged.error && <Problem error={judged.error} retry={judged.refetch} />}
      {draft.error && (
        <Alert
          type="error"
          showIcon
          message={sentence(draft.error)}
          description={
            draft.error instanceof Refusal
              ? draft.error.fields.map(({ message }) => message).join('；')
              : undefined
          }
        />
      )}
      <div className="finance-panes">
        <section className="card finance-table" aria-label="收支表">
          <Rows work={work} faults={faults} onWork={onWork} onPhotos={attach} />
        </section>
        <div className="finance-side">
          {now !== null && <Figures judged={now} period={work.period} />}
          <Faults faults={faults} />
          {faults.some(({ weight }) => weight === 'explain') && (
            <section className="card finance-part">
              <h2>和{words.last}公示不一致的原因</h2>
              <Input.TextArea
                aria-label={`和${words.last}公示不一致的原因`}
                rows={3}
                maxLength={500}
                value={work.explanation}
                onChange={({ target }) => onWork((all) => ({ ...all, explanation: target.value }))}
              />
              <p>会一起公示。</p>
            </section>
          )}
          {now !== null && <Comparison judged={now} period={work.period} />}
          <section className="card finance-part">
            <h2>发票照片 {work.pictures.length} 张</h2>
            <p>每一行后面可以附这一笔的；整张表的附在这里。号码在草稿里可以盖住。</p>
            <PhotoButton words="附整张表的照片…" onPhotos={(files) => attach(files)} />
            {photos.left > 0 && <p role="status">还有 {photos.left} 张在上传……</p>}
            {photos.notTaken.map((one) => (
              <Alert
                key={one.file.name}
                type="error"
                message={`${one.file.name}：${one.words}`}
                closable
                onClose={() => photos.forget(one)}
              />
            ))}
            <ul className="finance-photos">
              {work.pictures.map((one) => {
                const row = work.rows.find(({ line }) => line === one.line);
                const what = row ? (row.cells.find((cell) => cell !== '') ?? '') : '整张表';
                return (
                  <li key={`${one.line ?? 0} ${one.picture.screen.name}`}>
                    <span>
                      {row ? `第 ${row.line} 行 ` : ''}
                      {what}
                    </span>
                    <Button type="text" onClick={() => onWork((all) => withoutPicture(all, one))}>
                      去掉
                    </Button>
                  </li>
                );
              })}
            </ul>
          </section>
        </div>
      </div>
      <footer className="finance-foot">
        <SafetyCertificateOutlined aria-hidden />
        <span role="status">
          {off ?? (
            <>
              <strong>还没有发布。</strong>生成草稿以后可以再改，照发布的步骤送审。
            </>
          )}
        </span>
        <span className="spacer" />
        <Button onClick={() => void leave()}>放下</Button>
        <Button
          type="primary"
          disabled={off !== null || stale || photos.left > 0}
          loading={draft.isPending}
          onClick={() => void make().catch(() => undefined)}
        >
          生成草稿
        </Button>
      </footer>
    </div>
  );
}

/** 账对得上: the sums with their formula, as the server has them. */
function Figures({
  judged: { figures, faults },
  period,
}: {
  judged: FinanceJudged;
  period: string;
}) {
  const words = periodWords(period);
  const { opening_fen, income_fen, expense_fen, closing_fen } = figures;
  const good = !faults.some(({ weight }) => weight === 'wrong');
  const said = (fen: number | null | undefined) => (fen == null ? '？' : yuan(fen));
  return (
    <section className={good ? 'card finance-part finance-good' : 'card finance-part'}>
      <h2>{good ? '账对得上' : '账还没有对上'}</h2>
      <p>
        {words.last}结余 {said(opening_fen)} + 收入 {yuan(income_fen)} − 支出 {yuan(expense_fen)}
        {good ? ' = ' : `，表里${words.end}结余 `}
        {said(closing_fen)}
      </p>
    </section>
  );
}

const WEIGHT: Record<FinanceFault['weight'], string> = {
  wrong: '不对',
  explain: '要说明',
  look: '看一看',
};

/** All that is said, in the order of the table. */
function Faults({ faults }: { faults: readonly FinanceFault[] }) {
  return (
    <section className="card finance-part" aria-label="问题">
      <h2>{faults.length === 0 ? '没有问题' : `${faults.length} 个问题`}</h2>
      <ul className="finance-faults">
        {faults.map((one) => (
          <li
            key={`${one.line ?? 0} ${one.column ?? 0} ${one.message}`}
            className={`finance-${one.weight}`}
          >
            <b>
              {WEIGHT[one.weight]}
              {one.line != null && ` 第 ${one.line} 行`}
            </b>{' '}
            {one.message}
          </li>
        ))}
      </ul>
    </section>
  );
}

import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, InputNumber } from 'antd';
import type { InputRef } from 'antd';
import { useRef, useState } from 'react';

import { useMarkPaperVoter, useReadSheet, useTakeVoterBack } from '../../api/evaluations';
import { membersNamed } from '../../api/meetings';
import type { PaperState, QuestionForm, StaffEvaluation } from '../../api/types';
import type { Fault } from '../../forms/form';
import { answerTo, asks, counted, judge, optionCount, optionsOf } from '../../forms/form';
import { useConfirm } from '../../kit/confirm/confirm';
import { Drawer } from '../../kit/drawer/drawer';
import { Problem } from '../../kit/problem';
import { Select } from '../../kit/select';
import { moreWords, nobodyWords } from '../host/members';
import { questionKind } from '../../words/evaluations';
import type { Sheet } from './sheet';
import { begun, keyOf, pressed, readWords } from './sheet';
import { VoidSheet } from './void_sheet';

interface PaperProps {
  one: StaffEvaluation;
  may: boolean;
  /** Whoever may open and close it takes back what was entered by mistake. */
  mayLead: boolean;
}

/** Ballots on paper: who voted so, by name; and the sheets, read by two people. The two are entered apart. */
export function Paper({ one, may, mayLead }: PaperProps) {
  const [reading, setReading] = useState(false);
  const [voiding, setVoiding] = useState(false);
  const { on_paper, paper_unmatched, paper_ballots = 0, evaluation } = one;
  return (
    <section className="card evaluation-part" aria-labelledby="part-paper">
      <div className="evaluation-part-head">
        <h2 id="part-paper">纸质票</h2>
      </div>
      <p>
        登记了 {on_paper} 个人用纸投票；算数的有 {paper_ballots} 张
        {paper_unmatched > 0 && `，还有 ${paper_unmatched} 张等另一个人录第二遍`}。
      </p>
      {on_paper !== paper_ballots && (
        <p>名字和票要一样多，才能顺利截止。谁投的和投了什么分开录，对不上号。</p>
      )}
      {may && (
        <>
          <Voter id={evaluation.id} mayLead={mayLead} />
          <div className="evaluation-acts">
            <Button onClick={() => setReading(true)}>录一张纸质票…</Button>
            {mayLead && <Button onClick={() => setVoiding(true)}>作废一张…</Button>}
          </div>
        </>
      )}
      {voiding && <VoidSheet id={evaluation.id} onClose={() => setVoiding(false)} />}
      {reading && (
        <Reader id={evaluation.id} form={evaluation.form} onClose={() => setReading(false)} />
      )}
    </section>
  );
}

/** Notes that somebody voted on paper. */
function Voter({ id, mayLead }: { id: string; mayLead: boolean }) {
  const confirm = useConfirm();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<{ value: string; label: string } | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const wanted = name.trim();
  const found = useQuery({
    queryKey: ['members-named', wanted],
    queryFn: () => membersNamed(wanted),
    enabled: wanted !== '',
  });
  const marking = useMarkPaperVoter(id);
  const mark = async () => {
    if (chosen === null) return;
    setDone(null);
    await marking.mutateAsync(chosen.value).then(
      () => {
        setDone(`${chosen.label}已登记为用纸投票。`);
        setChosen(null);
      },
      // What went wrong is said below.
      () => undefined,
    );
  };
  const { mutateAsync: takeBack } = useTakeVoterBack(id);
  const back = async () => {
    if (chosen === null) return;
    setDone(null);
    const { value, label } = chosen;
    const said = await confirm({
      title: `撤回${label}用纸投票的登记？`,
      content:
        '撤回以后，这个人照样能投。登记的人不能比算数的票少：登错了人，请先登记真正投票的人。姓名和原因记进审计日志。',
      okText: '撤回登记',
      cancelText: '不撤回',
      reason: '同名，登记错了人',
      run: (reason) => takeBack({ member_id: value, reason }),
    });
    if (said !== null) {
      setDone(`${label}的登记撤回了，这个人照样能投。`);
      setChosen(null);
    }
  };
  return (
    <Form layout="vertical" requiredMark={false} onFinish={() => void mark()}>
      <Form.Item
        label="谁用纸投票"
        htmlFor="paper-voter"
        extra={found.data?.more ? moreWords : '登记以后，这个人在电视上不能再投。'}
      >
        <div className="evaluation-voter">
          <Select
            id="paper-voter"
            showSearch
            labelInValue
            filterOption={false}
            placeholder="输入姓名查找"
            loading={found.isFetching}
            value={chosen}
            onSearch={setName}
            notFoundContent={nobodyWords(wanted, found)}
            options={(found.data?.members ?? []).map((member) => ({
              value: member.id,
              label: `${member.name}（${member.organization.name}）`,
            }))}
            onChange={(option: { value: string; label: string }) => setChosen(option)}
          />
          <Button htmlType="submit" disabled={chosen === null} loading={marking.isPending}>
            登记
          </Button>
          {mayLead && (
            <Button disabled={chosen === null} onClick={() => void back()}>
              撤回登记…
            </Button>
          )}
        </div>
      </Form.Item>
      {done !== null && <Alert type="success" showIcon message={done} />}
      {marking.error && <Problem error={marking.error} />}
    </Form>
  );
}

const BECAME: Record<PaperState['reading'], { type: 'success' | 'info' | 'error'; words: string }> =
  {
    first: { type: 'info', words: '第一遍录好了。请另一个人用自己的账号登录，再录一遍。' },
    matches: { type: 'success', words: '两遍录的一样，这张票算数了。' },
    differs: {
      type: 'error',
      words: '两遍录的不一样，两遍都没有留下。请两个人对着这张纸，各自重新录一遍。',
    },
  };

interface ReaderProps {
  id: string;
  form: QuestionForm;
  onClose: () => void;
}

/** Reads sheets of paper, one after the other, by the keyboard. */
function Reader({ id, form, onClose }: ReaderProps) {
  const [number, setNumber] = useState<number | null>(1);
  const [sheet, setSheet] = useState<Sheet>(() => begun(form));
  const [became, setBecame] = useState<{ sheet: number; state: PaperState } | null>(null);
  const keys = useRef<InputRef>(null);
  const { mutateAsync: send } = useReadSheet(id);
  const sending = useMutation({
    mutationFn: async () => {
      if (number === null) return;
      const state = await send({ sheet: number, answers: counted(form, sheet.answers) });
      setBecame({ sheet: number, state });
      setSheet(begun(form));
      // Read again what did not come to the same; otherwise on to the next sheet.
      if (state.reading !== 'differs') setNumber(number + 1);
      keys.current?.focus();
    },
  });
  const faults = judge(form, counted(form, sheet.answers));
  const isDone = sheet.at === null;
  const press = (event: React.KeyboardEvent) => {
    if (event.key === 'Tab' || event.ctrlKey || event.altKey || event.metaKey) return;
    const key = keyOf(event.key);
    if (key === null) return;
    event.preventDefault();
    if (key === 'next' && isDone) {
      if (number !== null && faults.length === 0 && !sending.isPending) sending.mutate();
      return;
    }
    setBecame(null);
    setSheet((before) => pressed(form, before, key));
  };
  return (
    <Drawer
      open
      modal
      title="录一张纸质票"
      onClose={onClose}
      foot={
        <>
          <Button type="text" onClick={() => setSheet(begun(form))}>
            这张重来
          </Button>
          <span className="spacer" />
          <Button onClick={onClose}>关闭</Button>
          <Button
            type="primary"
            disabled={number === null || !isDone || faults.length > 0}
            loading={sending.isPending}
            onClick={() => sending.mutate()}
          >
            录好这一张
          </Button>
        </>
      }
    >
      {became && (
        <Alert
          className="evaluation-note"
          type={BECAME[became.state.reading].type}
          showIcon
          message={`第 ${became.sheet} 张：${BECAME[became.state.reading].words}`}
          description={`算数的 ${became.state.ballots} 张，只录了一遍的 ${became.state.once} 张。`}
        />
      )}
      <div className="evaluation-voter">
        <label htmlFor="sheet-number">纸上的编号</label>
        <InputNumber
          id="sheet-number"
          min={1}
          precision={0}
          value={number}
          onChange={setNumber}
          onPressEnter={() => keys.current?.focus()}
        />
        <label htmlFor="sheet-keys">在这里按数字</label>
        <Input
          id="sheet-keys"
          ref={keys}
          className="evaluation-keys"
          autoFocus
          autoComplete="off"
          value={sheet.typed}
          readOnly
          onKeyDown={press}
        />
      </div>
      <p className="evaluation-help">
        数字选选项，0 是空白；多选、填数按回车到下一题；退格键回到上一题。全部录完再按回车送出。
      </p>
      {sheet.refused !== null && <Alert type="warning" showIcon message={sheet.refused} />}
      <Questions form={form} sheet={sheet} />
      {isDone && faults.length > 0 && (
        <Alert
          type="warning"
          showIcon
          message={`这张票还不算数：${faultWords(form, faults)}`}
          description="纸上真的空着，就是废票，不用录；截止的时候会说明。录漏了，按退格键回去补。"
        />
      )}
      {isDone && faults.length === 0 && <p role="status">录完了。对一遍，按回车送出。</p>}
      {sending.error && <Problem error={sending.error} />}
    </Drawer>
  );
}

function faultWords(form: QuestionForm, faults: readonly Fault[]): string {
  return faults
    .map(({ question, says }) => {
      const at = form.questions.findIndex(({ id }) => id === question);
      return `第 ${at + 1} 题，${says}`;
    })
    .join('；');
}

function Questions({ form, sheet }: { form: QuestionForm; sheet: Sheet }) {
  return (
    <ol className="evaluation-sheet">
      {form.questions.map((question, index) => {
        if (!asks(form, index, sheet.answers)) return null;
        const isNow = sheet.at === index;
        return (
          <li key={question.id} aria-current={isNow ? 'step' : undefined}>
            <b>
              {question.text} <small>{questionKind(question)}</small>
            </b>
            {isNow && optionCount(question) > 0 && (
              <span className="evaluation-options">
                {question.kind.kind === 'matrix' && <em>{question.kind.rows[sheet.row]}：</em>}
                {optionsOf(question).map((option, at) => (
                  <span key={option}>
                    <kbd>{at + 1}</kbd> {option}
                  </span>
                ))}
                <span>
                  <kbd>0</kbd> 空白
                </span>
              </span>
            )}
            <span>{readWords(question, answerTo(question.id, sheet.answers))}</span>
          </li>
        );
      })}
    </ol>
  );
}

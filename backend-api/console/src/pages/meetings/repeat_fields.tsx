import { Alert, Checkbox, Form, InputNumber, Radio } from 'antd';
import type { FormInstance } from 'antd';
import { useEffect, useMemo } from 'react';

import { useSeriesPlan } from '../../api/meetings';
import { momentOf } from '../../kit/china_calendar';
import { ChinaDatePicker } from '../../kit/china_date_picker';
import { Problem } from '../../kit/problem';
import { Select } from '../../kit/select';
import { useSettled } from '../../kit/use_settled';
import type { Fields } from './draft';
import { LABELS } from './draft';
import {
  freeDays,
  MOST_TIMES,
  moveWords,
  planWords,
  repeatOf,
  rules,
  starts,
  startWords,
  stillMoved,
} from './repeat';

interface Props {
  form: FormInstance<Fields>;
}

/** How often a new meeting is held, for how long, and what becomes of days that nobody works on. */
export function RepeatFields({ form }: Props) {
  const starts_at = Form.useWatch('starts_at', form) as Fields['starts_at'] | undefined;
  const every = Form.useWatch('every', form);
  const ends = Form.useWatch('ends', form);
  const begins = starts_at ? momentOf(starts_at.startOf('minute')) : undefined;
  const repeats = every !== undefined && every !== 'once';
  return (
    <>
      <Form.Item name="every" label={LABELS.every}>
        <Select options={begins === undefined ? [] : rules(begins)} />
      </Form.Item>
      {repeats && (
        <>
          <div className="form-pair">
            <Form.Item name="ends" label={LABELS.ends}>
              <Radio.Group
                options={[
                  { value: 'times', label: '开够几次' },
                  { value: 'until', label: '到某一天' },
                ]}
              />
            </Form.Item>
            {ends === 'until' ? (
              <Form.Item
                name="until"
                label={LABELS.until}
                rules={[{ required: true, message: '请选最后一天' }]}
              >
                <ChinaDatePicker format="YYYY年M月D日" />
              </Form.Item>
            ) : (
              <Form.Item
                name="times"
                label={LABELS.times}
                rules={[
                  { required: true, message: '请写一共开几次' },
                  {
                    type: 'number',
                    min: 2,
                    max: MOST_TIMES,
                    message: `2 到 ${MOST_TIMES} 次`,
                  },
                ]}
              >
                <InputNumber suffix="次" precision={0} />
              </Form.Item>
            )}
          </div>
          <Days form={form} begins={begins} />
        </>
      )}
    </>
  );
}

/** The days it comes to lie on, and the choice for those that are free. */
function Days({ form, begins }: Props & { begins: number | undefined }) {
  const every = Form.useWatch('every', form);
  const ends = Form.useWatch('ends', form);
  const times = Form.useWatch('times', form);
  const until = Form.useWatch('until', form);
  const moved = Form.useWatch('moved', form);
  const wish = useMemo(
    () => JSON.stringify({ begins, repeat: repeatOf({ every, ends, times, until }) }),
    [begins, every, ends, times, until],
  );
  const settled = useSettled(wish, 350);
  const { begins: at, repeat } = JSON.parse(settled) as {
    begins?: number;
    repeat?: ReturnType<typeof repeatOf>;
  };
  const { data: plan, error, refetch } = useSeriesPlan(at, repeat);
  // What was chosen of days that are no longer among them is chosen no longer.
  useEffect(() => {
    if (!plan) return;
    const before = form.getFieldValue('moved') as number[] | undefined;
    const kept = stillMoved(before, plan);
    if (kept.length !== (before ?? []).length) form.setFieldValue('moved', kept);
  }, [plan, form]);

  if (error) return <Problem error={error} retry={refetch} />;
  if (!plan || repeat === undefined) return null;
  const free = freeDays(plan);
  const chosen = stillMoved(moved, plan);
  return (
    <div className="repeat-days">
      <p role="status">{planWords(plan, chosen)}</p>
      {plan.unknown_years.length > 0 && (
        <Alert
          type="info"
          showIcon
          message={`${plan.unknown_years.join('、')} 年的工作日历还没有录入，只知道周末休息，看不出节假日。`}
        />
      )}
      {free.length > 0 && (
        <Form.Item
          name="moved"
          label={`${free.length} 场在休息日：勾上的移到后面的工作日，不勾的照开`}
        >
          <Checkbox.Group
            className="repeat-free"
            options={free.map((day) => ({
              value: day.starts_at_ms,
              label: moveWords(day),
              disabled: day.moved_to_ms == null,
            }))}
          />
        </Form.Item>
      )}
      <details>
        <summary>各场的日子</summary>
        <ol>
          {starts(plan, chosen).map((ms) => (
            <li key={ms}>{startWords(ms)}</li>
          ))}
        </ol>
      </details>
    </div>
  );
}

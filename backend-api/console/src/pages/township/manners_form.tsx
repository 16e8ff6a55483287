import { Form } from 'antd';

import type { Versioned } from '../../api/township';
import { townshipNow } from '../../api/township';
import type { Township } from '../../api/types';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog } from '../../kit/form_dialog/form_dialog';
import { Select } from '../../kit/select';
import type { MannersFields } from './draft';
import { hour, LIVE_FILLS, MANNERS_LABELS, MANNERS_NAMES, mannersOf, withManners } from './draft';
import { useSave } from './use_save';

interface Props {
  /** As it was read. */
  first: Versioned<Township>;
  onClose: () => void;
}

const HOURS = Array.from({ length: 24 }, (_, value) => ({ value, label: hour(value) }));

const FILLS = [false, true].map((value) => ({ value, label: LIVE_FILLS[`${value}`] }));

/** What televisions do by themselves, and when they do not. */
export function MannersForm({ first, onClose }: Props) {
  const save = useSave();
  const standing = ({ value, version }: Versioned<Township>): Standing<MannersFields> => ({
    values: mannersOf(value),
    version,
  });
  const show = (name: string, value: unknown) =>
    name === 'live_fills_home' ? LIVE_FILLS[`${value === true}`] : hour(Number(value));
  return (
    <FormDialog<MannersFields>
      title="电视什么时候打扰人"
      okText="保存"
      first={standing(first)}
      labels={MANNERS_LABELS}
      serverNames={MANNERS_NAMES}
      show={show}
      current={async () => standing(await townshipNow())}
      save={(fields, version) => save(version, (township) => withManners(township, fields))}
      onClose={onClose}
    >
      <p>
        这段时间里，家里的电视不跳出点名、开会和通知，等天亮再说；只有选了“危及生命”的紧急通知照样跳出来。两个钟点一样，就是夜里也照常提醒。
      </p>
      <Form.Item name="from_hour" label={MANNERS_LABELS.from_hour}>
        <Select options={HOURS} />
      </Form.Item>
      <Form.Item name="until_hour" label={MANNERS_LABELS.until_hour}>
        <Select options={HOURS} />
      </Form.Item>
      <Form.Item
        name="live_fills_home"
        label={MANNERS_LABELS.live_fills_home}
        extra="有直播、又没有人说过不看时才这样；按返回就回到首页，这一场不再自己放。"
      >
        <Select options={FILLS} />
      </Form.Item>
    </FormDialog>
  );
}

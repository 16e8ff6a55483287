import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';

import type { Versioned } from '../../api/township';
import { townshipNow } from '../../api/township';
import type { HelpContact, Township } from '../../api/types';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog } from '../../kit/form_dialog/form_dialog';
import type { HelpFields } from './draft';
import { called, HELP_LABELS, helpOf, ofHelp, withHelp } from './draft';
import { useSave } from './use_save';

interface Props {
  /** As it was read. */
  first: Versioned<Township>;
  onClose: () => void;
}

/** The server takes as many. */
const MOST = 3;

/** Whom people call who need help. */
export function HelpForm({ first, onClose }: Props) {
  const save = useSave();
  const standing = ({ value, version }: Versioned<Township>): Standing<HelpFields> => ({
    values: helpOf(value),
    version,
  });
  const write = async (fields: HelpFields, version: number | undefined) => {
    try {
      await save(version, (township) => withHelp(township, fields));
    } catch (error) {
      throw ofHelp(error);
    }
  };
  return (
    <FormDialog<HelpFields>
      title="帮助电话"
      okText="保存"
      first={standing(first)}
      labels={HELP_LABELS}
      show={(_, value) => called((value ?? []) as HelpContact[])}
      current={async () => standing(await townshipNow())}
      save={write}
      onClose={onClose}
    >
      <p>
        电视的“帮助”“关于这台电视”和手机填写的页面上显示。第一个最要紧：字号放大以后，电视上只放得下第一个。
      </p>
      <Numbers />
    </FormDialog>
  );
}

function Numbers() {
  return (
    <Form.List name="help">
      {(lines, { add, remove }, { errors }) => (
        <div className="township-lists">
          {lines.map(({ key, name }, index) => (
            <fieldset key={key} className="township-list">
              <legend>第 {index + 1} 个</legend>
              <Form.Item
                name={[name, 'office']}
                label="单位"
                rules={[{ required: true, whitespace: true, message: '请写单位' }]}
              >
                <Input maxLength={20} placeholder="例如：党政办公室" />
              </Form.Item>
              <Form.Item
                name={[name, 'telephone']}
                label="电话"
                rules={[{ required: true, whitespace: true, message: '请写电话' }]}
              >
                <Input maxLength={30} inputMode="tel" placeholder="例如：0512-40000001 转 8" />
              </Form.Item>
              <Form.Item name={[name, 'name']} label="谁接电话（可以不写）">
                <Input maxLength={20} placeholder="例如：袁月华" />
              </Form.Item>
              <Form.Item name={[name, 'hours']} label="什么时候有人接（可以不写）">
                <Input maxLength={20} placeholder="例如：工作日 8:30–17:30" />
              </Form.Item>
              <div className="township-list-acts">
                <span className="spacer" />
                <Button icon={<DeleteOutlined aria-hidden />} onClick={() => remove(name)}>
                  删去
                </Button>
              </div>
            </fieldset>
          ))}
          <Form.ErrorList errors={errors} />
          {lines.length < MOST && (
            <Button
              icon={<PlusOutlined aria-hidden />}
              onClick={() => add({ office: '', telephone: '', name: '', hours: '' })}
            >
              加一个电话
            </Button>
          )}
        </div>
      )}
    </Form.List>
  );
}

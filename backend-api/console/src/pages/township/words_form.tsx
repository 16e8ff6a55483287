import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';

import type { Versioned } from '../../api/township';
import { townshipNow } from '../../api/township';
import type { Pronunciation, Township } from '../../api/types';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog } from '../../kit/form_dialog/form_dialog';
import type { WordFields } from './draft';
import { ofWords, spoken, withWords, WORD_LABELS, wordsOf } from './draft';
import { useSave } from './use_save';

interface Props {
  /** As it was read. */
  first: Versioned<Township>;
  onClose: () => void;
}

/** The server takes as many. */
const MOST = 300;

/** Words that televisions would read aloud wrongly. */
export function WordsForm({ first, onClose }: Props) {
  const save = useSave();
  const standing = ({ value, version }: Versioned<Township>): Standing<WordFields> => ({
    values: wordsOf(value),
    version,
  });
  const write = async (fields: WordFields, version: number | undefined) => {
    try {
      await save(version, (township) => withWords(township, fields));
    } catch (error) {
      throw ofWords(error);
    }
  };
  return (
    <FormDialog<WordFields>
      title="朗读的读音"
      okText="保存"
      first={standing(first)}
      labels={WORD_LABELS}
      show={(_, value) => spoken((value ?? []) as Pronunciation[])}
      current={async () => standing(await townshipNow())}
      save={write}
      onClose={onClose}
    >
      <p>
        电视朗读时念错的字，多半是地名和人名里的多音字。写下这个词，再用念得对的同音字写一遍；屏幕上的字不变。
      </p>
      <Words />
    </FormDialog>
  );
}

function Words() {
  return (
    <Form.List name="pronunciations">
      {(lines, { add, remove }, { errors }) => (
        <div className="township-lists">
          {lines.map(({ key, name }, index) => (
            <fieldset key={key} className="township-list">
              <legend>第 {index + 1} 个</legend>
              <Form.Item
                name={[name, 'word']}
                label="词"
                rules={[{ required: true, whitespace: true, message: '请写词' }]}
              >
                <Input maxLength={12} placeholder="例如：单家村" />
              </Form.Item>
              <Form.Item
                name={[name, 'said']}
                label="读作"
                rules={[{ required: true, whitespace: true, message: '请用同音字写读音' }]}
              >
                <Input maxLength={24} placeholder="例如：善家村" />
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
            <Button icon={<PlusOutlined aria-hidden />} onClick={() => add({ word: '', said: '' })}>
              加一个词
            </Button>
          )}
        </div>
      )}
    </Form.List>
  );
}

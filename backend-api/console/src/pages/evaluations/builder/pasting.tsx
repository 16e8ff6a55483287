import { Alert, Input, Modal } from 'antd';
import { useState } from 'react';

import type { QuestionForm } from '../../../api/types';
import { formOf } from '../../../forms/written';
import { questionKind } from '../../../words/evaluations';

interface Props {
  onForm: (form: QuestionForm) => void;
  onClose: () => void;
}

/** The questions of a text, or what is wrong with it. */
function readOf(text: string): { form: QuestionForm } | { wrong: string } {
  try {
    return { form: formOf(text) };
  } catch (error) {
    return { wrong: (error as Error).message };
  }
}

/** Questions as they are copied from a spreadsheet. */
export function Pasting({ onForm, onClose }: Props) {
  const [text, setText] = useState('');
  const read = readOf(text);
  const form = 'form' in read ? read.form : null;
  return (
    <Modal
      open
      title="从表格粘贴题目"
      okText="接在后面"
      cancelText="不粘贴"
      okButtonProps={{ disabled: form === null }}
      onOk={() => {
        if (form === null) return;
        onForm(form);
        onClose();
      }}
      onCancel={onClose}
    >
      <p>一行一题：题目、类型（单选、多选、等级、数字、选句、逐个评）、选项，选项用“、”隔开。</p>
      <Input.TextArea
        aria-label="粘贴的题目"
        rows={8}
        autoFocus
        value={text}
        placeholder={'给群众办事，您觉得怎么样？\t等级\t满意、基本满意、不满意、不了解'}
        onChange={({ target }) => setText(target.value)}
      />
      {text.trim() !== '' && 'wrong' in read && (
        <Alert className="evaluation-note" type="warning" showIcon message={read.wrong} />
      )}
      {form !== null && (
        <Alert
          className="evaluation-preview"
          type="success"
          showIcon
          message={`读到 ${form.questions.length} 道题`}
          description={
            <ol>
              {form.questions.map((question) => (
                <li key={question.id}>
                  {question.text}（{questionKind(question)}）
                </li>
              ))}
            </ol>
          }
        />
      )}
    </Modal>
  );
}

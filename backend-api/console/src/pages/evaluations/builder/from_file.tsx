import { Alert, Button, Upload } from 'antd';
import { useState } from 'react';

import { questionsOfFile } from '../../../api/evaluations';
import { Refusal, sentence } from '../../../api/refusal';
import type { QuestionForm } from '../../../api/types';
import { formOf, Unreadable } from '../../../forms/written';

/** So many complaints are shown at once. */
const SHOWN = 8;

/** Questions of a file: a table or a file of the content folder, which the server reads, or JSON. */
export function FromFile({ onForm }: { onForm: (form: QuestionForm) => void }) {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const take = async (file: File) => {
    setBusy(true);
    setWrong([]);
    try {
      const isJson = /\.json$/i.test(file.name);
      onForm(isJson ? formOf(await file.text()) : await questionsOfFile(file));
    } catch (error) {
      const said = error instanceof Refusal ? error.fields.map(({ message }) => message) : [];
      if (said.length > 0) setWrong(said);
      else setWrong([error instanceof Unreadable ? error.message : sentence(error)]);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Upload
        accept=".csv,.toml,.json"
        showUploadList={false}
        beforeUpload={(file) => {
          void take(file);
          return false;
        }}
      >
        <Button loading={busy}>从文件读题目…</Button>
      </Upload>
      {wrong.length > 0 && (
        <Alert
          className="builder-wrong"
          type="warning"
          showIcon
          closable
          message="文件里有地方要改，题目没有变"
          description={
            <ul>
              {wrong.slice(0, SHOWN).map((says) => (
                <li key={says}>{says}</li>
              ))}
              {wrong.length > SHOWN && <li>还有 {wrong.length - SHOWN} 处。</li>}
            </ul>
          }
          onClose={() => setWrong([])}
        />
      )}
    </>
  );
}

import { PictureOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, Input, InputNumber, Radio, Upload } from 'antd';

import { useListsOf, useOrganizations } from '../../api/places';
import { uploadPicture } from '../../api/requests';
import type { ServiceRequest } from '../../api/types';
import { numbersIn } from '../../bulletin/numbers';
import { Problem } from '../../kit/problem';
import { Select } from '../../kit/select';
import type { Mode, Writing } from './acts';
import { withSentence } from './acts';

interface Props {
  mode: Mode;
  request: ServiceRequest;
  writing: Writing;
  onWrite: (change: Partial<Writing>) => void;
  onOpen: (id: string) => void;
}

/** What is chosen beside the text, as each act needs it. */
export function Beside(props: Props) {
  const { mode, writing, onWrite } = props;
  switch (mode) {
    case 'reply':
      return <ReplyFields {...props} />;
    case 'pass_on':
      return <Office {...props} />;
    case 'ask_extension':
      return (
        <div className="request-line-field">
          延期
          <InputNumber
            aria-label="延期多少小时"
            min={1}
            max={720}
            precision={0}
            suffix="小时"
            value={writing.hours}
            onChange={(hours) => onWrite({ hours })}
          />
        </div>
      );
    case 'call':
      return (
        <Radio.Group
          aria-label="打通了没有"
          value={writing.reached}
          onChange={({ target }) => onWrite({ reached: target.value as boolean })}
        >
          <Radio value={true}>打通了</Radio>
          <Radio value={false}>没打通</Radio>
        </Radio.Group>
      );
    case 'merge':
      return <Similar {...props} />;
    case 'publish':
      return <PublishFields {...props} />;
    default:
      return null;
  }
}

function ReplyFields({ request, writing, onWrite }: Props) {
  const uploading = useMutation({ mutationFn: (picture: File) => uploadPicture(picture) });
  const add = async (picture: File) => {
    const { id } = await uploading.mutateAsync(picture);
    onWrite({ pictures: [...writing.pictures, id] });
  };
  return (
    <>
      <div className="request-checks">
        <Checkbox
          checked={writing.done}
          onChange={({ target }) => onWrite({ done: target.checked })}
        >
          办完了，请本人确认
        </Checkbox>
        {request.phone_masked != null && (
          <Checkbox
            checked={writing.by_phone}
            onChange={({ target }) => onWrite({ by_phone: target.checked })}
          >
            同时打电话说过
          </Checkbox>
        )}
        <span className="spacer" />
        <Upload
          accept="image/jpeg,image/png,image/webp"
          showUploadList={false}
          beforeUpload={(picture) => {
            // What goes wrong is said below.
            void add(picture).catch(() => undefined);
            return false;
          }}
        >
          <Button icon={<PictureOutlined aria-hidden />} loading={uploading.isPending}>
            附一张照片
          </Button>
        </Upload>
      </div>
      {writing.pictures.map((id, index) => (
        <Button
          key={id}
          type="text"
          onClick={() => onWrite({ pictures: writing.pictures.filter((other) => other !== id) })}
        >
          去掉第 {index + 1} 张照片
        </Button>
      ))}
      {uploading.error && <Problem error={uploading.error} />}
    </>
  );
}

function Office({ request, writing, onWrite }: Props) {
  const organizations = useOrganizations().data ?? [];
  const codeOf = (id: string) => organizations.find((one) => one.id === id)?.code ?? id;
  return (
    <Select
      className="request-wide"
      aria-label="转给谁"
      placeholder="转给谁"
      showSearch
      optionFilterProp="label"
      value={writing.office}
      options={(request.may_pass_to ?? []).map(({ id, name }) => ({
        value: codeOf(id),
        label: name,
      }))}
      onChange={(office) => onWrite({ office })}
    />
  );
}

function Similar({ request, writing, onWrite, onOpen }: Props) {
  const similar = request.similar ?? [];
  if (similar.length === 0) return <p>最近 30 天没有看起来一样的。</p>;
  return (
    <Radio.Group
      className="request-similar"
      aria-label="和哪一件合并"
      value={writing.into}
      onChange={({ target }) => onWrite({ into: target.value as string })}
    >
      {similar.map(({ id, number, summary, office }) => (
        <div key={id}>
          <Radio value={id}>
            {summary}（{number}，{office.name}）
          </Radio>
          <Button type="link" onClick={() => onOpen(id)}>
            打开看
          </Button>
        </div>
      ))}
    </Radio.Group>
  );
}

function PublishFields({ request, writing, onWrite }: Props) {
  const lists = useListsOf('bulletins');
  const answers = request.history.filter(({ what }) => what === 'answered');
  const shown = `${writing.title}\n${answers[answers.length - 1]?.text ?? ''}`;
  const found = numbersIn(shown);
  return (
    <>
      {found.length > 0 && (
        <Input
          aria-label="原样公布号码的原因"
          placeholder={`里面有 ${found.map(({ masked }) => masked).join('、')}，要原样公布的原因，例如：办公电话`}
          maxLength={200}
          value={writing.confirmed_numbers[0]?.reason ?? ''}
          onChange={({ target: { value: reason } }) =>
            onWrite({ confirmed_numbers: found.map(({ digits }) => ({ digits, reason })) })
          }
        />
      )}
      <Input
        aria-label="公开时的标题"
        placeholder="建议怎么说，不写姓名，例如：希望修通西头的路"
        maxLength={200}
        value={writing.title}
        onChange={({ target }) => onWrite({ title: target.value })}
      />
      <Select
        className="request-wide"
        aria-label="放在哪个栏目"
        placeholder="放在哪个栏目"
        loading={lists.isPending}
        value={writing.list}
        options={lists.data ?? []}
        onChange={(list) => onWrite({ list })}
      />
      {lists.error && <Problem error={lists.error} retry={lists.refetch} />}
    </>
  );
}

interface CannedProps {
  sentences: readonly string[];
  text: string;
  onTake: (text: string) => void;
}

/** Sentences that are often said. */
export function Canned({ sentences, text, onTake }: CannedProps) {
  if (sentences.length === 0) return null;
  return (
    <Select<string>
      className="request-canned"
      aria-label="常用话"
      placeholder="常用话"
      value={null}
      popupMatchSelectWidth={360}
      options={sentences.map((sentence) => ({ value: sentence, label: sentence }))}
      onChange={(sentence) => onTake(withSentence(text, sentence))}
    />
  );
}

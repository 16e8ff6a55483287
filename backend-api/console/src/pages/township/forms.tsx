import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  DeleteOutlined,
  PlusOutlined,
} from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';

import type { Versioned } from '../../api/township';
import { townshipNow } from '../../api/township';
import type { Listing, ListingKind, Township } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import type { Standing } from '../../kit/form_dialog/form_dialog';
import { FormDialog } from '../../kit/form_dialog/form_dialog';
import { Select } from '../../kit/select';
import type { PlaceFields, SectionFields } from './draft';
import {
  LIST_KIND,
  listed,
  ofSection,
  PLACE_LABELS,
  placeOf,
  SECTION_LABELS,
  sectionOf,
  withSection,
} from './draft';
import { useSave } from './use_save';

interface Props {
  /** As it was read. */
  first: Versioned<Township>;
  onClose: () => void;
}

/** What the place is called. */
export function PlaceForm({ first, onClose }: Props) {
  const save = useSave();
  const standing = ({ value, version }: Versioned<Township>): Standing<PlaceFields> => ({
    values: placeOf(value),
    version,
  });
  return (
    <FormDialog<PlaceFields>
      title="地名和标题"
      okText="保存"
      first={standing(first)}
      labels={PLACE_LABELS}
      current={async () => standing(await townshipNow())}
      save={({ name, title }, version) =>
        save(version, (township) => ({ ...township, name: name.trim(), title: title.trim() }))
      }
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={PLACE_LABELS.name}
        extra="电视上的地名。工作台左上角是单位的名称，不跟着变。"
        rules={[{ required: true, whitespace: true, message: '请写地名' }]}
      >
        <Input maxLength={20} showCount placeholder="例如：清河镇" />
      </Form.Item>
      <Form.Item
        name="title"
        label={PLACE_LABELS.title}
        extra="电视首页最上面的字。"
        rules={[{ required: true, whitespace: true, message: '请写标题' }]}
      >
        <Input maxLength={20} showCount placeholder="例如：清河镇智慧党建" />
      </Form.Item>
    </FormDialog>
  );
}

/** One section: its name and its lists. */
export function SectionForm({ first, id, onClose }: Props & { id: string }) {
  const save = useSave();
  const at = first.value.sections.findIndex((section) => section.id === id);
  const [opened] = useState(first.value.sections[at]);
  const standing = ({ value, version }: Versioned<Township>): Standing<SectionFields> => {
    const section = value.sections.find((one) => one.id === id);
    return section
      ? { values: sectionOf(section), version }
      : { values: {}, version, closed: '这个栏目已经被别人删去。' };
  };
  if (!opened) return null;
  const write = async (fields: SectionFields, version: number | undefined) => {
    try {
      await save(version, (township) => withSection(township, id, fields));
    } catch (error) {
      throw ofSection(error, at);
    }
  };
  return (
    <FormDialog<SectionFields>
      title={`栏目：${opened.title}`}
      okText="保存"
      first={standing(first)}
      labels={SECTION_LABELS}
      show={(name, value) => (name === 'listings' ? listed(value as []) : String(value))}
      current={async () => standing(await townshipNow())}
      save={write}
      onClose={onClose}
    >
      <Form.Item
        name="title"
        label={SECTION_LABELS.title}
        rules={[{ required: true, whitespace: true, message: '请写栏目名称' }]}
      >
        <Input maxLength={20} showCount />
      </Form.Item>
      <Form.Item label={SECTION_LABELS.listings} />
      <Lists />
    </FormDialog>
  );
}

const KINDS = (Object.keys(LIST_KIND) as ListingKind[])
  .filter((kind) => kind !== 'unknown')
  .map((value) => ({ value, label: LIST_KIND[value] }));

/** The lists of a section, in the order of the television. */
function Lists() {
  const form = Form.useFormInstance<SectionFields>();
  const confirm = useConfirm();
  const asked = async (at: number, remove: () => void) => {
    const { id, title } = (form.getFieldValue(['listings', at]) ?? {}) as Partial<Listing>;
    const question = {
      title: `删去“${title ?? ''}”？`,
      content: '保存以后，里面已经发布的内容还留着，但电视上看不到了。',
      okText: '删去',
      cancelText: '再看看',
    };
    // A new one has nothing in it.
    if (id === undefined || (await confirm(question)) !== null) remove();
  };
  return (
    <Form.List name="listings">
      {(lines, { add, remove, move }, { errors }) => (
        <div className="township-lists">
          {lines.map(({ key, name }, index) => (
            <fieldset key={key} className="township-list">
              <legend>第 {index + 1} 个列表</legend>
              <Form.Item name={[name, 'id']} hidden>
                <Input />
              </Form.Item>
              <Form.Item
                name={[name, 'title']}
                label="名称"
                rules={[{ required: true, whitespace: true, message: '请写列表名称' }]}
              >
                <Input maxLength={20} />
              </Form.Item>
              <Form.Item noStyle shouldUpdate>
                {({ getFieldValue }) => (
                  <Form.Item name={[name, 'kind']} label="里面放什么">
                    <Select
                      options={KINDS}
                      // What is in it belongs to its kind.
                      disabled={getFieldValue(['listings', name, 'id']) !== undefined}
                    />
                  </Form.Item>
                )}
              </Form.Item>
              <Form.Item name={[name, 'about']} label="还没有内容时显示的话（可以不写）">
                <Input maxLength={60} />
              </Form.Item>
              <div className="township-list-acts">
                <Button
                  icon={<ArrowUpOutlined aria-hidden />}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                >
                  上移
                </Button>
                <Button
                  icon={<ArrowDownOutlined aria-hidden />}
                  disabled={index === lines.length - 1}
                  onClick={() => move(index, index + 1)}
                >
                  下移
                </Button>
                <span className="spacer" />
                <Button
                  icon={<DeleteOutlined aria-hidden />}
                  onClick={() => void asked(name, () => remove(name))}
                >
                  删去
                </Button>
              </div>
            </fieldset>
          ))}
          <Form.ErrorList errors={errors} />
          <Button
            icon={<PlusOutlined aria-hidden />}
            onClick={() => add({ title: '', kind: 'bulletins', about: '' })}
          >
            加一个列表
          </Button>
        </div>
      )}
    </Form.List>
  );
}

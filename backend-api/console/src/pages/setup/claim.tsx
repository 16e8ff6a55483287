import '../sign_in/sign_in.css';
import './setup.css';

import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';

import { Refusal, sentence } from '../../api/refusal';
import { useAskState, useClaim } from '../../api/setup';
import type { Setup } from '../../api/types';
import { placed } from '../../kit/form_dialog/fields';
import { usePageTitle } from '../../kit/page_title';
import { Select } from '../../kit/select';
import { ORGANIZATION_KIND } from '../../words/organizations';
import type { Fields } from './steps';
import { FIRST, LABELS, ON_STEP, setupOf, STEPS, stepOf } from './steps';

const TOP_KINDS: readonly Setup['kind'][] = ['township', 'county', 'prefecture'];

/** The first page of a new server: the code, the place, the administrator. Nothing is written before the end. */
export function ClaimPage() {
  usePageTitle('第一次设置');
  const [form] = Form.useForm<Fields>();
  const [step, setStep] = useState(0);
  const [trouble, setTrouble] = useState<string | null>(null);
  const claim = useClaim();
  const askState = useAskState();
  const taken = claim.error instanceof Refusal && claim.error.status === 404;

  const failed = (error: unknown) => {
    const fields = error instanceof Refusal ? error.fields : [];
    const sorted = placed<Fields>(fields, LABELS);
    form.setFields(sorted.fields);
    const [first] = sorted.fields;
    if (first) setStep(stepOf(first.name));
    setTrouble(first && sorted.rest.length === 0 ? null : sorted.rest.join('') || sentence(error));
  };
  const goOn = async () => {
    setTrouble(null);
    const good = await form.validateFields([...(ON_STEP[step] ?? [])]).then(
      () => true,
      () => false,
    );
    if (!good) return;
    if (step < ON_STEP.length - 1) setStep(step + 1);
    else claim.mutate(setupOf(form.getFieldsValue(true) as Fields), { onError: failed });
  };
  const at = (name: keyof Fields) => ({ name, label: LABELS[name], hidden: stepOf(name) !== step });

  return (
    <div className="sign-in">
      <Aside step={step} />
      <main className="sign-in-main">
        <section aria-labelledby="setup-title">
          <h1 id="setup-title">{STEPS[step]?.title}</h1>
          <div className="sign-in-card card">
            <Form<Fields>
              className="setup-form"
              form={form}
              layout="vertical"
              size="large"
              requiredMark={false}
              initialValues={FIRST}
              onFinish={() => void goOn()}
              // Which fields are looked at is for the step to say.
              onFinishFailed={() => void goOn()}
            >
              <Form.Item
                {...at('code')}
                extra="在服务器的日志里，或者在服务器上运行 backend-api setup-code 就能看到。24 小时内有效，用一次就作废。"
                rules={[{ required: true, whitespace: true, message: '请写安装码' }]}
              >
                <Input
                  className="setup-code"
                  placeholder="8 位，例如 7K2M-9QXD"
                  autoComplete="off"
                  autoFocus
                  maxLength={20}
                />
              </Form.Item>
              <Form.Item {...at('kind')}>
                <Select
                  options={TOP_KINDS.map((value) => ({ value, label: ORGANIZATION_KIND[value] }))}
                />
              </Form.Item>
              <Form.Item
                {...at('name')}
                extra="电视和工作台上都显示它，请写全，例如“镇”“乡”也写上。"
                rules={[{ required: true, whitespace: true, message: '请写名称' }]}
              >
                <Input placeholder="例如：清河镇" maxLength={20} autoComplete="organization" />
              </Form.Item>
              <Form.Item
                {...at('organization_code')}
                extra="表格里用它代表本单位，常用拼音的首字母，定了不再改。"
                rules={[{ required: true, whitespace: true, message: '请写代码' }]}
              >
                <Input placeholder="例如：QH" maxLength={32} autoComplete="off" />
              </Form.Item>
              <Form.Item
                {...at('login')}
                extra="登录时用，操作记录里写的也是它。可以用姓名。"
                rules={[{ required: true, whitespace: true, message: '请写登录名' }]}
              >
                <Input placeholder="例如：王晓梅" maxLength={64} autoComplete="username" />
              </Form.Item>
              <Form.Item
                {...at('password')}
                extra="至少 10 个字，15 个以上更好：几个不相关的词。不要用名字、生日、手机号。"
                rules={[{ required: true, message: '请写密码' }]}
              >
                <Input.Password autoComplete="new-password" />
              </Form.Item>
              <Form.Item
                {...at('again')}
                dependencies={['password']}
                rules={[
                  { required: true, message: '请把密码再写一遍' },
                  ({ getFieldValue }) => ({
                    validator: (_, again) =>
                      again === undefined || again === '' || again === getFieldValue('password')
                        ? Promise.resolve()
                        : Promise.reject(new Error('两遍不一样，请再写一遍')),
                  }),
                ]}
              >
                <Input.Password autoComplete="new-password" />
              </Form.Item>
              {trouble && (
                <Alert
                  className="sign-in-wrong"
                  type="error"
                  showIcon
                  message={trouble}
                  action={taken && <Button onClick={() => void askState()}>去登录</Button>}
                />
              )}
              <div className="setup-acts">
                {step > 0 && <Button onClick={() => setStep(step - 1)}>上一步</Button>}
                <Button type="primary" htmlType="submit" loading={claim.isPending}>
                  {step < ON_STEP.length - 1 ? '下一步' : '确认，开始使用'}
                </Button>
              </div>
            </Form>
          </div>
          <p className="sign-in-help">
            {step < ON_STEP.length - 1
              ? '还没有写入：最后点“确认”以前什么都不改。'
              : '点“确认”以后，会建好单位、六个栏目和这个管理员账号。'}
          </p>
        </section>
      </main>
    </div>
  );
}

/** What is to be done, and how far it is. */
function Aside({ step }: { step: number }) {
  return (
    <aside className="sign-in-town">
      <p className="sign-in-name">智慧党建</p>
      <p>第一次设置，大约五分钟</p>
      <ol className="setup-steps">
        {STEPS.map(({ title, about }, index) => (
          <li key={title} aria-current={index === step ? 'step' : undefined}>
            <b>{title}</b>
            <span>{about}</span>
          </li>
        ))}
      </ol>
    </aside>
  );
}

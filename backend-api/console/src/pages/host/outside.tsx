/** The host's picture from an encoder or a network camera in place of this page. */
import './outside.css';

import { SwapOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input, Radio, Typography } from 'antd';
import type { FormInstance } from 'antd';
import { useState } from 'react';

import { chooseHostSource, useHostSource } from '../../api/meetings';
import { sentence } from '../../api/refusal';
import type { HostSource, Stage } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import type { Labels } from '../../kit/form_dialog/fields';
import { FormDialog } from '../../kit/form_dialog/form_dialog';
import { HOST_SOURCE, SOURCE } from '../../words/states';

type Outside = Exclude<HostSource, 'page'>;

interface Filled {
  source: Outside;
  camera_url?: string | undefined;
}

const LABELS: Labels<Filled> = { source: '来自', camera_url: '摄像头地址' };

/** A way to choose something else than this computer. */
export function ChooseSource({ meetingId }: { meetingId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button block icon={<SwapOutlined aria-hidden />} onClick={() => setOpen(true)}>
        用编码器或网络摄像头
      </Button>
      {open && (
        <FormDialog<Filled>
          shape="dialog"
          title="主会场的画面和声音来自"
          okText="换过去"
          cancelText="取消"
          first={{ values: { source: 'encoder' } }}
          labels={LABELS}
          save={({ source, camera_url }) =>
            chooseHostSource(meetingId, {
              source,
              camera_url: source === 'camera' ? (camera_url?.trim() ?? '') : null,
            })
          }
          onClose={() => setOpen(false)}
        >
          {(form) => <SourceFields form={form} />}
        </FormDialog>
      )}
    </>
  );
}

function SourceFields({ form }: { form: FormInstance<Filled> }) {
  const source = Form.useWatch('source', form) as Outside | undefined;
  return (
    <>
      <Form.Item name="source">
        <Radio.Group
          aria-label={LABELS.source}
          options={(['encoder', 'camera'] as const).map((one) => ({
            value: one,
            label: HOST_SOURCE[one],
          }))}
        />
      </Form.Item>
      {source === 'camera' ? (
        <Form.Item
          name="camera_url"
          label={LABELS.camera_url}
          rules={[{ required: true, whitespace: true, message: '请写摄像头地址' }]}
        >
          <Input autoComplete="off" placeholder="rtsp://用户名:密码@192.168.1.64/" />
        </Form.Item>
      ) : (
        <p>换过去以后，这里会显示地址和口令，填到编码器里，它就会连过来。</p>
      )}
      <p>这台电脑的画面和声音不再发送，需要时可以换回来。</p>
    </>
  );
}

interface PictureProps {
  meetingId: string;
  source: Outside;
  stage: Stage | null;
}

/** What comes from outside, and the way back. */
export function OutsidePicture({ meetingId, source, stage }: PictureProps) {
  const access = useHostSource(meetingId, source);
  const confirm = useConfirm();
  const encoder = access.data?.encoder;
  const state = stage?.host ?? 'absent';
  const back = () =>
    confirm({
      title: '换回这台电脑的画面吗？',
      content: '换回以后，大家看到的是这台电脑的摄像头或课件。',
      okText: '换回来',
      cancelText: '不换',
      run: () => chooseHostSource(meetingId, { source: 'page' }),
    });
  return (
    <div className="outside">
      <p>
        来自{HOST_SOURCE[source]}：
        <strong className={`source-${state}`} data-testid="host-source">
          {state === 'live' ? SOURCE.live : '正在等它连过来'}
        </strong>
      </p>
      {encoder && (
        <dl>
          <dt>地址（SRT，呼叫方）</dt>
          <dd>
            <Typography.Text copyable code>
              {encoder.url}
            </Typography.Text>
          </dd>
          <dt>口令（AES-128）</dt>
          <dd>
            <Typography.Text copyable code>
              {encoder.passphrase}
            </Typography.Text>
          </dd>
          <dt>延迟</dt>
          <dd>{encoder.latency_ms} 毫秒</dd>
        </dl>
      )}
      {access.isError && <Alert type="error" showIcon message={sentence(access.error)} />}
      <Button block onClick={() => void back()}>
        换回这台电脑
      </Button>
    </div>
  );
}

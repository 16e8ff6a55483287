/** The host's picture from an encoder or a network camera in place of this page. */
import { SwapOutlined } from '@ant-design/icons';
import { Alert, App, Button, Input, Modal, Radio, Typography } from 'antd';
import { useState } from 'react';

import { chooseHostSource, useHostSource } from '../../api/meetings';
import { sentence } from '../../api/refusal';
import type { HostSource, HostSourceRequest, Stage } from '../../api/types';
import { HOST_SOURCE, SOURCE } from '../../words/states';

type Outside = Exclude<HostSource, 'page'>;

function useChoice(meetingId: string) {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const choose = async (wish: HostSourceRequest): Promise<boolean> => {
    setBusy(true);
    setTrouble(null);
    try {
      await chooseHostSource(meetingId, wish);
      return true;
    } catch (error) {
      setTrouble(sentence(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, trouble, choose };
}

/** A way to choose something else than this computer. */
export function ChooseSource({ meetingId }: { meetingId: string }) {
  const [open, setOpen] = useState(false);
  const [source, setSource] = useState<Outside>('encoder');
  const [address, setAddress] = useState('');
  const { busy, trouble, choose } = useChoice(meetingId);
  const take = async () => {
    const camera_url = source === 'camera' ? address.trim() : null;
    if (await choose({ source, camera_url })) setOpen(false);
  };
  return (
    <>
      <Button block icon={<SwapOutlined aria-hidden />} onClick={() => setOpen(true)}>
        用编码器或网络摄像头
      </Button>
      <Modal
        title="主会场的画面和声音来自"
        open={open}
        okText="换过去"
        cancelText="取消"
        confirmLoading={busy}
        okButtonProps={{ disabled: source === 'camera' && address.trim() === '' }}
        onOk={() => void take()}
        onCancel={() => setOpen(false)}
      >
        <div className="outside-form">
          <Radio.Group
            value={source}
            onChange={(event) => setSource(event.target.value as Outside)}
            options={(['encoder', 'camera'] as const).map((one) => ({
              value: one,
              label: HOST_SOURCE[one],
            }))}
          />
          {source === 'encoder' ? (
            <p>换过去以后，这里会显示地址和口令，填到编码器里，它就会连过来。</p>
          ) : (
            <>
              <label htmlFor="camera-address">摄像头地址</label>
              <Input
                id="camera-address"
                value={address}
                autoComplete="off"
                placeholder="rtsp://用户名:密码@192.168.1.64/"
                onChange={(event) => setAddress(event.target.value)}
              />
            </>
          )}
          <p>这台电脑的画面和声音不再发送，需要时可以换回来。</p>
          {trouble && <Alert type="error" showIcon message={trouble} />}
        </div>
      </Modal>
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
  const { modal } = App.useApp();
  const { busy, trouble, choose } = useChoice(meetingId);
  const encoder = access.data?.encoder;
  const state = stage?.host ?? 'absent';
  const back = () =>
    modal.confirm({
      title: '换回这台电脑的画面吗？',
      content: '换回以后，大家看到的是这台电脑的摄像头或课件。',
      okText: '换回来',
      cancelText: '不换',
      onOk: async () => {
        await choose({ source: 'page' });
      },
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
      {trouble && <Alert type="error" showIcon message={trouble} />}
      <Button block loading={busy} onClick={back}>
        换回这台电脑
      </Button>
    </div>
  );
}

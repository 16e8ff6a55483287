import { QrcodeOutlined } from '@ant-design/icons';
import { Alert, Button, QRCode } from 'antd';
import { useState } from 'react';

import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import { useMakeSubmissionLink, useSubmissionLink } from '../../api/submissions';
import { Drawer } from '../../kit/drawer/drawer';
import { organizationChoice } from '../../kit/organizations/choice';
import { Problem } from '../../kit/problem';
import { TreeSelect } from '../../kit/select';
import { useNow } from '../../kit/use_now';
import { clock } from '../../words/time';

interface Props {
  /** Opens what was sent. */
  onOpen: (id: string) => void;
  onClose: () => void;
}

/** A code that somebody of a village scans, to send text and pictures by their telephone. */
export function LinkDrawer({ onOpen, onClose }: Props) {
  const me = useMe().data;
  const organizations = useOrganizations().data ?? [];
  const [chosen, choose] = useState<string | null>(null);
  const code = chosen ?? me?.organization_code;
  const making = useMakeSubmissionLink();
  const link = making.data;
  return (
    <Drawer
      open
      title="扫码投稿"
      foot={
        <>
          <span className="spacer" />
          <Button
            type={link ? 'default' : 'primary'}
            icon={<QrcodeOutlined aria-hidden />}
            loading={making.isPending}
            disabled={code === undefined}
            onClick={() => code !== undefined && making.mutate(code)}
          >
            {link ? '换一个二维码' : '生成二维码'}
          </Button>
        </>
      }
      onClose={onClose}
    >
      <p>
        请村里人用手机扫一扫，写几句话、拍几张照片，就送到这里来。一个二维码只给一部手机用一次，一刻钟以内有效。
      </p>
      <label htmlFor="link-organization">以哪个单位的名义</label>
      <TreeSelect
        id="link-organization"
        className="submission-whole"
        {...organizationChoice(organizations)}
        {...(code === undefined ? {} : { value: code })}
        onChange={(next: string) => {
          choose(next);
          making.reset();
        }}
      />
      {making.error && <Problem error={making.error} />}
      {link && (
        <div className="submission-code">
          <QRCode
            aria-label="投稿页的二维码"
            value={link.url}
            size={260}
            type="svg"
            bordered={false}
          />
          <Stand id={link.id} until={link.expires_at_ms} onOpen={onOpen} />
        </div>
      )}
    </Drawer>
  );
}

function Stand({ id, until, onOpen }: { id: string; until: number; onOpen: (id: string) => void }) {
  const { data, error, refetch } = useSubmissionLink(id);
  const now = useNow(5_000);
  const sent = data?.submission_id;
  if (sent != null) {
    return (
      <Alert
        type="success"
        showIcon
        message="已经收到这部手机的投稿"
        action={<Button onClick={() => onOpen(sent)}>打开看</Button>}
      />
    );
  }
  if (now >= until) {
    return <Alert type="warning" showIcon message="二维码过期了，要用请换一个。" />;
  }
  if (error) return <Problem error={error} retry={refetch} />;
  return (
    <p role="status">
      {data?.claimed === true ? '有一部手机正在填写' : '还没有人扫'}，{clock(until)} 以前有效
    </p>
  );
}

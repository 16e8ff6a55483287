import { EyeOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useEffect, useState, useSyncExternalStore } from 'react';

import { useDeleteRoom, useLooksChanged } from '../../api/duty';
import type { DutyRoom } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { DUTY_SOURCE } from '../../words/states';
import { elapsed } from '../../words/time';
import { Video } from '../../media/video';
import { RoomLog } from './log';
import type { Look } from './looking';
import { Looking, pictureWords } from './looking';

interface Props {
  room: DutyRoom;
  may: boolean;
  /** Called when a look begins. */
  onOpen: () => void;
  onEdit: () => void;
}

const nothing = () => () => undefined;
const none = () => null;

/** One room: its picture while somebody looks, and its log. */
export function RoomPanel(props: Props) {
  // However another room came to be shown, nothing of the one before goes on.
  return <Panel key={props.room.id} {...props} />;
}

function Panel({ room, may, onOpen, onEdit }: Props) {
  const [looking, setLooking] = useState<Looking | null>(null);
  useEffect(() => () => void looking?.end(), [looking]);
  const changed = useLooksChanged();
  const look = useSyncExternalStore<Look | null>(
    looking?.subscribe ?? nothing,
    looking?.snapshot ?? none,
  );
  const going = look?.phase === 'opening' || look?.phase === 'open';
  const open = () => {
    onOpen();
    setLooking(new Looking(room, () => changed(room.id)));
  };
  const confirm = useConfirm();
  const { mutateAsync: remove } = useDeleteRoom();
  const askToRemove = () =>
    confirm({
      title: '删除这间坐班室？',
      content: `${room.organization.name}的“${room.title}”以后不能再查看。以前的查看记录保留在当地的电视上。`,
      okText: '删除',
      cancelText: '不删除',
      run: () => remove({ id: room.id, version: room.version }),
    });
  return (
    <section className="duty-panel card" aria-labelledby="room-title">
      <div className="duty-head">
        <h2 id="room-title">
          {room.organization.name} · {room.title} <Tag tone="plain">{DUTY_SOURCE[room.source]}</Tag>
        </h2>
        {may && !going && (
          <div className="duty-acts">
            <Button onClick={onEdit}>修改</Button>
            <Button onClick={() => void askToRemove()}>删除…</Button>
          </div>
        )}
      </div>
      {going && looking ? (
        <Open look={look} onClose={() => void looking.end()} />
      ) : (
        <div className="duty-closed">
          {look?.phase === 'refused' && <Alert type="error" showIcon message={look.trouble} />}
          {look?.phase === 'over' && (
            <Alert
              type={look.trouble === null ? 'info' : 'warning'}
              showIcon
              message={look.trouble ?? '查看已经结束。'}
            />
          )}
          <p>
            打开以后，{room.organization.name}
            的电视上会立即显示谁在查看，并记入查看记录。画面不会录下来。
          </p>
          {may ? (
            <Button type="primary" icon={<EyeOutlined aria-hidden />} onClick={open}>
              打开画面
            </Button>
          ) : (
            <p>您的账号可以看查看记录，不能打开画面。</p>
          )}
        </div>
      )}
      <RoomLog room={room} />
    </section>
  );
}

function Open({ look, onClose }: { look: Look; onClose: () => void }) {
  const now = useNow(1_000);
  const words = pictureWords(look);
  return (
    <>
      <div className="duty-notice" role="status">
        <strong>
          {look.room.organization.name}的电视上正在显示您在查看，这次查看已记入查看记录。
        </strong>
        <span className="duty-clock">
          {look.since_ms === null ? '' : `已查看 ${elapsed(now - look.since_ms)}`}
        </span>
        <Button type="primary" danger onClick={onClose}>
          关闭画面
        </Button>
      </div>
      <div className="duty-picture">
        <Video
          stream={look.stream}
          muted={false}
          label={`${look.room.title}的画面`}
          className="picture"
        />
        {words && (
          <p className="picture-notice" role="status">
            {words}
          </p>
        )}
      </div>
    </>
  );
}

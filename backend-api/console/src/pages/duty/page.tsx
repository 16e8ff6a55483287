import { PlusOutlined } from '@ant-design/icons';
import { Button, Empty, Spin } from 'antd';
import { useCallback, useEffect, useState } from 'react';

import { useDutyRooms, useLooksChanged } from '../../api/duty';
import { useOrganizations } from '../../api/places';
import { useMe } from '../../api/session';
import type { DutyRoom } from '../../api/types';
import { usePageTitle } from '../../parts/page_title';
import { Problem } from '../../parts/problem';
import { RoomForm } from './form';
import { Looking } from './looking';
import { RoomPanel } from './panel';
import { mayLook, places } from './rooms';

/** Duty rooms by place; one of them at a time can be looked into. */
export function DutyPage() {
  usePageTitle('干部坐班');
  const me = useMe();
  const rooms = useDutyRooms();
  const organizations = useOrganizations();
  const changed = useLooksChanged();
  const [chosen, setChosen] = useState<string | null>(null);
  const [looking, setLooking] = useState<Looking | null>(null);
  /** What the form is open for: a room, a new one, or nothing. */
  const [editing, setEditing] = useState<DutyRoom | 'new' | null>(null);
  const may = mayLook(me.data?.role);

  // Leaving the page, or looking elsewhere, ends the look.
  useEffect(() => () => void looking?.end(), [looking]);

  const choose = useCallback((id: string) => {
    setChosen(id);
    setLooking(null);
  }, []);
  const open = (room: DutyRoom) => {
    setChosen(room.id);
    setLooking(new Looking(room, () => changed(room.id)));
  };

  const failed = rooms.error ?? organizations.error;
  const listed = places(rooms.data ?? [], organizations.data ?? []);
  const shown = rooms.data?.find(({ id }) => id === chosen) ?? listed[0]?.rooms[0] ?? null;

  return (
    <main>
      <div className="page-head">
        <h1>干部坐班</h1>
        {may && (
          <Button
            type="primary"
            size="large"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => setEditing('new')}
          >
            新建坐班室
          </Button>
        )}
      </div>
      {failed && <Problem error={failed} retry={rooms.refetch} />}
      {rooms.isPending && (
        <div className="center">
          <Spin size="large" />
        </div>
      )}
      {rooms.data?.length === 0 && (
        <Empty description="还没有坐班室。点“新建坐班室”，选一台站点电视或一个摄像头。" />
      )}
      {shown && (
        <div className="duty">
          <nav className="duty-places" aria-label="坐班室">
            {listed.map((place) => (
              <section key={place.id} aria-labelledby={`place-${place.id}`}>
                <h2 id={`place-${place.id}`} className="section-title">
                  {place.name}
                </h2>
                <ul>
                  {place.rooms.map((room) => (
                    <li key={room.id}>
                      <button
                        type="button"
                        className="duty-room"
                        aria-current={room.id === shown.id}
                        onClick={() => choose(room.id)}
                      >
                        <span className="duty-room-title">{room.title}</span>
                        <span className={room.looking ? 'duty-busy' : 'duty-quiet'}>
                          {room.looking ? `${room.looking} 人正在查看` : '没有人查看'}
                        </span>
                      </button>
                    </li>
                  ))}
                </ul>
              </section>
            ))}
          </nav>
          <RoomPanel
            key={shown.id}
            room={shown}
            looking={looking?.room.id === shown.id ? looking : null}
            may={may}
            onOpen={() => open(shown)}
            onEdit={() => setEditing(shown)}
          />
        </div>
      )}
      {editing !== null && (
        <RoomForm room={editing === 'new' ? undefined : editing} onClose={() => setEditing(null)} />
      )}
    </main>
  );
}

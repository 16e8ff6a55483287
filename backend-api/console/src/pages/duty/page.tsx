import './duty.css';

import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';

import { useDutyRooms } from '../../api/duty';
import { useOrganizations } from '../../api/places';
import type { DutyRoom } from '../../api/types';
import { useInAddress } from '../../kit/address/use_address';
import { ListStates } from '../../kit/collection/list_states';
import { useMay } from '../../kit/may/use_may';
import { Page } from '../../kit/page/page';
import { RoomForm } from './form';
import { RoomPanel } from './panel';
import { emptyWords, places } from './rooms';

/** Duty rooms by place; one of them at a time can be looked into. */
export function DutyPage() {
  const rooms = useDutyRooms();
  const organizations = useOrganizations();
  const [chosen, setChosen] = useInAddress('room');
  /** What the form is open for: a room, a new one, or nothing. */
  const [editing, setEditing] = useState<DutyRoom | 'new' | null>(null);
  const may = useMay()('duty');

  const listed = places(rooms.data ?? [], organizations.data ?? []);
  const shown = rooms.data?.find(({ id }) => id === chosen) ?? listed[0]?.rooms[0] ?? null;
  const query = { ...rooms, error: rooms.error ?? organizations.error };

  return (
    <Page title="干部坐班" note="看见村里的值班室。看的时候，那里的电视上会显示。">
      {may && (
        <div className="page-acts">
          <span className="spacer" />
          <Button
            type="primary"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => setEditing('new')}
          >
            新建坐班室
          </Button>
        </div>
      )}
      <ListStates query={query} count={shown ? 1 : 0} empty={emptyWords(may)}>
        {shown && (
          <div className="duty">
            <nav className="duty-places card" aria-label="坐班室">
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
                          onClick={() => setChosen(room.id)}
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
              room={shown}
              may={may}
              // What is looked into stays in sight when rooms come and go.
              onOpen={() => setChosen(shown.id, true)}
              onEdit={() => setEditing(shown)}
            />
          </div>
        )}
      </ListStates>
      {editing !== null && (
        <RoomForm room={editing === 'new' ? undefined : editing} onClose={() => setEditing(null)} />
      )}
    </Page>
  );
}

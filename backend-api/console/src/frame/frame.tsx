import './frame.css';

import { Link, Outlet, useLocation } from 'react-router-dom';

import { useLiveMeetings } from '../api/meetings';
import { useWithoutSecondFactor } from '../api/second_factor';
import { useMe } from '../api/session';
import { useMay, useMayIn } from '../kit/may/use_may';
import { CONTENT, HeadParts, HeadSide } from '../kit/page/page';
import { PageParts } from '../kit/page/parts';
import { useNow } from '../kit/use_now';
import type { Room } from '../rooms';
import { ROOMS } from '../rooms';
import { BackupAge, ServerWarnings } from './condition';
import { onAir } from './on_air';
import { SearchButton, SearchDialog, useSearch } from './search';
import { entry, roomAt, roomsFor, tabsOf } from './ways';
import { Who } from './who';

/** Has the code of a room's first page brought before it is asked for. What fails is said when it is opened. */
function ready({ pages: [first] }: Room) {
  first?.load().catch(() => undefined);
}

/** Around every page but the host's: where else one can go, what is live, who is signed in. */
export function Frame() {
  const me = useMe().data;
  const may = useMay();
  const search = useSearch();
  const { pathname } = useLocation();
  const here = roomAt(ROOMS, pathname);
  const tabs = here ? tabsOf(here, may) : [];
  return (
    <div className="frame">
      <a
        href="#content"
        className="skip"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById(CONTENT)?.focus();
        }}
      >
        跳到正文
      </a>
      <nav className="frame-nav" aria-label="主要页面">
        <div className="frame-town">
          <b>{me?.organization.name ?? ''}</b>
          <span>智慧党建工作台</span>
        </div>
        {roomsFor(ROOMS, may).map((room) => {
          const { path, title, Icon, Badge } = room;
          return (
            <Link
              key={path}
              to={entry(room, may)}
              className={room === here ? 'frame-link active' : 'frame-link'}
              aria-current={room === here ? 'true' : undefined}
              onPointerEnter={() => ready(room)}
              onFocus={() => ready(room)}
            >
              <Icon aria-hidden />
              {title}
              {Badge && <Badge />}
            </Link>
          );
        })}
        <BackupAge />
      </nav>
      <HeadParts.Provider
        value={here && tabs.length > 1 ? <PageParts label={here.title} parts={tabs} /> : null}
      >
        <HeadSide.Provider
          value={
            <>
              <SearchButton onOpen={search.open} />
              <WithoutSecondFactor />
              <LiveMark />
              <Who />
            </>
          }
        >
          <div className="frame-page">
            <ServerWarnings />
            <Outlet />
          </div>
        </HeadSide.Provider>
      </HeadParts.Provider>
      <SearchDialog open={search.isOpen} onClose={search.close} />
    </div>
  );
}

/** 直播中: the way to what is on air. */
function LiveMark() {
  const live = useLiveMeetings().data ?? [];
  const mayIn = useMayIn('direct');
  const mark = onAir(live, (one) => mayIn(one.meeting.organization.id), useNow(1000));
  if (mark === null) return null;
  return (
    <Link to={mark.to} className="live-mark">
      <span className="live-dot" aria-hidden />
      {mark.words}
    </Link>
  );
}

/** A demonstration says what it does without. */
function WithoutSecondFactor() {
  if (!useWithoutSecondFactor()) return null;
  return <span className="without-second-factor">演示系统，未启用两步验证</span>;
}

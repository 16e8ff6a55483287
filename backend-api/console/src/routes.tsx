import type { ComponentType } from 'react';
import type { RouteObject } from 'react-router-dom';
import { generatePath, Navigate, useLocation, useParams } from 'react-router-dom';

import { entry, isSeen } from './frame/ways';
import { useMay } from './kit/may/use_may';
import { piece } from './kit/piece/piece';
import { PiecePlace } from './kit/piece/piece_place';
import { NotFound } from './pages/not_found';
import type { Room, RoomPage } from './rooms';
import { ROOMS } from './rooms';

/** A page whose code comes when it is opened. Nobody learns of a page that is not for them. */
function opened(page: RoomPage): ComponentType {
  const Content = piece(page.load);
  return function Opened() {
    if (!isSeen(page, useMay())) return <NotFound />;
    return (
      <PiecePlace>
        <Content />
      </PiecePlace>
    );
  };
}

/** An address that a page had before leads to where it is now, with what was asked for. */
function Moved({ path }: { path: string }) {
  const { search, hash } = useLocation();
  return <Navigate to={{ pathname: generatePath(path, useParams()), search, hash }} replace />;
}

/** A room without a page of just its address: its first one. */
function Entered({ room }: { room: Room }) {
  const to = entry(room, useMay());
  return to === room.path ? <NotFound /> : <Navigate to={to} replace />;
}

const PAGES = ROOMS.flatMap(({ pages }) => pages);

function routesOf(pages: readonly RoomPage[]): RouteObject[] {
  return pages.flatMap((page) => {
    const Opened = opened(page);
    return [
      { path: page.path, element: <Opened /> },
      ...(page.was ?? []).map((path) => ({ path, element: <Moved path={page.path} /> })),
    ];
  });
}

/** Pages within the frame, and where rooms and old addresses lead. */
export const pagesInFrame: RouteObject[] = [
  ...routesOf(PAGES.filter(({ alone }) => alone !== true)),
  ...ROOMS.filter(({ path, pages }) => !pages.some((page) => page.path === path)).map((room) => ({
    path: room.path,
    element: <Entered room={room} />,
  })),
  { path: '*', element: <NotFound /> },
];

/** Pages that fill the window. */
export const pagesAlone: RouteObject[] = routesOf(PAGES.filter(({ alone }) => alone === true));

/** Which pages somebody is shown, and where addresses lead. Pure; the table is `rooms.tsx`. */
import { matchPath } from 'react-router-dom';

import type { Action } from '../api/types';
import type { Room, RoomPage } from '../rooms';

type May = (action: Action) => boolean;

/** Whether somebody is shown a page. */
export function isSeen(page: RoomPage, may: May): boolean {
  return page.may === undefined || page.may.some(may);
}

/** Pages of a room that can be opened as they are: not those about one thing. */
export function tabsOf(room: Room, may: May): readonly RoomPage[] {
  return room.pages.filter((page) => !page.path.includes(':') && isSeen(page, may));
}

/** Rooms with a page that somebody may see. */
export function roomsFor(rooms: readonly Room[], may: May): readonly Room[] {
  return rooms.filter((room) => tabsOf(room, may).length > 0);
}

/** Where the nav leads for a room: to its first page that is seen. */
export function entry(room: Room, may: May): string {
  const tabs = tabsOf(room, may);
  return (tabs.find(({ path }) => path === room.path) ?? tabs[0])?.path ?? room.path;
}

/** The room of an address; `undefined`: of none. */
export function roomAt(rooms: readonly Room[], pathname: string): Room | undefined {
  return rooms.find(
    ({ path, pages }) =>
      (path !== '/' && matchPath({ path, end: false }, pathname)) ||
      pages.some((page) => matchPath(page.path, pathname)),
  );
}

/** Whether there is a page at an address, whatever it asks for. */
export function isThere(rooms: readonly Room[], to: string): boolean {
  const pathname = to.replace(/[?#].*$/, '');
  return rooms.some(
    ({ path, pages }) =>
      pages.some((page) => matchPath(page.path, pathname)) ||
      (path === pathname && pages.length > 0),
  );
}

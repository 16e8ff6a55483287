import { expect, test } from 'vitest';

import type { DutyRoom, Organization } from '../../api/types';
import { draftOf, emptyWords, fieldsOf, places, read } from './rooms';

const organization = (id: string): Organization => ({
  id,
  parent_id: null,
  kind: 'village',
  code: id,
  name: `${id}村`,
});

const room = (id: string, place: string): DutyRoom => ({
  id,
  title: id,
  organization: { id: place, name: `${place}村` },
  source: 'station',
  looking: 0,
  version: 1,
});

test('rooms stand by place in the order of the tree', () => {
  // The server names the newest first.
  const rooms = [room('4', 'gone'), room('3', 'a'), room('2', 'b'), room('1', 'a')];
  const found = places(rooms, [organization('b'), organization('a'), organization('c')]);
  expect(found.map(({ id }) => id)).toEqual(['b', 'a', 'gone']);
  expect(found[1]?.rooms.map(({ id }) => id)).toEqual(['1', '3']);
});

test('only those who have the button are told of it', () => {
  expect(emptyWords(true)).toContain('新建坐班室');
  expect(emptyWords(false)).not.toContain('新建坐班室');
});

test('a draft has a station or a camera', () => {
  const own = { title: ' 值班室 ', organization_code: 'ZJ' };
  expect(draftOf({ ...own, source: 'station', terminal_id: 't', camera_url: 'rtsp://a' })).toEqual({
    title: '值班室',
    organization_code: 'ZJ',
    terminal_id: 't',
  });
  expect(draftOf({ ...own, source: 'camera', camera_url: ' rtsp://a ' }).camera_url).toBe(
    'rtsp://a',
  );
  expect(draftOf({ ...own, source: 'camera', camera_url: '' }).camera_url).toBeNull();
});

test('a room is edited as it was read, without the address of its camera', () => {
  const station = { ...room('1', 'a'), terminal_id: 't' };
  expect(fieldsOf(station, [organization('a')])).toEqual({
    title: '1',
    source: 'station',
    organization_code: 'a',
    terminal_id: 't',
  });
  const camera = { ...room('2', 'gone'), source: 'camera' as const };
  expect(fieldsOf(camera, [organization('a')])).toEqual({ title: '2', source: 'camera' });
});

test('what somebody else changed is read out in words', () => {
  const nameOf = (code: string) => ({ ZJ: '张家村', t: '会议室' })[code];
  expect(read('source', 'camera', nameOf)).toBe('摄像头');
  expect(read('organization_code', 'ZJ', nameOf)).toBe('张家村');
  expect(read('terminal_id', 't', nameOf)).toBe('会议室');
  expect(read('title', '值班室', nameOf)).toBe('值班室');
  expect(read('camera_url', undefined, nameOf)).toBe('');
});

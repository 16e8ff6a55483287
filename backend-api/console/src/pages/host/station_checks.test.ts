import { expect, it } from 'vitest';

import type { StationCheck, StationCheckup } from '../../api/types';
import { details, ordered, summary, troubles, verdict } from './station_checks';

const good: StationCheck = {
  devices: { camera: 'works', microphone: 'in_use', loudspeaker: 'works' },
  line: { round_trip_ms: 30, tries: 8, lost: 0 },
};

const station = (name: string, more: Partial<StationCheckup>): StationCheckup => ({
  terminal: { id: name, name },
  organization: { id: 'o', name: '张家村' },
  ...more,
});

it('says what is wrong and what to do', () => {
  expect(troubles(good)).toEqual([]);
  const found = troubles({
    devices: { camera: 'missing', microphone: 'silent', loudspeaker: 'missing' },
    line: { round_trip_ms: 900, tries: 8, lost: 2 },
  });
  expect(found).toHaveLength(4);
  expect(found[0]).toContain('没有插摄像头');
  expect(found[1]).toContain('话筒没有声音');
  expect(found[3]).toContain('8 次，有 2 次没有回音');
  expect(troubles({ ...good, line: { round_trip_ms: 301, tries: 8, lost: 0 } })[0]).toContain(
    '301 毫秒',
  );
});

it('puts first what has to be looked after', () => {
  const stations = [
    station('好', { state: 'done', check: good }),
    station('没问', {}),
    station('在查', { state: 'taken' }),
    station('不在', { state: 'unreachable' }),
    station('坏', {
      state: 'done',
      check: { ...good, devices: { ...good.devices, camera: 'busy' } },
    }),
  ];
  expect(ordered(stations).map(({ terminal }) => terminal.name)).toEqual([
    '坏',
    '不在',
    '在查',
    '没问',
    '好',
  ]);
  expect(stations.map(verdict)).toEqual(['good', 'unasked', 'waiting', 'silent', 'bad']);
  expect(summary(stations)).toBe(
    '5 个站点：1 个有问题，1 个没有回话，1 个正在检查，1 个还没有检查，1 个都正常',
  );
  expect(summary([])).toBe('参加范围里没有站点。');
  expect(stations.slice(3, 4).flatMap(details)).toEqual([
    '电视没有回话。请打电话让人看看有没有开机、连上网',
  ]);
  expect(stations.slice(0, 1).flatMap(details)).toEqual([]);
});

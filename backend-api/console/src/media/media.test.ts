import { describe, expect, it } from 'vitest';

import { captureSentence, idIn } from './capture';
import { arrange } from './card';
import { h264First, startFast } from './codecs';
import { loudness } from './level';
import { inOrder } from './slides';

describe('codecs', () => {
  const h264 = (profile: string, mode: number) => ({
    mimeType: 'video/H264',
    clockRate: 90_000,
    sdpFmtpLine: `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`,
  });
  const rtx = { mimeType: 'video/rtx', clockRate: 90_000 };
  const vp8 = { mimeType: 'video/VP8', clockRate: 90_000 };

  it('are H.264 constrained baseline in mode 1 first, then its relatives and retransmission', () => {
    const given = [
      vp8,
      rtx,
      h264('640c1f', 1),
      h264('42e01f', 0),
      h264('42001f', 1),
      h264('42e01f', 1),
    ];
    expect(h264First(given)).toEqual([
      h264('42e01f', 1),
      h264('42001f', 1),
      h264('640c1f', 1),
      h264('42e01f', 0),
      rtx,
    ]);
  });

  it('begin fast: H.264 of the answer and nothing else is told so', () => {
    const lines_ = [
      'a=rtpmap:96 H264/90000',
      'a=fmtp:96 packetization-mode=1',
      'a=fmtp:111 useinbandfec=1',
      '',
    ];
    expect(startFast(lines_.join('\r\n')).split('\r\n')).toEqual([
      lines_[0],
      'a=fmtp:96 packetization-mode=1;x-google-start-bitrate=1500',
      lines_[2],
      '',
    ]);
  });

  it('are none where there is no H.264', () => expect(h264First([vp8, rtx])).toEqual([]));
});

describe('the level meter', () => {
  const tone = (amplitude: number) =>
    Float32Array.from({ length: 2048 }, (_, i) => amplitude * Math.sin(i / 5));

  it('goes from silence to the loudest', () => {
    expect(loudness(new Float32Array(0))).toBe(0);
    expect(loudness(tone(0))).toBe(0);
    expect(loudness(tone(0.0005))).toBe(0);
    expect(loudness(tone(0.1))).toBeCloseTo(1 - 23 / 60, 1);
    expect(loudness(Float32Array.from({ length: 10 }, () => 1))).toBe(1);
  });
});

it('says in plain words why a device cannot be had', () => {
  for (const what of ['camera', 'microphone', 'screen'] as const) {
    for (const name of [
      'NotAllowedError',
      'NotFoundError',
      'NotReadableError',
      'InsecureContext',
      '',
    ]) {
      expect(captureSentence(what, name)).toMatch(/^[^A-Z]*。$/);
    }
  }
  expect(captureSentence('camera', 'NotReadableError')).toContain('别的程序');
});

it('finds the device of the list that a track uses, by id, by group or by name', () => {
  const list = [
    { id: 'a', name: '麦克风 (Realtek)', group: 'g1' },
    { id: 'b', name: 'USB 话筒', group: 'g2' },
  ];
  const track = (deviceId: string, groupId: string, label: string) =>
    ({ label, getSettings: () => ({ deviceId, groupId }) }) as unknown as MediaStreamTrack;
  expect(idIn(list, track('b', '', ''))).toBe('b');
  expect(idIn(list, track('default', 'g1', ''))).toBe('a');
  expect(idIn(list, track('default', '', '默认 - USB 话筒'))).toBe('b');
  expect(idIn(list, track('default', '', '默认'))).toBeNull();
  expect(idIn(list, null)).toBeNull();
});

it('puts pages in the order people number them', () => {
  const names = inOrder([{ name: '第10页.png' }, { name: '第2页.png' }, { name: '第1页.png' }]);
  expect(names.map(({ name }) => name)).toEqual(['第1页.png', '第2页.png', '第10页.png']);
});

describe('the card with the title', () => {
  // Chinese characters are as wide as they are high, others about half.
  const measure = (text: string, size: number) =>
    Array.from(text).reduce((sum, one) => sum + (one > '\u2e80' ? size : size / 2), 0);
  const sizes = [68, 56, 46, 38];
  const arranged = (text: string) => arrange(text, 1088, 420, sizes, measure);
  const numbers = '一二三四五六七八九十';

  it('breaks by characters, and is empty when there is nothing to say', () => {
    expect(arrange('一二三四五', 2, 10, [1], measure).rows).toEqual(['一二', '三四', '五']);
    expect(arranged('').rows).toEqual([]);
  });

  it('shows a title of sixty, eighty and a hundred characters whole, the shorter the larger', () => {
    const of = (tens: number) => arranged(numbers.repeat(tens));
    for (const tens of [1, 3, 6, 8, 10]) {
      const { size, rows } = of(tens);
      expect(rows.join('')).toBe(numbers.repeat(tens));
      expect(rows.length * size * 1.35).toBeLessThanOrEqual(420);
      for (const row of rows) expect(measure(row, size)).toBeLessThanOrEqual(1088);
    }
    expect(of(6).size).toBe(68);
    expect(of(10).size).toBeLessThan(68);
  });

  it('keeps words together and begins no row with a comma', () => {
    const text = `${'会'.repeat(15)}，在 2026-11-22 19:30 于 Township-Hall 举行`;
    const { rows } = arranged(text);
    expect(rows.every((row) => !/^[，。]/u.test(row))).toBe(true);
    expect(rows.some((row) => row.includes('2026-11-22'))).toBe(true);
    expect(rows.some((row) => row.includes('Township-Hall'))).toBe(true);
    const word = arranged('A'.repeat(400));
    expect(word.rows.join('')).toBe('A'.repeat(400));
  });

  it('says so when it is cut after all', () => {
    const { rows, size } = arranged(numbers.repeat(40));
    expect(size).toBe(38);
    const last = rows[rows.length - 1] ?? '';
    expect(last.endsWith('…')).toBe(true);
    expect(measure(last, size)).toBeLessThanOrEqual(1088);
  });
});

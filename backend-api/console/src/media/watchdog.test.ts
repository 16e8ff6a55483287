import { describe, expect, it } from 'vitest';

import { delayBefore } from './backoff';
import type { Heard, Traffic } from './watchdog';
import { hear, isDead, mediaFlow, SILENT_MS, SILENT_WITHOUT_MEDIA_MS, traffic } from './watchdog';

/** Looks at counters at given times. */
function look(...seen: [number, Traffic][]): Heard {
  let heard: Heard | null = null;
  for (const [at, now] of seen) heard = hear(heard, now, at);
  if (heard === null) throw new Error('nothing seen');
  return heard;
}

describe('a connection', () => {
  it('is alive while media come', () => {
    const heard = look([0, { media: 0, signs: 0 }], [500, { media: 900, signs: 0 }]);
    expect(mediaFlow(heard, 600)).toBe(true);
    expect(isDead(heard, 500 + SILENT_MS)).toBe(false);
  });

  it('is dead after three seconds without a word when media flowed', () => {
    const heard = look(
      [0, { media: 0, signs: 0 }],
      [500, { media: 900, signs: 3 }],
      [1000, { media: 900, signs: 3 }],
    );
    expect(isDead(heard, 500 + SILENT_MS + 1)).toBe(true);
    expect(mediaFlow(heard, 500 + SILENT_MS + 1)).toBe(false);
  });

  it('is not dead because nobody sends: checks of ICE keep it', () => {
    const heard = look(
      [0, { media: 0, signs: 0 }],
      [500, { media: 900, signs: 3 }],
      [2500, { media: 900, signs: 4 }],
    );
    expect(isDead(heard, 2500 + SILENT_MS + 1)).toBe(false);
    expect(isDead(heard, 2500 + SILENT_WITHOUT_MEDIA_MS + 1)).toBe(true);
  });

  it('that never said anything is given up too', () => {
    const heard = look([0, { media: 0, signs: 0 }], [500, { media: 0, signs: 0 }]);
    expect(isDead(heard, SILENT_WITHOUT_MEDIA_MS)).toBe(false);
    expect(isDead(heard, SILENT_WITHOUT_MEDIA_MS + 1)).toBe(true);
  });

  it('counts reports of the other side as media when sending', () => {
    const reports = [
      { type: 'candidate-pair', bytesReceived: 40, responsesReceived: 2, requestsReceived: 1 },
      { type: 'inbound-rtp', bytesReceived: 1000 },
      { type: 'outbound-rtp', bytesReceived: 7 },
    ];
    expect(traffic(reports, 'receive')).toEqual({ media: 1000, signs: 43 });
    expect(traffic(reports.slice(0, 1), 'send')).toEqual({ media: 40, signs: 3 });
  });
});

it('waits one, two, three seconds and so on before the next try, five at most', () => {
  expect([1, 2, 3, 4, 5, 6, 100].map(delayBefore)).toEqual([
    1000, 2000, 3000, 4000, 5000, 5000, 5000,
  ]);
  expect(delayBefore(0)).toBe(1000);
});

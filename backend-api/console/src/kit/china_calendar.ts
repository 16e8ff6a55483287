/**
 * What the date picker reckons with: the calendar and the clock of China, whatever zone the browser is
 * in. Its values are days and times in China written as UTC, because in a zone with summer time some
 * of them do not exist and others come twice.
 */
import type { Dayjs } from 'dayjs';
import dayjs from 'dayjs';
import utc from 'dayjs/plugin/utc';
import type { GenerateConfig } from 'rc-picker/es/generate';
import generic from 'rc-picker/es/generate/dayjs';

import { AHEAD } from '../words/time';

dayjs.extend(utc);

/** A moment, in Unix ms, as the picker has it. */
export function onCalendar(ms: number): Dayjs {
  return dayjs.utc(ms + AHEAD);
}

/** The moment, in Unix ms, that the picker means. */
export function momentOf(value: Dayjs): number {
  return value.valueOf() - AHEAD;
}

export const chinaCalendar: GenerateConfig<Dayjs> = {
  ...generic,
  getNow: () => onCalendar(Date.now()),
  getFixedDate: (text) => dayjs.utc(text, 'YYYY-MM-DD'),
  locale: {
    ...generic.locale,
    // What is typed.
    parse: (_locale, text, formats) => {
      for (const format of formats) {
        const value = dayjs.utc(text, format, true);
        if (value.isValid()) return value.locale('zh-cn');
      }
      return null;
    },
  },
};

import { DatePicker } from 'antd';
import type { Dayjs } from 'dayjs';

import { chinaCalendar } from './china_calendar';

/** Chooses a day and a time in China. */
export const ChinaDatePicker = DatePicker.generatePicker<Dayjs>(chinaCalendar);

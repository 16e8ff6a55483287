/** Between the form's fields and what the server takes. Pure. */
import type { Dayjs } from 'dayjs';

import type { MemberStatus, Occasion, RollCallDraft } from '../../api/types';
import { momentOf, onCalendar } from '../../kit/china_calendar';
import type { Labels, ServerNames } from '../../kit/form_dialog/fields';
import { HOUR, MINUTE } from '../../words/time';

export interface Fields {
  title: string;
  organization_code: string;
  occasion: Occasion;
  statuses: MemberStatus[];
  when: 'now' | 'later';
  /** As the picker has it: `onCalendar`. */
  opens_at: Dayjs;
  /** Minutes. */
  window: number;
  grace: number;
  presence_code: boolean;
  /** How many spot checks at random moments; 0: none. */
  spots: number;
  spot_window: number;
  spot_within: number;
}

export const LABELS: Labels<Fields> = {
  title: '名称',
  organization_code: '点谁',
  occasion: '为什么点名',
  statuses: '点哪些人',
  when: '什么时候开始',
  opens_at: '开始时间',
  window: '签到多长时间',
  grace: '过后多久还能签，算迟到',
  presence_code: '签到码',
  spots: '中途随机抽点几次',
  spot_window: '每次抽点多长时间',
  spot_within: '在结束后多久以内抽',
};

export const SERVER_NAMES: ServerNames<Fields> = {
  opens_at_ms: 'opens_at',
  window_ms: 'window',
  grace_ms: 'grace',
  spot_checks: 'spots',
};

/** What a new one begins with: the members of one's own organization, now, for ten minutes. */
export function firstFields(now: number, organization_code: string | undefined): Partial<Fields> {
  return {
    occasion: 'meeting',
    statuses: ['full', 'probationary'],
    when: 'now',
    opens_at: onCalendar(Math.ceil((now + HOUR) / (30 * MINUTE)) * 30 * MINUTE),
    window: 10,
    grace: 0,
    presence_code: false,
    spots: 0,
    spot_window: 3,
    spot_within: 60,
    ...(organization_code === undefined ? {} : { organization_code }),
  };
}

export function draftOf(fields: Fields): RollCallDraft {
  return {
    title: fields.title.trim(),
    organization_code: fields.organization_code,
    occasion: fields.occasion,
    statuses: fields.statuses,
    ...(fields.when === 'now' ? {} : { opens_at_ms: momentOf(fields.opens_at.startOf('minute')) }),
    window_ms: fields.window * MINUTE,
    grace_ms: fields.grace * MINUTE,
    presence_code: fields.presence_code,
    ...(fields.spots === 0
      ? {}
      : {
          spot_checks: {
            count: fields.spots,
            window_ms: fields.spot_window * MINUTE,
            within_ms: fields.spot_within * MINUTE,
          },
        }),
  };
}

/** What is wrong with the time for spot checks; `null`: nothing. */
export function spotTrouble({
  spots,
  spot_window,
  spot_within,
}: Pick<Fields, 'spots' | 'spot_window' | 'spot_within'>): string | null {
  if (spots === 0 || spots * spot_window <= spot_within) return null;
  return `${spots} 次、每次 ${spot_window} 分钟，要 ${spots * spot_window} 分钟才放得下`;
}

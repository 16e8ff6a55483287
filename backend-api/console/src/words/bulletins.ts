import type { BulletinState } from '../api/types';
import type { Tone } from '../kit/tag/tag';

export const BULLETIN_STATE: Record<BulletinState, string> = {
  draft: '草稿',
  submitted: '待审',
  published: '已发布',
  withdrawn: '已撤回',
  expired: '已到期',
};

export const BULLETIN_TONE: Record<BulletinState, Tone> = {
  draft: 'plain',
  submitted: 'waiting',
  published: 'done',
  withdrawn: 'off',
  expired: 'off',
};

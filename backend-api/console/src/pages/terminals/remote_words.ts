/** What staff have TVs do from afar, in words. Pure. */
import type { RemoteAction, RemoteKind } from '../../api/types';
import { moment } from '../../words/time';

/** What can be asked, and what happens then. */
export const DEEDS: { kind: RemoteKind; name: string; happens: string }[] = [
  {
    kind: 'restart',
    name: '重新启动程序',
    happens:
      '电视上的程序关掉再打开，回到现在的画面，要几秒到半分钟。正在看的节目会断一下，正在发言的会场会掉线。',
  },
  {
    kind: 'resync',
    name: '全部重发',
    happens:
      '这台电视把公告、节目单、会议、名单全部重新取一遍，正在看的不受影响。已经下载的图片和影片不重新下载。',
  },
];

export function deedName(kind: RemoteKind): string {
  if (kind === 'check') return '会前检查';
  return DEEDS.find((one) => one.kind === kind)?.name ?? '其他操作';
}

/** How far it is, and what to do about it. */
export function progress(
  { state, asked_at_ms, taken_at_ms, done_at_ms }: RemoteAction,
  now: number,
): string {
  const asked = moment(asked_at_ms, now);
  switch (state) {
    case 'asked':
      return `${asked} 发出，等电视回话`;
    case 'unreachable':
      return `${asked} 发出，电视没有回话。请看看它有没有开机、连上网，连上了就会做`;
    case 'taken':
      return `电视 ${moment(taken_at_ms ?? asked_at_ms, now)} 收到，正在做`;
    case 'done':
      return `${moment(done_at_ms ?? asked_at_ms, now)} 做完`;
    case 'expired':
      return `${asked} 发出，电视没有及时做完，已经作废`;
  }
}

import type { TakenBack } from '../api/types';
import { moment } from './time';

/** `wang 今天 09:30 退回：金额要核对` */
export function takenBackWords(back: TakenBack, now: number): string {
  const deed = back.withdrawn ? '撤回' : '退回';
  return `${back.by} ${moment(back.at_ms, now)} ${deed}：${back.reason}`;
}

/** What is said beside a search for a person. Pure. */
import { NAMED_AT_MOST } from '../../api/meetings';
import { sentence } from '../../api/refusal';

export const moreWords = `最多列出 ${NAMED_AT_MOST} 位。没有看到的话，请把姓名写全。`;

/** What stands in place of people. Only an answer without anybody says that there is nobody. */
export function nobodyWords(
  wanted: string,
  { error, isFetching }: { error: Error | null; isFetching: boolean },
): string {
  if (wanted === '') return '请输入姓名';
  if (isFetching) return '正在查找';
  if (error !== null) return sentence(error);
  return '没有找到，请先登记这位同志';
}

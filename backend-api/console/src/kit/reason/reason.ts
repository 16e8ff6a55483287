/** Longest reason, in characters, as the server has it. */
export const LONGEST = 200;

/** What is wrong with a reason, for the person who writes it. The server looks for numbers of people, too. */
export function reasonTrouble(text: string): string | null {
  const length = Array.from(text.trim()).length;
  if (length === 0) return '请写明原因';
  if (length < 2 || length > LONGEST) return `请用 2 到 ${LONGEST} 个字写明原因`;
  return null;
}

export const KEPT = '会保存在记录里，请不要写证件号或电话。';

/** A secret in groups of four, for whoever types it. Pure. */
export function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? '';
}

/** The recovery codes as they are copied and printed. Pure. */
export function sheet(login: string, codes: readonly string[]): string {
  return [
    `智慧党建工作台 备用码 账号 ${login}`,
    '每个只能用一次，请像钥匙一样保管。',
    ...codes,
  ].join('\n');
}

/** How many are left, and what to do about it. Pure. */
export function leftWords(left: number): string {
  if (left === 0) return '备用码已经用完，请现在重新生成。';
  if (left < 3) return `备用码只剩 ${left} 个，请重新生成。`;
  return `备用码还有 ${left} 个。`;
}

/** What may be typed where a code is asked for: six digits, or a recovery code. */
export const CODE = /^\s*(\d{3}\s?\d{3}|([0-9A-Za-z]{4}[\s-]?){4})\s*$/;

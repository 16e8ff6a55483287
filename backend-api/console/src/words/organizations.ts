/** What organizations are called, and what offices write for it. Pure. */
import type { OrganizationKind } from '../api/types';

export const ORGANIZATION_KIND: Record<OrganizationKind, string> = {
  prefecture: '市',
  county: '县',
  township: '乡镇',
  office: '站所',
  village: '村',
  branch: '支部',
};

/** As the folder's table takes them, too (`docs/CONTENT.md`). */
const ALSO: Record<string, OrganizationKind> = {
  州: 'prefecture',
  地区: 'prefecture',
  区: 'county',
  旗: 'county',
  县级市: 'county',
  镇: 'township',
  乡: 'township',
  街道: 'township',
  办公室: 'office',
  部门: 'office',
  中心: 'office',
  社区: 'village',
  党支部: 'branch',
};

/** The kind that a word of a spreadsheet means. */
export function kindMeant(word: string): OrganizationKind | undefined {
  const kinds = Object.keys(ORGANIZATION_KIND) as OrganizationKind[];
  const text = word.trim();
  return kinds.find((kind) => ORGANIZATION_KIND[kind] === text || kind === text) ?? ALSO[text];
}

/** The steps of setting a new server up, and which field stands on which. Pure. */
import type { Setup } from '../../api/types';
import type { Labels } from '../../kit/form_dialog/fields';

export interface Fields extends Setup {
  /** The password once more. */
  again: string;
}

export const LABELS: Labels<Fields> = {
  code: '安装码',
  kind: '是哪一级',
  name: '单位名称',
  organization_code: '单位代码',
  login: '登录名',
  password: '密码',
  again: '密码再写一遍',
};

export const FIRST: Partial<Fields> = { kind: 'township' };

export const STEPS = [
  { title: '安装码', about: '证明是您在安装这台服务器' },
  { title: '单位', about: '名称和代码' },
  { title: '管理员', about: '登录名和密码' },
  { title: '两步验证', about: '手机上的六位数字' },
  { title: '村和站所', about: '从表格里粘贴' },
] as const;

/** The fields of the steps that are here; what follows has pages of its own. */
export const ON_STEP: readonly (readonly (keyof Fields)[])[] = [
  ['code'],
  ['kind', 'name', 'organization_code'],
  ['login', 'password', 'again'],
];

export function stepOf(name: keyof Fields): number {
  return ON_STEP.findIndex((names) => names.includes(name));
}

/** What is sent. The password goes as it was typed. */
export function setupOf(fields: Fields): Setup {
  return {
    code: fields.code.trim(),
    kind: fields.kind,
    name: fields.name.trim(),
    organization_code: fields.organization_code.trim(),
    login: fields.login.trim(),
    password: fields.password,
  };
}

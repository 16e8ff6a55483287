/** Values of a bulletin's fields in words. Pure. */
import type { FieldName } from '../../bulletin/merge';
import { moment } from '../../words/time';

export interface Names {
  now: number;
  listOf: (id: string) => string;
  organizationOf: (code: string) => string;
}

/** A field's value as it is read; without a field it is words already. */
export function valueIn(names: Names, field: FieldName | undefined, value: unknown): string {
  switch (field) {
    case 'list':
      return typeof value === 'string' && value !== '' ? names.listOf(value) : '';
    case 'organization_code':
    case 'audience_code':
      return typeof value === 'string' && value !== '' ? names.organizationOf(value) : '';
    case 'expires_at_ms':
      return typeof value === 'number' ? moment(value, names.now) : '不到期';
    case 'urgent':
    case 'danger':
      return value === true ? '是' : '否';
    case 'cover':
      return value == null ? '没有封面' : '换了封面';
    default:
      return typeof value === 'string' ? value : '';
  }
}

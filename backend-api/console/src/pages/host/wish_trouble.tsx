import { CloseOutlined } from '@ant-design/icons';
import { Alert } from 'antd';

import type { Wishes } from './directions';

interface Props {
  wishes: Wishes;
  place: string;
  dismiss: (place: string) => void;
}

/** Why what was asked for has not happened. */
export function WishTrouble({ wishes, place, dismiss }: Props) {
  const trouble = wishes[place]?.trouble ?? null;
  if (trouble === null) return null;
  return (
    <Alert
      className="wish-trouble"
      type="warning"
      message={trouble}
      closable={{ closeIcon: <CloseOutlined aria-hidden />, 'aria-label': '知道了' }}
      onClose={() => dismiss(place)}
    />
  );
}

import { Button } from 'antd';
import { useState } from 'react';

import { revealPhone } from '../../api/requests';
import { useConfirm } from '../../kit/confirm/confirm';

interface Props {
  id: string;
  masked: string;
}

/** The number to telephone, its middle hidden until somebody says why they want to see it. */
export function Phone({ id, masked }: Props) {
  const confirm = useConfirm();
  const [number, setNumber] = useState<string | null>(null);
  const ask = () =>
    confirm({
      title: '看完整的电话号码？',
      content: '谁看的、为什么看，都会记录。',
      okText: '看号码',
      cancelText: '不看',
      reason: '给本人回电话',
      run: async (reason) => setNumber(await revealPhone(id, reason)),
    });
  return (
    <span className="request-phone">
      {number ?? masked}
      {number === null && (
        <Button type="link" onClick={() => void ask()}>
          看全号…
        </Button>
      )}
    </span>
  );
}

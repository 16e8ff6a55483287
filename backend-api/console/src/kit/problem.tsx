import { Alert, Button } from 'antd';

import { sentence } from '../api/refusal';

interface Props {
  error: unknown;
  retry?: () => unknown;
  /** What is to be said beside it. */
  more?: string | undefined;
}

/** Says what went wrong, and offers another try. */
export function Problem({ error, retry, more }: Props) {
  return (
    <Alert
      type="error"
      showIcon
      message={sentence(error)}
      description={more}
      action={retry && <Button onClick={() => void retry()}>再试一次</Button>}
    />
  );
}

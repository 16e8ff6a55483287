import { Alert, Button } from 'antd';

import { sentence } from '../api/refusal';

/** Says what went wrong, and offers another try. */
export function Problem({ error, retry }: { error: unknown; retry?: () => unknown }) {
  return (
    <Alert
      type="error"
      showIcon
      message={sentence(error)}
      action={
        retry && (
          <Button size="small" onClick={() => void retry()}>
            再试一次
          </Button>
        )
      }
    />
  );
}

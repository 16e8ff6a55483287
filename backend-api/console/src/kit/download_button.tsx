import { DownloadOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';

import { download } from './download';
import { Problem } from './problem';

interface Props {
  path: string;
  /** What the file is called. */
  name: string;
  children: ReactNode;
}

/** Gets a file; what goes wrong stands beside it. */
export function DownloadButton({ path, name, children }: Props) {
  const getting = useMutation({ mutationFn: () => download(path, name) });
  return (
    <>
      <Button
        icon={<DownloadOutlined aria-hidden />}
        loading={getting.isPending}
        onClick={() => getting.mutate()}
      >
        {children}
      </Button>
      {getting.error && <Problem error={getting.error} />}
    </>
  );
}

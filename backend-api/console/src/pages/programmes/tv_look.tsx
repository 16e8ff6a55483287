import { Alert, Button } from 'antd';
import { useState } from 'react';

import type { TextSize } from '../../api/previews';
import { usePreview } from '../../api/previews';
import type { StaffProgramme } from '../../api/types';
import { Screens } from '../../bulletin/preview/pages';
import { extent } from '../../bulletin/preview/screens';
import { PartChoice } from '../../kit/collection/filter_choice';
import { Problem } from '../../kit/problem';

const SIZES = ['100', '125', '150'] as const;
type Size = (typeof SIZES)[number];

/** A programme's page on a television, as the television's own program paints it; made when it is asked for. */
export function TvLook({ of: { id, version, title } }: { of: StaffProgramme }) {
  const [wanted, setWanted] = useState(false);
  const [size, setSize] = useState<Size>('100');
  const percent = Number(size) as TextSize;
  const { data, error, isFetching, refetch } = usePreview(
    wanted ? { kind: 'programmes', id, version } : null,
    percent,
  );
  return (
    <section className="tv" aria-label="电视上的样子">
      <div className="tv-head">
        <h3>电视上的样子</h3>
        <span className="spacer" />
        {wanted ? (
          <PartChoice
            label="字号"
            value={size}
            choices={SIZES.map((value) => ({ value, label: `${value} %` }))}
            onChange={setSize}
          />
        ) : (
          <Button onClick={() => setWanted(true)}>看一看</Button>
        )}
      </div>
      {isFetching && !data && (
        <p className="tv-note" role="status">
          正在画电视上的画面，要几秒。
        </p>
      )}
      {error !== null && !data && <Problem error={error} retry={refetch} />}
      {data?.state === 'not_installed' && (
        <Alert
          className="tv-note"
          type="info"
          showIcon
          message="服务器上没有安装电视程序，看不到电视上的画面。"
        />
      )}
      {data && data.pages.length > 0 && (
        <Screens
          key={`${data.version} ${data.text_size}`}
          pages={data.pages}
          title={title}
          words={extent(data, percent)}
        />
      )}
    </section>
  );
}

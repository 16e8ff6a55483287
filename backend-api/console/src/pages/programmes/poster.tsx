import { PlaySquareOutlined } from '@ant-design/icons';

import { fileAt } from '../../api/bulletins';
import type { StaffProgramme } from '../../api/types';
import { elapsed } from '../../words/time';

/** Its still picture with its length; a sign while its film is not made. */
export function Poster({ of }: { of: Pick<StaffProgramme, 'poster' | 'duration_ms'> }) {
  const { name } = of.poster.thumb;
  return (
    <span className="programme-poster">
      {name === '' ? (
        <PlaySquareOutlined aria-hidden className="programme-no-poster" />
      ) : (
        <img src={fileAt(name)} alt="" />
      )}
      {of.duration_ms > 0 && <span className="programme-length">{elapsed(of.duration_ms)}</span>}
    </span>
  );
}

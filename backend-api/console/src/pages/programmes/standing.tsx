import { Tag } from '../../kit/tag/tag';
import type { StaffProgramme } from '../../api/types';
import { STAND_TONE, standOf, standWords } from './state';

/** How a programme stands: while its film is made how far that is, and why it could not be made. */
export function StandTag({ of, why = false }: { of: StaffProgramme; why?: boolean }) {
  const stand = standOf(of);
  const { percent, problem, state } = of.film;
  const words = standWords(of);
  return (
    <span className="programme-stand">
      <Tag tone={STAND_TONE[stand]}>{words}</Tag>
      {stand === 'making' && state === 'transcoding' && (
        <span
          className="programme-making"
          role="progressbar"
          aria-label={words}
          aria-valuenow={percent}
        >
          <span style={{ width: `${percent}%` }} />
        </span>
      )}
      {why && stand === 'failed' && problem != null && <small>{problem}</small>}
    </span>
  );
}

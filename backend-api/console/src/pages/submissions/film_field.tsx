import { VideoCameraAddOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';

import { useMe } from '../../api/session';
import type { SubmissionFilm } from '../../api/types';
import { useNow } from '../../kit/use_now';
import { size } from '../../media/pace';
import { Uploading } from '../programmes/uploading';
import { useUploads } from '../programmes/use_uploads';

interface Props {
  /** Given by the form. */
  value?: SubmissionFilm | null;
  onChange?: (film: SubmissionFilm | null) => void;
}

/** The film of a submission: sent piece by piece as those of 节目 are, and chosen once it is here. */
export function FilmField({ value, onChange }: Props) {
  const [choosing, setChoosing] = useState(false);
  if (value) {
    return (
      <div className="submission-film">
        <span className="published">{value.file_name}</span>
        <span>{size(value.bytes)}</span>
        <Button type="text" onClick={() => onChange?.(null)}>
          不要这个影片
        </Button>
      </div>
    );
  }
  if (!choosing) {
    return (
      <Button icon={<VideoCameraAddOutlined aria-hidden />} onClick={() => setChoosing(true)}>
        加一个影片…
      </Button>
    );
  }
  return (
    <Desk
      onTake={(film) => {
        setChoosing(false);
        onChange?.(film);
      }}
    />
  );
}

function Desk({ onTake }: { onTake: (film: SubmissionFilm) => void }) {
  const desk = useUploads(useMe().data?.login ?? '', true);
  const now = useNow(60_000);
  return (
    <Uploading
      desk={desk}
      now={now}
      makeLabel="用这个影片"
      onMake={({ id, file_name, bytes }) => onTake({ upload: id, file_name, bytes })}
    />
  );
}

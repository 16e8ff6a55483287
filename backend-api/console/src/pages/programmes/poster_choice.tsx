import { Alert, Button } from 'antd';
import { useRef, useState } from 'react';

import { fileAt, uploadBulletinPicture } from '../../api/bulletins';
import { stillOf } from '../../api/programmes';
import { sentence } from '../../api/refusal';
import type { Picture, StaffProgramme } from '../../api/types';
import { PosterField } from './poster_field';

interface Props {
  id?: string;
  value?: Picture;
  onChange?: (value: Picture) => void;
  /** As it stands: its film, from which a picture may be taken, and its still picture of now. */
  of: StaffProgramme;
}

/** The still picture of a programme that is there: another moment of its film, or a picture of one's own. */
export function PosterChoice({ id, value, onChange, of }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const [busy, setBusy] = useState<'still' | 'picture' | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const shown = value ?? of.poster;
  const [best] = of.renditions;
  const take = async (what: 'still' | 'picture', made: Promise<Picture>) => {
    setBusy(what);
    setTrouble(null);
    try {
      onChange?.(await made);
    } catch (error) {
      setTrouble(sentence(error));
    } finally {
      setBusy(null);
    }
  };
  return (
    <div className="poster-choice">
      {shown.screen.name !== '' && (
        <img className="poster-now" src={fileAt(shown.thumb.name)} alt="现在的封面" />
      )}
      <div className="poster-moment">
        <Button
          {...(id ? { id } : {})}
          loading={busy === 'picture'}
          disabled={busy !== null}
          onClick={() => input.current?.click()}
        >
          换成一张图片…
        </Button>
        {shown.screen.name !== of.poster.screen.name && (
          <Button type="text" disabled={busy !== null} onClick={() => onChange?.(of.poster)}>
            用原来的
          </Button>
        )}
      </div>
      <input
        ref={input}
        type="file"
        // Forms show inputs of files whatever `hidden` says.
        style={{ display: 'none' }}
        accept="image/jpeg,image/png,image/webp"
        aria-label="封面图片"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = '';
          if (file) void take('picture', uploadBulletinPicture(file, ''));
        }}
      />
      {best && (
        <>
          <PosterField
            film={fileAt(best.file.name)}
            value={at}
            onChange={setAt}
            label="封面的时间"
          />
          <Button
            loading={busy === 'still'}
            disabled={at === null || busy !== null}
            onClick={() => at !== null && void take('still', stillOf(of.id, at))}
          >
            取这个画面做封面
          </Button>
        </>
      )}
      {trouble !== null && <Alert type="error" showIcon message={trouble} />}
    </div>
  );
}

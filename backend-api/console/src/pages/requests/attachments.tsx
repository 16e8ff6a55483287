import { PlayCircleFilled } from '@ant-design/icons';
import { Button, Image } from 'antd';
import { useState } from 'react';

import { attachmentBytes } from '../../api/requests';
import type { Attachment } from '../../api/types';
import { useBlobUrl } from '../../kit/blob_url';
import { Problem } from '../../kit/problem';
import { span } from '../../words/time';

interface Props {
  request: string;
  files: readonly Attachment[];
}

/** What was said and photographed. */
export function Attachments({ request, files }: Props) {
  if (files.length === 0) return null;
  return (
    <div className="request-files">
      {files.map((file) =>
        file.media_type.startsWith('audio/') ? (
          <Recording key={file.id} request={request} file={file} />
        ) : (
          <Photograph key={file.id} request={request} file={file} />
        ),
      )}
    </div>
  );
}

interface FileProps {
  request: string;
  file: Attachment;
}

const useFile = ({ request, file }: FileProps, wanted: boolean) =>
  useBlobUrl(['attachment', request, file.id], () => attachmentBytes(request, file.id), wanted);

/** A recording. It is fetched when somebody wants to listen. */
export function Recording(props: FileProps) {
  const [wanted, setWanted] = useState(false);
  const { url, error, again } = useFile(props, wanted);
  const length = props.file.length_ms;
  const words = `听一听${length == null ? '' : ` ${span(length)}`}`;
  const [broken, setBroken] = useState(false);
  if (error) return <Problem error={error} retry={again} />;
  if (broken) return <p role="alert">这台电脑的浏览器放不出这段录音，请换一个浏览器听。</p>;
  if (url === null) {
    return (
      <Button
        className="request-play"
        icon={<PlayCircleFilled aria-hidden />}
        loading={wanted}
        onClick={() => setWanted(true)}
      >
        {words}
      </Button>
    );
  }
  return (
    // eslint-disable-next-line jsx-a11y/media-has-caption -- what villagers say has no captions
    <audio controls autoPlay src={url} aria-label={words} onError={() => setBroken(true)} />
  );
}

function Photograph(props: FileProps) {
  const { url, error, again } = useFile(props, true);
  if (error) return <Problem error={error} retry={again} />;
  if (url === null) return <span role="status">正在读取照片</span>;
  return (
    <Image className="request-picture" src={url} alt="本人拍的照片" preview={{ mask: '看大图' }} />
  );
}

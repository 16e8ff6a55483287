import { PictureOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Image, Upload } from 'antd';

import { submissionPicture, uploadSubmissionPicture } from '../../api/submissions';
import { useBlobUrl } from '../../kit/blob_url';
import { Problem } from '../../kit/problem';
import { MOST_PICTURES } from './draft';

/** A picture of a submission that is there. */
export function Picture({ submission, id }: { submission: string; id: string }) {
  const { url, error, again } = useBlobUrl(['submission picture', submission, id], () =>
    submissionPicture(submission, id),
  );
  if (error) return <Problem error={error} retry={again} />;
  if (url === null) return <span role="status">正在读取图片</span>;
  return (
    <Image className="submission-picture" src={url} alt="投稿的图片" preview={{ mask: '看大图' }} />
  );
}

interface Props {
  /** Ids; given by the form. */
  value?: string[];
  onChange?: (pictures: string[]) => void;
  /** The submission that is changed, whose pictures can be shown. */
  submission: { id: string; pictures: readonly string[] } | undefined;
}

/** Where pictures of a submission are chosen and left out. */
export function PicturesField({ value = [], onChange, submission }: Props) {
  const uploading = useMutation({
    mutationFn: (picture: File) => uploadSubmissionPicture(picture),
  });
  const add = async (picture: File) => {
    const { id } = await uploading.mutateAsync(picture);
    onChange?.([...value, id]);
  };
  return (
    <>
      <div className="submission-pictures">
        {value.map((id, index) => (
          <span key={id} className="submission-picture-one">
            {submission?.pictures.includes(id) === true && (
              <Picture submission={submission.id} id={id} />
            )}
            <Button type="text" onClick={() => onChange?.(value.filter((other) => other !== id))}>
              去掉第 {index + 1} 张
            </Button>
          </span>
        ))}
      </div>
      <Upload
        accept="image/jpeg,image/png,image/webp"
        showUploadList={false}
        disabled={value.length >= MOST_PICTURES || uploading.isPending}
        beforeUpload={(picture) => {
          // What goes wrong is said below.
          void add(picture).catch(() => undefined);
          return false;
        }}
      >
        <Button
          icon={<PictureOutlined aria-hidden />}
          loading={uploading.isPending}
          disabled={value.length >= MOST_PICTURES}
        >
          加一张图片
        </Button>
      </Upload>
      {uploading.error && <Problem error={uploading.error} />}
    </>
  );
}

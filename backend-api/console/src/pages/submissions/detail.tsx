import { Alert, Button } from 'antd';

import { useRefuseSubmission, useSubmission, useWithdrawSubmission } from '../../api/submissions';
import type { Submission } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { Drawer, Facts } from '../../kit/drawer/drawer';
import { LinkButton } from '../../kit/link_button';
import { useMayIn } from '../../kit/may/use_may';
import { Problem } from '../../kit/problem';
import { Tag } from '../../kit/tag/tag';
import { useNow } from '../../kit/use_now';
import { size } from '../../media/pace';
import { senderOf, submissionStand } from '../../words/submissions';
import { moment } from '../../words/time';
import { placeOfMade } from './draft';
import { Picture } from './pictures';

interface Props {
  id: string;
  onTake: (submission: Submission) => void;
  onEdit: (submission: Submission) => void;
  onClose: () => void;
}

/** A submission beside the list: what was sent, how it stands, and what can be done with it. */
export function SubmissionDetail({ id, onTake, onEdit, onClose }: Props) {
  const { data: submission, error, refetch } = useSubmission(id);
  const now = useNow(60_000);
  if (!submission) {
    return (
      <Drawer open title="投稿" onClose={onClose}>
        {error ? <Problem error={error} retry={refetch} /> : <p role="status">正在读取</p>}
      </Drawer>
    );
  }
  const { tone, words } = submissionStand(submission);
  const { upload, decided_at_ms: decided } = submission;
  return (
    <Drawer
      open
      title={
        <>
          <span className="published">{submission.title}</span> <Tag tone={tone}>{words}</Tag>
        </>
      }
      foot={
        <Acts
          submission={submission}
          onTake={() => onTake(submission)}
          onEdit={() => onEdit(submission)}
        />
      }
      onClose={onClose}
    >
      {error && <Problem error={error} retry={refetch} />}
      {submission.reason !== '' && (
        <Alert
          className="submission-notice"
          type="warning"
          showIcon
          message={
            submission.state === 'returned'
              ? `退回修改：${submission.reason}`
              : `不采用：${submission.reason}`
          }
        />
      )}
      <Facts
        facts={[
          ['投稿单位', submission.organization.name],
          ['谁送的', senderOf(submission)],
          ['送来', moment(submission.sent_at_ms, now)],
          [
            submission.state === 'withdrawn' ? '撤回' : '处理',
            decided == null
              ? null
              : `${submission.decided_by ?? (submission.state === 'withdrawn' ? '投稿人' : '系统')}，${moment(decided, now)}`,
          ],
          ['影片', upload ? `${upload.file_name}，${size(upload.bytes)}` : null],
        ]}
      />
      <div className="submission-text">
        {submission.text
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map((line, n) => (
            <p key={n}>{line}</p>
          ))}
      </div>
      <div className="submission-pictures">
        {submission.attachments.map((picture) => (
          <Picture key={picture.id} submission={id} id={picture.id} />
        ))}
      </div>
    </Drawer>
  );
}

interface ActsProps {
  submission: Submission;
  onTake: () => void;
  onEdit: () => void;
}

function Acts({ submission, onTake, onEdit }: ActsProps) {
  const { id, version, state, organization } = submission;
  const decides = useMayIn('publish')(organization.id);
  const writes = useMayIn('write')(organization.id);
  const confirm = useConfirm();
  const { mutateAsync: refuse } = useRefuseSubmission();
  const { mutateAsync: withdraw } = useWithdrawSubmission();
  const made = placeOfMade(submission);
  const isOpen = state === 'waiting' || state === 'returned';
  const giveBack = () =>
    confirm({
      title: '退回修改？',
      content: '投稿人会看到原因，改好以后可以再送。',
      okText: '退回',
      cancelText: '先不退',
      reason: '请补一张修好以后的照片',
      run: (reason) => refuse({ verb: 'return', id, version, reason }),
    });
  const decline = () =>
    confirm({
      title: '不采用？',
      content: '投稿人会看到原因，这篇不能再送；带的影片会清掉。',
      okText: '不采用',
      cancelText: '再想想',
      reason: '上个月已经发过同样的内容',
      run: (reason) => refuse({ verb: 'decline', id, version, reason }),
    });
  const takeBack = () =>
    confirm({
      title: '撤回这篇投稿？',
      content: '镇里不再处理，这篇不能再送；带的影片会清掉。要发布请重新投一篇。',
      okText: '撤回',
      cancelText: '不撤回',
      run: () => withdraw({ id, version }),
    });
  return (
    <>
      {isOpen && writes && (
        <Button type="text" onClick={() => void takeBack()}>
          撤回…
        </Button>
      )}
      {isOpen && decides && (
        <Button type="text" onClick={() => void decline()}>
          不采用…
        </Button>
      )}
      <span className="spacer" />
      {isOpen && writes && (
        <Button type={state === 'returned' && !decides ? 'primary' : 'default'} onClick={onEdit}>
          {state === 'returned' ? '修改，再送一次' : '修改'}
        </Button>
      )}
      {state === 'waiting' && decides && (
        <>
          <Button onClick={() => void giveBack()}>退回…</Button>
          <Button type="primary" onClick={onTake}>
            采用…
          </Button>
        </>
      )}
      {made !== null && writes && (
        <LinkButton to={made} type="primary">
          打开草稿
        </LinkButton>
      )}
    </>
  );
}

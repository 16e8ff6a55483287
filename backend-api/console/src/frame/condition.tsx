import { Alert, Button } from 'antd';

import { useCondition, useConfirmClock } from '../api/condition';
import { useConfirm } from '../kit/confirm/confirm';
import { useMay } from '../kit/may/use_may';
import { useNow } from '../kit/use_now';
import { backupAge } from '../words/backup';
import { minuteWords } from '../words/time';

/** What is wrong with the server, over every page, for who looks after it. */
export function ServerWarnings() {
  const condition = useCondition(useMay()('read_audit')).data;
  const warnings = condition?.warnings ?? [];
  if (warnings.length === 0) return null;
  return (
    <div className="server-warnings">
      {warnings.map(({ kind, words }) => (
        <Alert
          key={kind}
          type={kind === 'backup' ? 'warning' : 'error'}
          showIcon
          banner
          message={words}
          action={kind === 'clock' && <ConfirmClock shown={condition?.clock_ms} />}
        />
      ))}
    </div>
  );
}

/** Says that the server's clock is right, for who may; they are asked with the time it shows before their eyes. */
function ConfirmClock({ shown }: { shown: number | null | undefined }) {
  const may = useMay()('configure');
  const confirm = useConfirm();
  const { mutateAsync: confirmIt } = useConfirmClock();
  if (!may || typeof shown !== 'number') return null;
  const ask = () =>
    confirm({
      title: `现在是 ${minuteWords(shown)} 吗？`,
      content:
        '这是服务器的时钟现在的时间（北京时间）。请和手机或手表对一对，年、月、日都要对。确认以后，点名、公告到期、答复时限都按它继续，不能撤回，审计日志里有记录。时间不对的，不要确认，请先把服务器的时钟改对。',
      okText: '对，按这个时间继续',
      cancelText: '不对',
      run: () => confirmIt(shown),
    });
  return (
    <Button size="small" onClick={() => void ask()}>
      时间没有错…
    </Button>
  );
}

/** How old the last good backup is. */
export function BackupAge() {
  const condition = useCondition(useMay()('read_audit')).data;
  const now = useNow(60_000);
  if (!condition) return null;
  return <p className="frame-foot">{backupAge(condition.backup_at_ms, now)}</p>;
}

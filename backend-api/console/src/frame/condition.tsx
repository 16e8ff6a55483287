import { Alert } from 'antd';

import { useCondition } from '../api/condition';
import { useMay } from '../kit/may/use_may';
import { useNow } from '../kit/use_now';
import { backupAge } from '../words/backup';

/** What is wrong with the server, over every page, for who looks after it. */
export function ServerWarnings() {
  const warnings = useCondition(useMay()('read_audit')).data?.warnings ?? [];
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
        />
      ))}
    </div>
  );
}

/** How old the last good backup is. */
export function BackupAge() {
  const condition = useCondition(useMay()('read_audit')).data;
  const now = useNow(60_000);
  if (!condition) return null;
  return <p className="frame-foot">{backupAge(condition.backup_at_ms, now)}</p>;
}

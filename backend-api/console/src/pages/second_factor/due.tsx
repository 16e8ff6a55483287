import { Button } from 'antd';

import { useAskAgain } from '../../api/second_factor';
import { useSignOut } from '../../api/session';
import { usePageTitle } from '../../kit/page_title';
import { SetUp } from './set_up';

/** All that an administrator without a second factor can do. */
export function DuePage({ onDone }: { onDone: () => void }) {
  usePageTitle('设置两步验证');
  const signOut = useSignOut();
  const askAgain = useAskAgain();
  return (
    <main className="sign-in-main">
      <section className="due" aria-labelledby="due-title">
        <h1 id="due-title">先设置两步验证</h1>
        <p className="sign-in-help">
          您的账号能管理账号或面向全县发布，登录时除了密码，还要手机上的六位数字。只需设置一次，大约两分钟。
        </p>
        <div className="sign-in-card card">
          <SetUp onDone={() => void askAgain().then(onDone)} />
        </div>
        <p className="sign-in-help">
          <Button type="link" onClick={() => signOut.mutate()}>
            退出，以后再设置
          </Button>
        </p>
      </section>
    </main>
  );
}

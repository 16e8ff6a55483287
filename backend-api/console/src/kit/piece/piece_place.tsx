import './piece.css';

import { Button } from 'antd';
import type { ReactNode } from 'react';
import { Component, Suspense, useState } from 'react';

import { PieceMissing } from './piece';

/** Where a piece is shown: while it comes, and when it cannot. */
export function PiecePlace({ children }: { children: ReactNode }) {
  return (
    <Catch>
      <Suspense fallback={<Opening />}>{children}</Suspense>
    </Catch>
  );
}

/** Seen only when it takes longer than a moment. */
function Opening() {
  return (
    <main className="piece-state piece-opening" role="status">
      正在打开…
    </main>
  );
}

class Catch extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <Broken missing={error instanceof PieceMissing} />;
  }
}

/** Opens the console anew, if the server can be reached: the page that says so is not lost otherwise. */
function Broken({ missing }: { missing: boolean }) {
  const [state, setState] = useState<'idle' | 'trying' | 'cut off'>('idle');
  const again = async () => {
    setState('trying');
    const there = await fetch(import.meta.env.BASE_URL, { cache: 'no-store' }).catch(() => null);
    if (there?.ok) location.reload();
    else setState('cut off');
  };
  return (
    <main className="piece-state" role="alert">
      <h1>{missing ? '这一页没有打开' : '这一页出了错'}</h1>
      <p>
        {missing
          ? '工作台可能刚刚更新过，或者网络断了。重新打开一次就好。'
          : '已经保存的内容都在。请重新打开这一页；还是不行，请告诉管理员您刚才点了什么。'}
      </p>
      {state === 'cut off' && <p>连不上服务器。网络通了再点一次。</p>}
      <Button type="primary" loading={state === 'trying'} onClick={() => void again()}>
        重新打开
      </Button>
    </main>
  );
}

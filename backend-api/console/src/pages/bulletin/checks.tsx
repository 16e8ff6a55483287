import { CheckCircleFilled, StopFilled } from '@ant-design/icons';
import { Button } from 'antd';

import { NUMBER_KIND } from '../../bulletin/numbers';
import type { Confirmed, Finding } from '../../bulletin/writing';
import { useConfirm } from '../../kit/confirm/confirm';

interface Props {
  findings: readonly Finding[];
  confirmed: Confirmed;
  /** Left out: here it can only be confirmed. */
  onMask?: (digits: string) => void;
  onConfirm: (digits: string, reason: string) => void;
}

/** Numbers of people that were found: each is masked by one click, or stands for a reason. */
export function Checks({ findings, confirmed, onMask, onConfirm }: Props) {
  const confirm = useConfirm();
  const ask = (one: Finding) =>
    confirm({
      title: `${NUMBER_KIND[one.found.kind]}要原样放到电视上？`,
      content: `${one.spot.label}里的 ${one.found.masked}，所有看得到这条内容的人都会看到。一般应该打上星号。`,
      okText: '原样保留',
      cancelText: '不保留',
      reason: '本人同意公布联系电话',
      run: (reason) => {
        onConfirm(one.found.digits, reason);
        return Promise.resolve();
      },
    });
  const open = findings.filter(({ found }) => confirmed[found.digits] === undefined);
  const settled = findings.filter(({ found }) => confirmed[found.digits] !== undefined);
  return (
    <section className="checks" aria-label="检查">
      {open.map((one, n) => (
        <div key={n} className="check check-blocks" role="alert">
          <StopFilled aria-hidden />
          <p>
            <b>
              {one.spot.label}有一个{NUMBER_KIND[one.found.kind]}
            </b>
            <br />
            {one.found.masked}，不处理就不能提交
          </p>
          <span className="spacer" />
          {onMask && (
            <Button type="primary" onClick={() => onMask(one.found.digits)}>
              打上星号
            </Button>
          )}
          <Button onClick={() => void ask(one)}>保留…</Button>
        </div>
      ))}
      {settled.map((one, n) => (
        <div key={n} className="check check-due">
          <CheckCircleFilled aria-hidden />
          <p>
            {one.spot.label}的{NUMBER_KIND[one.found.kind]} {one.found.masked} 原样保留：
            {confirmed[one.found.digits]}
          </p>
        </div>
      ))}
      {findings.length === 0 && (
        <div className="check check-good">
          <CheckCircleFilled aria-hidden />
          <p>文字里没有身份证号、手机号、银行卡号。照片里的系统看不出来，请自己看一看。</p>
        </div>
      )}
    </section>
  );
}

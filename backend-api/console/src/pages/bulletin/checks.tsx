import { CheckCircleFilled, StopFilled } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';

import { fileAt } from '../../api/bulletins';
import type { NumberConfirmed, PictureRegion } from '../../api/types';
import { NUMBER_KIND } from '../../bulletin/numbers';
import type { Confirmed, Finding, Looked, PictureSpot } from '../../bulletin/writing';
import { useConfirm } from '../../kit/confirm/confirm';
import { CoverDialog } from './cover_dialog';

interface Props {
  findings: readonly Finding[];
  confirmed: Confirmed;
  /** Left out: here it can only be confirmed. */
  onMask?: (digits: string) => void;
  onConfirm: (digits: string, reason: string) => void;
  /** What the writer said of numbers that may stand; whoever publishes says it again. */
  wrote?: readonly NumberConfirmed[];
  pictures: readonly PictureSpot[];
  looked: Looked;
  onLook: (name: string) => void;
  /** Why not, in words, or `null`: it is done. */
  onCover: (name: string, regions: PictureRegion[]) => Promise<string | null>;
}

/** Numbers of people that were found: each is masked by one click, or stands for a reason. */
export function Checks({ findings, confirmed, onMask, onConfirm, wrote = [], ...pictures }: Props) {
  const confirm = useConfirm();
  const writer = ({ found }: Finding) => wrote.find(({ digits }) => digits === found.digits);
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
            {writer(one) && (
              <>
                <br />
                {writer(one)?.by} 写的原因：{writer(one)?.reason}
              </>
            )}
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
          <p>文字里没有身份证号、手机号、银行卡号。图片里的系统看不出来，请一张一张看。</p>
        </div>
      )}
      <Pictures {...pictures} />
    </section>
  );
}

/** Every picture, to be looked at by somebody before it is published. */
function Pictures({
  pictures,
  looked,
  onLook,
  onCover,
}: Pick<Props, 'pictures' | 'looked' | 'onLook' | 'onCover'>) {
  const [open, setOpen] = useState<string | null>(null);
  const shown = pictures.find(({ name }) => name === open);
  return (
    <>
      {pictures.map(({ name, label, picture }) => {
        const seen = looked.includes(name);
        return (
          <div key={name} className={seen ? 'check check-good' : 'check check-due'}>
            <img
              className="check-picture"
              src={fileAt(picture.thumb.name)}
              alt={picture.caption || '没有说明的图片'}
            />
            <p>
              {seen ? (
                `${label}已经确认可以公布`
              ) : (
                <>
                  <b>{label}还没有确认</b>
                  <br />
                  看一看有没有证件、号码、人脸、门牌
                </>
              )}
            </p>
            <span className="spacer" />
            <Button onClick={() => setOpen(name)} aria-label={`${label}，看一看、盖住`}>
              看一看、盖住…
            </Button>
          </div>
        );
      })}
      {shown && (
        <CoverDialog
          key={shown.name}
          spot={shown}
          seen={looked.includes(shown.name)}
          onLook={() => {
            onLook(shown.name);
            setOpen(null);
          }}
          onCover={onCover}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

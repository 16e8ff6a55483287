import './slips.css';

import { PrinterOutlined } from '@ant-design/icons';
import { Alert, Button, Modal } from 'antd';
import { useEffect } from 'react';
import { createPortal } from 'react-dom';

import { useConfirm } from '../../kit/confirm/confirm';
import type { Issued } from './acts';
import type { Slip } from './slips';
import { halves, slipsOf } from './slips';

/** New PINs, shown this once: to read out, or to print as slips that are folded and sealed. */
export function PinSlips({ issued, onClose }: { issued: readonly Issued[]; onClose: () => void }) {
  const confirm = useConfirm();
  const slips = slipsOf(issued);
  useEffect(() => {
    document.body.classList.add('prints-slips');
    return () => document.body.classList.remove('prints-slips');
  }, []);
  const close = async () => {
    const said = await confirm({
      title: 'PIN 交到了或印好了？',
      content: '关掉以后，谁也看不到这些 PIN 了，只能重设。',
      okText: '关掉',
      cancelText: '再看一会儿',
    });
    if (said !== null) onClose();
  };
  return (
    <>
      <Modal
        open
        title={`新 PIN，${issued.length} 人`}
        width={640}
        maskClosable={false}
        onCancel={() => void close()}
        footer={
          <>
            <Button onClick={() => void close()}>关掉</Button>
            <Button
              type="primary"
              icon={<PrinterOutlined aria-hidden />}
              onClick={() => window.print()}
            >
              打印纸条
            </Button>
          </>
        }
      >
        <Alert
          type="warning"
          showIcon
          message="只显示这一次，服务器上也没有。请当面交给本人，或者打印后沿虚线对折、封好。"
        />
        <ul className="pin-list">
          {slips.map((slip) => (
            <li key={slip.key}>
              <span>
                {slip.organization}
                {slip.household && ` ${slip.household}`}
              </span>
              {slip.people.map(({ name, pin }) => (
                <span key={name + pin} className="pin-of">
                  {name} <b>{halves(pin)}</b>
                </span>
              ))}
            </li>
          ))}
        </ul>
      </Modal>
      {createPortal(
        <div className="slips" aria-hidden>
          {slips.map((slip) => (
            <PaperSlip key={slip.key} slip={slip} />
          ))}
        </div>,
        document.body,
      )}
    </>
  );
}

/** Folded at the dashed line, only the address is outside. */
function PaperSlip({ slip }: { slip: Slip }) {
  const names = slip.people.map(({ name }) => name).join('、');
  return (
    <article className="slip">
      <div className="slip-outside">
        <small>{slip.organization}</small>
        <strong>
          {slip.household ? `${slip.household} ` : ''}
          {names} 收
        </strong>
        <small>内有电视签到的 PIN，请本人拆开</small>
      </div>
      <div className="slip-inside">
        <small>在自己家或站点的电视上签到时用，不要告诉别人。忘了找村里重设。</small>
        {slip.people.map(({ name, pin }) => (
          <p key={name + pin}>
            <span>{name}</span>
            <b>{halves(pin)}</b>
          </p>
        ))}
      </div>
    </article>
  );
}

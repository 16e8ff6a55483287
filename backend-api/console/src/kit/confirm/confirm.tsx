import './confirm.css';

import { Alert, Form, Modal } from 'antd';
import type { ReactNode } from 'react';
import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router-dom';

import { Refusal, sentence } from '../../api/refusal';
import { ReasonItem } from '../reason/reason_item';

export interface Question {
  title: string;
  /** What happens then. */
  content?: ReactNode;
  okText: string;
  cancelText: string;
  /** Only of what is on air: it is red. */
  danger?: boolean;
  /** A reason must be given; an example of one. */
  reason?: string;
  /** The deed. While it goes on the question stays, and what goes wrong is said in it. */
  run?: (reason: string) => Promise<unknown>;
}

/** The reason that was given (empty where none is asked for), or `null`: no. */
type Ask = (question: Question) => Promise<{ reason: string } | null>;

const Asking = createContext<Ask>(() => Promise.resolve(null));

/** Asks before something is done. */
export function useConfirm(): Ask {
  return useContext(Asking);
}

interface Asked extends Question {
  number: number;
  /** The address it was asked at. */
  at: string;
  answer: (said: { reason: string } | null) => void;
}

/**
 * Shows the questions of everything inside it, one at a time. A question goes with the page it was asked on:
 * nobody agrees to what is no longer in sight.
 */
export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<readonly Asked[]>([]);
  const count = useRef(0);
  const { pathname, search } = useLocation();
  const here = pathname + search;
  const place = useRef(here);
  useEffect(() => {
    place.current = here;
  }, [here]);
  const ask = useCallback<Ask>(
    (question) =>
      new Promise((resolve) => {
        const one: Asked = {
          ...question,
          number: (count.current += 1),
          at: place.current,
          answer: (said) => {
            setAsked((all) => all.filter((other) => other !== one));
            resolve(said);
          },
        };
        setAsked((all) => [...all, one]);
      }),
    [],
  );
  const [first] = asked;
  return (
    <Asking.Provider value={ask}>
      {children}
      {first && <Confirm key={first.number} question={first} left={first.at !== here} />}
    </Asking.Provider>
  );
}

function Confirm({ question, left }: { question: Asked; left: boolean }) {
  const { title, content, okText, cancelText, danger = false, reason, run, answer } = question;
  const [form] = Form.useForm<{ reason: string }>();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  // What is being done already is waited for, and what went wrong is read first.
  const withdrawn = left && !busy && trouble === null;
  useEffect(() => {
    if (withdrawn) answer(null);
  }, [withdrawn, answer]);
  const agree = async (given: string) => {
    setBusy(true);
    setTrouble(null);
    try {
      await run?.(given);
      answer({ reason: given });
    } catch (error) {
      const wrong =
        error instanceof Refusal && error.fields.find(({ field }) => field === 'reason');
      if (reason !== undefined && wrong) {
        form.setFields([{ name: 'reason', errors: [wrong.message] }]);
      } else {
        setTrouble(sentence(error));
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      className="confirm"
      title={title}
      width={440}
      // Over drawers and dialogs that were opened before.
      zIndex={1100}
      centered
      closable={false}
      maskClosable={false}
      okText={okText}
      cancelText={cancelText}
      okButtonProps={{ danger }}
      // Never the deed itself: Enter must not do it by accident.
      cancelButtonProps={{ autoFocus: true, disabled: busy }}
      confirmLoading={busy}
      onOk={() => (reason === undefined ? void agree('') : form.submit())}
      onCancel={() => !busy && answer(null)}
    >
      {content && <p>{content}</p>}
      {reason !== undefined && (
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={(filled) => void agree(filled.reason.trim())}
        >
          <ReasonItem example={reason} />
        </Form>
      )}
      {trouble && <Alert type="error" showIcon message={trouble} />}
    </Modal>
  );
}

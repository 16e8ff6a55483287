import './form_dialog.css';

import { Alert, Button, Form, Modal, Spin } from 'antd';
import type { FormInstance } from 'antd';
import type { ReactNode } from 'react';
import { useState } from 'react';

import { Refusal, sentence } from '../../api/refusal';
import { useConfirm } from '../confirm/confirm';
import { Drawer } from '../drawer/drawer';
import { InSight } from '../in_sight';
import { useLeaveGuard } from '../leave/leave_guard';
import { Problem } from '../problem';
import type { Change, Labels, ServerNames } from './fields';
import { changes, differs, merged, placed, same } from './fields';
import { validOf } from './valid';

/** What is edited as it stands on the server. */
export interface Standing<F> {
  values: Partial<F>;
  /** Of what two people can edit: the version these values have. */
  version?: number | undefined;
  /** Why it cannot be edited any more. */
  closed?: string | undefined;
}

interface Props<F extends object> {
  title: string;
  okText: string;
  cancelText?: string;
  /** Beside the list (a form about one of its lines), as wide as the window, or over everything. */
  shape?: 'drawer' | 'wide' | 'dialog';
  first: Standing<F>;
  labels: Labels<F>;
  serverNames?: ServerNames<F>;
  /** How a field's value is read out when somebody else changed it. */
  show?: (name: keyof F & string, value: unknown) => ReactNode;
  /** @throws Refusal */
  save: (values: F, version: number | undefined) => Promise<unknown>;
  /** What stands on the server now, for when it changed meanwhile. */
  current?: () => Promise<Standing<F>>;
  onClose: () => void;
  children: ReactNode | ((form: FormInstance<F>) => ReactNode);
}

const GIVE_UP = {
  title: '还没有保存，要放弃吗？',
  content: '放弃以后，刚才写的内容就没有了。',
  okText: '放弃',
  cancelText: '接着写',
} as const;

interface Conflict<F> {
  now: Standing<F>;
  changes: Change<F>[];
}

type Trouble<F> =
  | { kind: 'words'; words: string }
  | { kind: 'moved on'; words: string }
  | { kind: 'versions'; conflict: Conflict<F> };

/**
 * A form that is saved: asks before what was written is lost, shows at each field what the server says of
 * it, and when somebody else saved meanwhile says what changed and lets choose.
 */
export function FormDialog<F extends object>(props: Props<F>) {
  const { title, okText, cancelText = '不保存', shape = 'drawer', labels, onClose } = props;
  const [form] = Form.useForm<F>();
  const [base, setBase] = useState(props.first);
  const [dirty, setDirty] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble<F> | null>(null);
  const confirm = useConfirm();
  useLeaveGuard(dirty, GIVE_UP);

  const written = () => form.getFieldsValue() as Partial<F>;

  const close = async () => {
    if (dirty && (await confirm(GIVE_UP)) === null) return;
    onClose();
  };

  const failed = async (error: unknown): Promise<Trouble<F> | null> => {
    const words = sentence(error);
    if (!(error instanceof Refusal)) return { kind: 'words', words };
    if (error.status === 412 && props.current) {
      const now = await props.current();
      if (now.closed !== undefined) return { kind: 'moved on', words: now.closed };
      const mine = written();
      return {
        kind: 'versions',
        conflict: {
          now,
          changes: changes(labels, { before: base.values, theirs: now.values, mine }),
        },
      };
    }
    if (error.status === 409 || error.status === 404) return { kind: 'moved on', words };
    const sorted = placed<F>(error.fields, labels, props.serverNames);
    form.setFields(sorted.fields as unknown as Parameters<typeof form.setFields>[0]);
    const [first] = sorted.fields;
    if (first) form.scrollToField(first.name, { focus: true });
    if (sorted.rest.length > 0) return { kind: 'words', words: sorted.rest.join('') };
    return sorted.fields.length === 0 ? { kind: 'words', words } : null;
  };

  /** What was said of a field was said of what stood there before. */
  const unblame = (names: string[]) =>
    form.setFields(
      names.map((name) => ({ name, errors: [] })) as unknown as Parameters<
        typeof form.setFields
      >[0],
    );

  const submit = async (values: F, version: number | undefined) => {
    setBusy(true);
    setTrouble(null);
    try {
      await props.save(values, version);
      onClose();
    } catch (error) {
      setTrouble(
        await failed(error).catch((again: unknown): Trouble<F> => ({
          kind: 'words',
          words: sentence(again),
        })),
      );
    } finally {
      setBusy(false);
    }
  };

  const takeTheirs = (now: Standing<F>) => {
    form.setFieldsValue(now.values as Parameters<typeof form.setFieldsValue>[0]);
    setBase(now);
    setDirty(false);
    setTrouble(null);
  };
  const saveMine = async (now: Standing<F>) => {
    const mine = await validOf(form);
    if (mine === null) return;
    const both = merged<F>({ before: base.values, theirs: now.values, mine });
    form.setFieldsValue(both as Parameters<typeof form.setFieldsValue>[0]);
    setBase(now);
    await submit(both as F, now.version);
  };

  const body = (
    <>
      <Form<F>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={props.first.values}
        onFinish={(values) => void submit(values, base.version)}
        onValuesChange={(changed: Partial<F>, values) => {
          unblame(Object.keys(changed));
          setDirty(differs<F>(base.values, values));
        }}
        scrollToFirstError={{ focus: true }}
      >
        {typeof props.children === 'function' ? props.children(form) : props.children}
      </Form>
      {trouble && (
        <InSight key={trouble.kind} className="form-trouble">
          {trouble.kind === 'words' && <Alert type="error" showIcon message={trouble.words} />}
          {trouble.kind === 'moved on' && (
            <Alert
              type="warning"
              showIcon
              message={trouble.words}
              action={<Button onClick={onClose}>不改了，看最新的</Button>}
            />
          )}
          {trouble.kind === 'versions' && (
            <ConflictNotice
              conflict={trouble.conflict}
              show={props.show}
              busy={busy}
              onTheirs={takeTheirs}
              onMine={(now) => void saveMine(now)}
            />
          )}
        </InSight>
      )}
    </>
  );

  const head = { open: true, title, onClose: () => void close() };
  const foot = { okText, cancelText, busy, onOk: () => form.submit() };
  return shape !== 'dialog' ? (
    <Drawer
      {...head}
      modal
      wide={shape === 'wide'}
      foot={
        <>
          <span className="spacer" />
          <Button disabled={busy} onClick={head.onClose}>
            {foot.cancelText}
          </Button>
          <Button type="primary" loading={busy} onClick={foot.onOk}>
            {foot.okText}
          </Button>
        </>
      }
    >
      {body}
    </Drawer>
  ) : (
    <Modal
      open
      title={title}
      okText={okText}
      cancelText={cancelText}
      maskClosable={false}
      confirmLoading={busy}
      onOk={foot.onOk}
      onCancel={head.onClose}
    >
      {body}
    </Modal>
  );
}

interface ConflictProps<F> {
  conflict: Conflict<F>;
  show: ((name: keyof F & string, value: unknown) => ReactNode) | undefined;
  busy: boolean;
  onTheirs: (now: Standing<F>) => void;
  onMine: (now: Standing<F>) => void;
}

function ConflictNotice<F>({ conflict, show, busy, onTheirs, onMine }: ConflictProps<F>) {
  const { now, changes: changed } = conflict;
  const read = (name: keyof F & string, value: unknown) =>
    (show ? show(name, value) : typeof value === 'string' && value) || '（空）';
  return (
    <Alert
      className="conflict"
      type="warning"
      showIcon
      message="您打开以后，别人改过并且保存了"
      description={
        <>
          {changed.length === 0 ? (
            <p>内容和您打开时一样。</p>
          ) : (
            <table>
              <thead>
                <tr>
                  <th scope="col">改了什么</th>
                  <th scope="col">原来</th>
                  <th scope="col">别人改成</th>
                  <th scope="col">您写的</th>
                </tr>
              </thead>
              <tbody>
                {changed.map(({ name, label, before, theirs, mine }) => (
                  <tr key={name}>
                    <th scope="row">{label}</th>
                    <td>{read(name, before)}</td>
                    <td>{read(name, theirs)}</td>
                    <td>{same(before, mine) ? '没有改' : read(name, mine)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <div className="conflict-acts">
            <Button disabled={busy} onClick={() => onTheirs(now)}>
              用别人改的，重新填
            </Button>
            <Button disabled={busy} onClick={() => onMine(now)}>
              保留我改的，其余用别人的
            </Button>
          </div>
        </>
      }
    />
  );
}

interface WaitingProps {
  title: string;
  error: Error | null;
  retry?: () => unknown;
  onClose: () => void;
}

/** In place of a form while what it chooses from is on its way. */
export function FormWaiting({ title, error, retry, onClose }: WaitingProps) {
  return (
    <Drawer open modal title={title} onClose={onClose}>
      {error ? (
        <Problem error={error} {...(retry ? { retry } : {})} />
      ) : (
        <div className="center" role="status" aria-label="正在读取">
          <Spin size="large" />
        </div>
      )}
    </Drawer>
  );
}

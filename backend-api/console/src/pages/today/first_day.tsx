import { CheckOutlined } from '@ant-design/icons';

import { isThere } from '../../frame/ways';
import { LinkButton } from '../../kit/link_button';
import { ROOMS } from '../../rooms';
import type { Begun, Step } from './steps';
import { next, steps } from './steps';

/** The five steps of the first day. What the data say is done, is; each leads to where it is done. */
export function FirstDay({ begun, town }: { begun: Begun; town: string }) {
  const all = steps(begun);
  const done = all.filter((step) => step.done).length;
  const now = next(all);
  return (
    <section aria-labelledby="first-day">
      <div className="first-head">
        <div>
          <h2 id="first-day" className="published">
            {town}，您好
          </h2>
          <p>五步做完，村里的电视就能用。随时可以停，下次接着做。</p>
        </div>
        <div className="first-done">
          <b>{done}</b> / {all.length} 步
          <div className="today-bar" aria-hidden>
            <span style={{ width: `${(done / all.length) * 100}%` }} />
          </div>
        </div>
      </div>
      <ol className="first-steps">
        {all.map((step, index) => (
          <One key={step.key} step={step} number={index + 1} isNext={step === now} />
        ))}
      </ol>
    </section>
  );
}

function One({ step, number, isNext }: { step: Step; number: number; isNext: boolean }) {
  const { title, takes, words, done, button, to } = step;
  const state = done ? 'first-is-done' : isNext ? 'first-is-next' : '';
  return (
    <li className={`first-step card ${state}`} aria-current={isNext ? 'step' : undefined}>
      <span
        className="first-mark"
        role="img"
        aria-label={done ? `第 ${number} 步，做完了` : `第 ${number} 步`}
      >
        {done ? <CheckOutlined aria-hidden /> : number}
      </span>
      <div>
        <h3>
          {title}
          {!done && <small>{takes}</small>}
        </h3>
        <p>{words}</p>
      </div>
      {isThere(ROOMS, to) && (
        <LinkButton to={to} type={isNext ? 'primary' : done ? 'link' : 'default'}>
          {button}
        </LinkButton>
      )}
    </li>
  );
}

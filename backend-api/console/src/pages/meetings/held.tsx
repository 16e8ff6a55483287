import { Alert, Button, Checkbox, Slider } from 'antd';
import { useRef, useState } from 'react';

import { fileAt } from '../../api/bulletins';
import { useCutRecording, useHoldRecording, usePublishRecording } from '../../api/meetings';
import type { HeldRecording, StaffMeeting } from '../../api/types';
import { useConfirm } from '../../kit/confirm/confirm';
import { Problem } from '../../kit/problem';
import { span as long } from '../../words/time';
import type { Span } from './cutting';
import { at, cutOf, realWords, spanOf } from './cutting';

/** Whether the recording waits to be cut, as long as that can still be said. */
export function HoldChoice({ one }: { one: StaffMeeting }) {
  const hold = useHoldRecording(one.meeting.id);
  return (
    <>
      <Checkbox
        checked={one.hold_recording}
        disabled={hold.isPending}
        onChange={({ target }) => hold.mutate(target.checked)}
      >
        录像做好以后先剪头尾，再由人发布
      </Checkbox>
      {hold.error && <Problem error={hold.error} />}
    </>
  );
}

interface Props {
  one: StaffMeeting;
  held: HeldRecording;
  /** Whether they may cut and publish it. */
  may: boolean;
}

/** A recording that waits: seen, cut at beginning and end, published. */
export function Held({ one, held, may }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const confirm = useConfirm();
  const cut = useCutRecording(one.meeting.id);
  const publish = usePublishRecording(one.meeting.id);
  const duration = held.duration_ms;
  const [span, setSpan] = useState<Span>([0, duration]);
  const [from, to] = span;
  const isWhole = from === 0 && to === duration;
  const isPart = held.asked != null;
  const busy = cut.isPending || publish.isPending;
  /** Shows the moment of the handle that was moved. */
  const move = ([begins = 0, ends = duration]: number[]) => {
    const next = spanOf([begins, ends], duration);
    const moved = next[0] === from ? next[1] : next[0];
    if (video.current) video.current.currentTime = moved / 1000;
    setSpan(next);
  };
  const now = () => Math.round((video.current?.currentTime ?? 0) * 1000);
  const put = () =>
    confirm({
      title: '发布这段录像？',
      content: '马上放进节目，电视上可以回看。没有剪进来的部分会清掉，以后不能再剪。',
      okText: '发布',
      cancelText: '先不发布',
      run: () => publish.mutateAsync(),
    });
  return (
    <section className="held" aria-label="剪录像">
      <h3>剪录像</h3>
      {one.recording_trouble != null && (
        <Alert type="error" showIcon message={`上次没有剪成：${one.recording_trouble}`} />
      )}
      {/* eslint-disable-next-line jsx-a11y/media-has-caption -- a recording has none yet */}
      <video
        ref={video}
        className="held-film"
        controls
        preload="metadata"
        poster={held.poster.screen.name === '' ? undefined : fileAt(held.poster.screen.name)}
        src={fileAt(held.rendition.file.name)}
      />
      {isPart && <p role="status">这一段是剪好的：{realWords(held)}</p>}
      {may && (
        <>
          <Slider
            range
            min={0}
            max={duration}
            step={100}
            value={[from, to]}
            disabled={busy}
            tooltip={{ formatter: (ms) => at(ms ?? 0) }}
            ariaLabelForHandle={['开头', '结尾']}
            ariaValueTextFormatterForHandle={[at, at]}
            onChange={move}
          />
          <div className="held-ends">
            <span>
              开头 <b>{at(from)}</b>
            </span>
            <Button disabled={busy} onClick={() => setSpan(spanOf([now(), to], duration))}>
              从正放到的地方开始
            </Button>
            <span className="spacer" />
            <Button
              disabled={busy}
              onClick={() => setSpan(spanOf([Math.min(from, now()), now()], duration))}
            >
              到正放到的地方为止
            </Button>
            <span>
              结尾 <b>{at(to)}</b>
            </span>
          </div>
          <p>
            {isWhole ? `整段 ${long(duration)}。` : `剪下来 ${long(to - from)}。`}
            不重新压缩，开头会落在选的地方或稍早一点的完整画面上，剪好以后写在这里。
          </p>
          <div className="held-acts">
            <Button
              disabled={isWhole || busy}
              loading={cut.isPending}
              onClick={() => cut.mutate(cutOf(held, span))}
            >
              剪成这一段
            </Button>
            {isPart && (
              <Button
                disabled={busy}
                onClick={() => cut.mutate({ from_ms: 0, to_ms: held.whole_ms })}
              >
                恢复整段
              </Button>
            )}
            <span className="spacer" />
            <Button type="primary" disabled={busy || !isWhole} onClick={() => void put()}>
              发布…
            </Button>
          </div>
          {!isWhole && <p>先按“剪成这一段”，看过再发布。</p>}
        </>
      )}
      {cut.error && <Problem error={cut.error} />}
    </section>
  );
}

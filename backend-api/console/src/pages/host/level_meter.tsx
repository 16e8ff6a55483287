import './level_meter.css';

import { useEffect, useRef, useState } from 'react';

import { meter } from '../../media/level';

/** Louder than this is somebody speaking, not the room. */
const SPEECH = 0.35;
/** Silent for so long: something is wrong with the microphone. */
const SILENT_MS = 6000;

interface Props {
  track: MediaStreamTrack | null;
  /** Say what to try, before going live. */
  hint?: boolean;
  muted?: boolean;
}

export function LevelMeter({ track, hint = false, muted = false }: Props) {
  const bar = useRef<HTMLDivElement>(null);
  const [heard, setHeard] = useState<'nothing yet' | 'speech' | 'silence'>('nothing yet');

  useEffect(() => {
    if (track === null) return undefined;
    let lastSpeech = performance.now();
    setHeard('nothing yet');
    return meter(track, (level) => {
      // Ten times a second: past React.
      if (bar.current) bar.current.style.transform = `scaleX(${level.toFixed(3)})`;
      const now = performance.now();
      if (level > SPEECH) {
        lastSpeech = now;
        setHeard('speech');
      } else if (now - lastSpeech > SILENT_MS) {
        setHeard('silence');
      }
    });
  }, [track]);

  return (
    <div className="level">
      <div className="level-bar" role="img" aria-label="话筒音量">
        {track && <div ref={bar} className={muted ? 'level-now level-muted' : 'level-now'} />}
      </div>
      {hint && track && (
        <p className={heard === 'silence' ? 'level-hint level-bad' : 'level-hint'} role="status">
          {heard === 'speech'
            ? '听到您的声音了，话筒正常。'
            : heard === 'silence'
              ? '没有听到声音。请看话筒的开关是否打开，或换一个话筒。'
              : '请对着话筒说一句话，绿条应当跟着跳动。'}
        </p>
      )}
      {!hint && muted && heard === 'speech' && <p className="level-hint">您已静音，大家听不到。</p>}
    </div>
  );
}

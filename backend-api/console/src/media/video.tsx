import './picture.css';

import { useEffect, useMemo, useRef } from 'react';

interface Props {
  stream: MediaStream | null;
  muted: boolean;
  label: string;
  className?: string;
}

/** A video element that shows a live stream. */
export function Video({ stream, muted, label, className }: Props) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (video && video.srcObject !== stream) video.srcObject = stream;
  }, [stream]);
  useEffect(() => {
    if (element.current) element.current.muted = muted;
  }, [muted]);
  return (
    <video ref={element} className={className} aria-label={label} autoPlay playsInline muted />
  );
}

/** The same for a single track of a device. */
export function TrackVideo({
  track,
  ...rest
}: Omit<Props, 'stream' | 'muted'> & { track: MediaStreamTrack | null }) {
  const stream = useMemo(() => (track ? new MediaStream([track]) : null), [track]);
  return <Video stream={stream} muted {...rest} />;
}

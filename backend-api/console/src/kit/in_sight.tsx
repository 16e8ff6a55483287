import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';

interface Props {
  className?: string;
  children: ReactNode;
}

/** What is to be read before anything else is done: it comes into sight when it appears, and is read out. */
export function InSight({ className, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Nothing is returned: newer browsers make a promise of it, which is nothing to clean up with.
    place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={place} className={className} role="alert">
      {children}
    </div>
  );
}

import type { RefObject } from 'react';
import { useEffect, useState } from 'react';

/** How high something is, told again when that changes. 0: it is not there yet. */
export function useHeight(place: RefObject<HTMLElement>): number {
  const [height, setHeight] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return height;
}

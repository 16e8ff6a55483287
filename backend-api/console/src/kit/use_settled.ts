import { useEffect, useState } from 'react';

/** What somebody types into a search, once they have stopped for a moment. */
export function useSettled<T>(value: T, afterMs = 150): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}

import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router-dom';

/** Where an evaluation is. */
export const placeOf = (id: string) => `/services/evaluations/${encodeURIComponent(id)}`;

/**
 * Opens what was made once its form is gone: while that is there, it would ask whether what was written is
 * given up. Call the returned function with the id.
 */
export function useOpenMade(isFormGone: boolean): (id: string) => void {
  const go = useNavigate();
  const [made, setMade] = useState<string | null>(null);
  useEffect(() => {
    if (!isFormGone || made === null) return;
    setMade(null);
    go(placeOf(made));
  }, [isFormGone, made, go]);
  return setMade;
}

import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router-dom';

/**
 * Opens what was made once its form is gone: while that is there, it would ask whether what was written is
 * given up. Call the returned function with the id; `placeOf` says where it is.
 */
export function useOpenMade(
  isFormGone: boolean,
  placeOf: (id: string) => string,
): (id: string) => void {
  const go = useNavigate();
  const [made, setMade] = useState<string | null>(null);
  useEffect(() => {
    if (!isFormGone || made === null) return;
    setMade(null);
    go(placeOf(made));
  }, [isFormGone, made, go, placeOf]);
  return setMade;
}

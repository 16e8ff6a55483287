import { townshipNow, useSaveTownship } from '../../api/township';
import type { Township } from '../../api/types';

/** Writes over the version that was edited; what somebody else changed beside it is kept. */
export function useSave() {
  const save = useSaveTownship();
  return async (version: number | undefined, change: (township: Township) => Township) => {
    const now = await townshipNow();
    await save.mutateAsync({ value: change(now.value), version: version ?? now.version });
  };
}

import { useOpenMade as useOpenMadeAt } from '../../kit/form_dialog/use_open_made';

/** Where an evaluation is. */
export const placeOf = (id: string) => `/services/evaluations/${encodeURIComponent(id)}`;

/** Opens the evaluation that was made once its form is gone. */
export function useOpenMade(isFormGone: boolean): (id: string) => void {
  return useOpenMadeAt(isFormGone, placeOf);
}

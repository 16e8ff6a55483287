/** Where the pages of one bulletin are. */
export const LIST_AT = '/publish';
export const editAt = (id: string) => `/publish/${id}/edit`;
export const reviewAt = (id: string) => `/publish/${id}/review`;

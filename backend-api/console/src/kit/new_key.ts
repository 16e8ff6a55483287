/** Names one thing that is done, so that sending it twice counts once; made without asking anybody. */
export function newKey(what: string): string {
  // `randomUUID` is not there on pages without TLS.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `${what}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** How long to wait before the `attempt`th try (1 is the first) after a failure, in milliseconds. */
export function delayBefore(attempt: number): number {
  return Math.min(Math.max(attempt, 1), 5) * 1000;
}

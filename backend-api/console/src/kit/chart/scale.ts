/** Where the lines of a chart are. Pure. */

/** At most five round values from 0 up to one that is not below `most`. */
export function ticks(most: number): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n * 4 >= most * 0.999999);
  const by = step ?? 10 * power;
  const count = Math.ceil((most * 0.999999) / by);
  return Array.from({ length: count + 1 }, (_, n) => Number((n * by).toPrecision(12)));
}

/** Parts of a picture that are to be covered, in fractions of its sides. Pure. */
import type { PictureRegion } from '../api/types';

/** A place on a picture, in fractions from its upper left corner. */
export interface Point {
  x: number;
  y: number;
}

/** A part that is smaller was a click, not a frame. */
const SMALLEST = 0.01;

/** How far one key press goes. */
export const STEP = 0.01;

/** Most parts of one picture, as the server has it. */
export const MOST_REGIONS = 50;

const within = (value: number, most = 1) => Math.min(Math.max(value, 0), most);
// What is said in hundredths is read by people, too.
const even = (value: number) => Math.round(value * 10_000) / 10_000;

/** The frame from one corner to the other; `null`: too small to be one. */
export function framed(from: Point, to: Point): PictureRegion | null {
  const [left, right] = [within(Math.min(from.x, to.x)), within(Math.max(from.x, to.x))];
  const [top, bottom] = [within(Math.min(from.y, to.y)), within(Math.max(from.y, to.y))];
  const region = {
    x: even(left),
    y: even(top),
    width: even(right - left),
    height: even(bottom - top),
  };
  return region.width < SMALLEST || region.height < SMALLEST ? null : region;
}

/** One in the middle, to begin with at the keyboard. */
export const middle = (): PictureRegion => ({ x: 0.4, y: 0.45, width: 0.2, height: 0.1 });

/** The same elsewhere, whole within the picture. */
export function movedRegion(region: PictureRegion, by: Point): PictureRegion {
  return {
    ...region,
    x: even(within(region.x + by.x, 1 - region.width)),
    y: even(within(region.y + by.y, 1 - region.height)),
  };
}

/** The same, larger or smaller to the right and below. */
export function resizedRegion(region: PictureRegion, by: Point): PictureRegion {
  const size = (length: number, start: number) =>
    even(Math.min(Math.max(length, SMALLEST), 1 - start));
  return {
    ...region,
    width: size(region.width + by.x, region.x),
    height: size(region.height + by.y, region.y),
  };
}

const ARROWS: Record<string, Point> = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
};

/** What a key makes of it: another one, nothing (`null`), or the key means nothing (`undefined`). */
export function keyed(
  region: PictureRegion,
  { key, shiftKey }: { key: string; shiftKey: boolean },
): PictureRegion | null | undefined {
  if (key === 'Delete' || key === 'Backspace') return null;
  const by = ARROWS[key];
  if (by === undefined) return undefined;
  return shiftKey ? resizedRegion(region, by) : movedRegion(region, by);
}

/**
 * A still picture as a video track: slides, or the title while there is no camera.
 *
 * A canvas's own `captureStream` sends nothing while its page is covered by another window, which is
 * where a host looks at notes; so frames are made by a timer where the browser can (Chromium), and
 * by `captureStream` elsewhere.
 */
import { HEIGHT, WIDTH } from './capture';

/** Enough for a new viewer to get a picture at once; nearly free when nothing changes. */
const PICTURES_PER_SECOND = 5;
const GROUND = '#3b1111';
const INK = '#f7efe2';
const SOFT_INK = '#e3cfae';

/** Room for the title and for who holds the meeting, and the sizes they may have. */
const TITLE_WIDTH = WIDTH - 2 * 96;
const TITLE_HEIGHT = 420;
const TITLE_SIZES = [68, 56, 46, 38] as const;
const BELOW_HEIGHT = 110;
const BELOW_SIZES = [36, 30] as const;
const BETWEEN = 20;

interface TrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
type TrackGeneratorClass = new (init: { kind: 'video' }) => TrackGenerator;

function generatorClass(): TrackGeneratorClass | undefined {
  return (globalThis as { MediaStreamTrackGenerator?: TrackGeneratorClass })
    .MediaStreamTrackGenerator;
}

/** A text in rows, and the type size in which it has room. */
export interface Arranged {
  size: number;
  rows: string[];
}

/** Height of a row as a multiple of its size. */
const ROW = 1.35;
/** A row does not begin with one of these. */
const CLOSING = /^[，。、；：！？）》」』”’…％%,.;:!?)\]]/u;

/** Breaks a text into rows no wider than `width`: between Chinese characters, not within a word. */
function rowsOf(text: string, width: number, measure: (text: string) => number): string[] {
  // A word, or one character, each with what must not be parted from it.
  const pieces = text.match(/[\p{Script=Latin}\p{N}.\-/:]+|\s+|./gsu) ?? [];
  const rows: string[] = [];
  let row = '';
  for (const piece of pieces) {
    if (row !== '' && measure(row + piece) > width) {
      if (CLOSING.test(piece) && Array.from(row).length > 1) {
        const characters = Array.from(row);
        const last = characters.pop() ?? '';
        rows.push(characters.join('').trimEnd());
        row = last + piece;
        continue;
      }
      rows.push(row.trimEnd());
      row = piece.trimStart();
    } else {
      row += piece;
    }
    // A word that is longer than a row is broken all the same.
    while (measure(row) > width && Array.from(row).length > 1) {
      const characters = Array.from(row);
      let fits = characters.length - 1;
      while (fits > 1 && measure(characters.slice(0, fits).join('')) > width) fits -= 1;
      rows.push(characters.slice(0, fits).join(''));
      row = characters.slice(fits).join('');
    }
  }
  if (row.trim() !== '') rows.push(row.trimEnd());
  return rows;
}

/**
 * Writes a text as large as it has room: the first of `sizes`, largest first, in which all of it does.
 * What has none even in the last is shortened, and says so.
 */
export function arrange(
  text: string,
  width: number,
  height: number,
  sizes: readonly number[],
  measure: (text: string, size: number) => number,
): Arranged {
  let arranged: Arranged = { size: 0, rows: [] };
  for (const size of sizes) {
    const rows = rowsOf(text.trim(), width, (part) => measure(part, size));
    arranged = { size, rows };
    if (rows.length * size * ROW <= height) return arranged;
  }
  const most = Math.max(1, Math.floor(height / (arranged.size * ROW)));
  const rows = arranged.rows.slice(0, most);
  const last = Array.from(rows[most - 1] ?? '');
  while (last.length > 1 && measure(`${last.join('')}…`, arranged.size) > width) last.pop();
  rows[most - 1] = `${last.join('')}…`;
  return { size: arranged.size, rows };
}

export class Card {
  readonly track: MediaStreamTrack;
  private readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor() {
    this.canvas = document.createElement('canvas');
    this.canvas.width = WIDTH;
    this.canvas.height = HEIGHT;
    const context = this.canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('no 2d context');
    this.context = context;
    this.ground();
    const Generator = generatorClass();
    let beat: () => void;
    if (Generator === undefined) {
      const [track] = this.canvas.captureStream(PICTURES_PER_SECOND).getVideoTracks();
      if (track === undefined) throw new Error('no canvas track');
      this.track = track;
      // Painting one pixel with itself makes the canvas give a picture.
      beat = () => this.context.drawImage(this.canvas, 0, 0, 1, 1, 0, 0, 1, 1);
    } else {
      const generator = new Generator({ kind: 'video' });
      const writer = generator.writable.getWriter();
      this.track = generator;
      beat = () => {
        const frame = new VideoFrame(this.canvas, { timestamp: performance.now() * 1000 });
        writer.write(frame).catch(() => frame.close());
      };
    }
    this.track.contentHint = 'detail';
    this.timer = setInterval(beat, 1000 / PICTURES_PER_SECOND);
  }

  end(): void {
    clearInterval(this.timer);
    this.track.stop();
  }

  /** The meeting's title in the middle, who holds it below. */
  title(title: string, below: string): void {
    this.ground();
    const { context } = this;
    const font = (size: number, weight: string) =>
      `${weight}${size}px "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif`;
    const measured = (weight: string) => (text: string, size: number) => {
      context.font = font(size, weight);
      return context.measureText(text).width;
    };
    const head = arrange(title, TITLE_WIDTH, TITLE_HEIGHT, TITLE_SIZES, measured('600 '));
    const foot = arrange(below, TITLE_WIDTH, BELOW_HEIGHT, BELOW_SIZES, measured(''));
    const pitch = head.size * ROW;
    const footPitch = foot.size * ROW;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    const all = head.rows.length * pitch + foot.rows.length * footPitch + BETWEEN;
    let y = (HEIGHT - all) / 2 + pitch / 2;
    context.fillStyle = INK;
    context.font = font(head.size, '600 ');
    for (const row of head.rows) {
      context.fillText(row, WIDTH / 2, y);
      y += pitch;
    }
    y += BETWEEN + (footPitch - pitch) / 2;
    context.fillStyle = SOFT_INK;
    context.font = font(foot.size, '');
    for (const row of foot.rows) {
      context.fillText(row, WIDTH / 2, y);
      y += footPitch;
    }
  }

  /** A picture, whole, with the ground beside it where the shape differs. */
  picture(picture: ImageBitmap): void {
    this.ground();
    const scale = Math.min(WIDTH / picture.width, HEIGHT / picture.height);
    const width = picture.width * scale;
    const height = picture.height * scale;
    this.context.imageSmoothingQuality = 'high';
    this.context.drawImage(picture, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
  }

  private ground(): void {
    this.context.fillStyle = GROUND;
    this.context.fillRect(0, 0, WIDTH, HEIGHT);
  }
}

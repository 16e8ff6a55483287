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

interface TrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
type TrackGeneratorClass = new (init: { kind: 'video' }) => TrackGenerator;

function generatorClass(): TrackGeneratorClass | undefined {
  return (globalThis as { MediaStreamTrackGenerator?: TrackGeneratorClass })
    .MediaStreamTrackGenerator;
}

/** Lines of at most `most` characters each. */
export function lines(text: string, most: number): string[] {
  const characters = Array.from(text);
  const made: string[] = [];
  while (characters.length > 0) made.push(characters.splice(0, most).join(''));
  return made;
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
    const rows = lines(title, 16).slice(0, 3);
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = INK;
    context.font = '600 68px "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif';
    const top = HEIGHT / 2 - 40 - ((rows.length - 1) * 92) / 2;
    rows.forEach((row, index) => context.fillText(row, WIDTH / 2, top + index * 92));
    context.fillStyle = SOFT_INK;
    context.font = '36px "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif';
    context.fillText(below, WIDTH / 2, top + rows.length * 92 + 10);
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

/** The host's picture and sound: what is chosen, what is there, what went wrong. */
import type { Devices } from '../../media/capture';
import {
  camera,
  CaptureError,
  devices,
  idIn,
  listed,
  microphone,
  screen,
} from '../../media/capture';
import { Card } from '../../media/card';
import type { Tracks } from '../../media/publisher';
import type { Slides } from '../../media/slides';
import { openSlides, SlidesError } from '../../media/slides';

export type Mode = 'camera' | 'screen' | 'slides' | 'voice';

export interface Snapshot extends Tracks {
  mode: Mode;
  devices: Devices;
  cameraId: string | null;
  microphoneId: string | null;
  /** Something is being opened. */
  busy: boolean;
  videoTrouble: string | null;
  audioTrouble: string | null;
  slides: { count: number; index: number } | null;
}

const NOTHING: Snapshot = {
  mode: 'camera',
  video: null,
  audio: null,
  devices: { cameras: [], microphones: [] },
  cameraId: null,
  microphoneId: null,
  busy: false,
  videoTrouble: null,
  audioTrouble: null,
  slides: null,
};

function said(error: unknown): string {
  return error instanceof CaptureError || error instanceof SlidesError
    ? error.message
    : '画面打不开，请换一种再试。';
}

/** Owns the tracks. What it shows changes as a whole, so that React can follow it. */
export class HostSource {
  private state = NOTHING;
  private readonly listeners = new Set<() => void>();
  private card: Card | null = null;
  private slides: Slides | null = null;
  /** The latest attempt to open a picture, or a sound; what older ones bring is thrown away. */
  private videoTurn = 0;
  private audioTurn = 0;
  private opened = false;

  constructor(
    private readonly title: string,
    private readonly below: string,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): Snapshot => this.state;

  open(): void {
    this.opened = true;
    (navigator.mediaDevices as MediaDevices | undefined)?.addEventListener(
      'devicechange',
      this.look,
    );
    void this.useMode(this.state.mode);
    void this.useMicrophone(this.state.microphoneId);
  }

  close(): void {
    this.opened = false;
    (navigator.mediaDevices as MediaDevices | undefined)?.removeEventListener(
      'devicechange',
      this.look,
    );
    this.videoTurn += 1;
    this.audioTurn += 1;
    this.dropVideo();
    this.state.audio?.stop();
    this.card?.end();
    this.card = null;
    this.slides?.close();
    this.slides = null;
    this.set({ video: null, audio: null, busy: false, slides: null });
  }

  async useMode(mode: Mode): Promise<void> {
    switch (mode) {
      case 'camera':
        return this.useCamera(this.state.cameraId);
      case 'screen':
        return this.take('screen', screen);
      case 'voice':
        this.videoTurn += 1;
        this.showCard('voice', null);
        return undefined;
      case 'slides':
        this.videoTurn += 1;
        this.showCard('slides', null);
        return this.showSlide(this.state.slides?.index ?? 0);
    }
  }

  useCamera(id: string | null): Promise<void> {
    return this.take('camera', () => camera(id));
  }

  async useMicrophone(id: string | null): Promise<void> {
    const turn = ++this.audioTurn;
    this.set({ audioTrouble: null });
    try {
      const track = await microphone(id);
      if (turn !== this.audioTurn || !this.opened) {
        track.stop();
        return;
      }
      track.addEventListener('ended', () => {
        if (track !== this.state.audio) return;
        this.set({
          audio: null,
          audioTrouble: '话筒断开了，大家现在听不到您。请插好话筒，或在上面换一个。',
        });
      });
      this.state.audio?.stop();
      this.set({ audio: track, microphoneId: id });
    } catch (error) {
      if (turn === this.audioTurn) this.set({ audioTrouble: said(error) });
    }
    this.look();
  }

  /** Opens files as slides and shows the first one. */
  async pick(files: readonly File[]): Promise<void> {
    const turn = ++this.videoTurn;
    this.set({ busy: true, videoTrouble: null });
    try {
      const slides = await openSlides(files);
      if (turn !== this.videoTurn || !this.opened) {
        slides.close();
        return;
      }
      this.slides?.close();
      this.slides = slides;
      this.set({ busy: false, slides: { count: slides.count, index: 0 } });
      this.showCard('slides', null);
      await this.showSlide(0);
    } catch (error) {
      if (turn === this.videoTurn) this.set({ busy: false, videoTrouble: said(error) });
    }
  }

  turnPage(by: number): void {
    const { slides } = this.state;
    if (slides === null) return;
    const index = Math.min(slides.count - 1, Math.max(0, slides.index + by));
    if (index !== slides.index) void this.showSlide(index);
  }

  private async showSlide(index: number): Promise<void> {
    const { slides } = this;
    if (slides === null) return;
    this.set({ slides: { count: slides.count, index } });
    try {
      const picture = await slides.page(index);
      // Pages turned faster than they are drawn: only the one asked for last is shown.
      if (this.slides === slides && this.state.slides?.index === index) {
        this.card?.picture(picture);
      }
      picture.close();
    } catch (error) {
      this.set({ videoTrouble: said(error) });
    }
  }

  /** Opens a camera or the screen. What is on now stays until the new one is there. */
  private async take(mode: Mode, get: () => Promise<MediaStreamTrack>): Promise<void> {
    const turn = ++this.videoTurn;
    this.set({ busy: true, videoTrouble: null });
    try {
      const track = await get();
      if (turn !== this.videoTurn || !this.opened) {
        track.stop();
        return;
      }
      track.addEventListener('ended', () => {
        if (track !== this.state.video) return;
        this.showCard(
          mode,
          mode === 'screen'
            ? '屏幕共享停了，大家现在看到的是会议标题。请重新选择屏幕，或换一种画面。'
            : '摄像头断开了，大家现在看到的是会议标题。请插好摄像头，或换一个。',
        );
      });
      this.dropVideo();
      this.set({ mode, video: track, busy: false });
    } catch (error) {
      if (turn !== this.videoTurn) return;
      // Nothing was on yet: the title is better than nothing.
      if (this.state.video === null) this.showCard(mode, null);
      this.set({ busy: false, videoTrouble: said(error) });
    }
    this.look();
  }

  private showCard(mode: Mode, videoTrouble: string | null): void {
    try {
      this.card ??= new Card();
    } catch {
      this.set({ busy: false, videoTrouble: '浏览器画不出会议标题和课件，请换一个浏览器。' });
      return;
    }
    this.card.title(this.title, this.below);
    if (this.state.video !== this.card.track) this.dropVideo();
    this.set({ mode, video: this.card.track, busy: false, videoTrouble });
  }

  private dropVideo(): void {
    const { video } = this.state;
    if (video !== null && video !== this.card?.track) video.stop();
  }

  private readonly look = (): void => {
    // A list that cannot be had leaves the one there is.
    void devices().then(this.list, () => undefined);
  };

  private readonly list = (found: Devices): void => {
    const { mode, video, audio } = this.state;
    const microphones = listed(found.microphones, audio);
    this.set({
      devices: { cameras: found.cameras, microphones },
      microphoneId: idIn(microphones, audio),
      cameraId: mode === 'camera' ? idIn(found.cameras, video) : this.state.cameraId,
    });
  };

  private set(change: Partial<Snapshot>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
